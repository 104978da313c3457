using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Lfs;

/// <summary>JSON as LFS speaks it.</summary>
internal static class LfsJson
{
    public const string MediaType = "application/vnd.git-lfs+json";

    /// <summary>Null when it is no object.</summary>
    public static async Task<JsonObject?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonNode.ParseAsync(body, cancellationToken: cancellationToken).ConfigureAwait(false) as JsonObject;
        }
        catch (JsonException)
        {
            // Not JSON: the same to whoever sent it as no object.
            return null;
        }
    }

    public static string? Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    public static Task WriteAsync(HttpContext context, int status, JsonObject json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaType;
        return context.Response.WriteAsync(json.ToJsonString(), context.RequestAborted);
    }

    public static Task RefuseAsync(HttpContext context, int status, string message)
    {
        if (status == 401)
        {
            context.Response.Headers["LFS-Authenticate"] = "Basic realm=\"GitHub\"";
        }

        return WriteAsync(context, status, new JsonObject { ["message"] = message, ["documentation_url"] = "https://docs.github.com/", ["request_id"] = context.Response.Headers["X-GitHub-Request-Id"].ToString() });
    }
}
