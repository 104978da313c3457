using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>Answers of the REST API in GitHub's shape: errors have <c>message</c>, <c>documentation_url</c> and <c>status</c>.</summary>
internal static class GitHubAnswer
{
    public const string Documentation = "https://docs.github.com/rest";

    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task JsonAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers["X-GitHub-Media-Type"] = "github.v3; format=json";
        await context.Response.WriteAsync(body.ToJsonString(Writing), context.RequestAborted).ConfigureAwait(false);
    }

    public static Task ErrorAsync(HttpContext context, int status, string message, string documentation = Documentation) =>
        JsonAsync(context, status, new JsonObject
        {
            ["message"] = message,
            ["documentation_url"] = documentation,
            ["status"] = status.ToString(CultureInfo.InvariantCulture),
        });

    public static Task NotFoundAsync(HttpContext context) => ErrorAsync(context, 404, "Not Found");

    /// <summary>How GitHub answers for a repository's former name: 301 to the same thing under its id, which never changes.</summary>
    public static Task MovedAsync(HttpContext context, Uri target)
    {
        context.Response.Headers.Location = target.AbsoluteUri;
        return JsonAsync(context, 301, new JsonObject
        {
            ["message"] = "Moved Permanently",
            ["url"] = target.AbsoluteUri,
            ["documentation_url"] = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
        });
    }

    /// <summary>A time as the API writes it: whole seconds, UTC.</summary>
    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
