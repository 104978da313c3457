using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>
/// An answer as GitHub gives it: 200 whatever it says, as a form unless JSON was asked for
/// (https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps). GitHub's tools read nothing else.
/// </summary>
internal static class GitHubAnswer
{
    /// <summary>Whether a request came by GitHub's paths.</summary>
    public static bool IsFor(HttpRequest request) => request.Path.StartsWithSegments("/login", StringComparison.Ordinal);

    /// <summary>The fields as JSON: seconds are numbers, what is null is left out.</summary>
    public static JsonObject Json(IEnumerable<KeyValuePair<string, string?>> fields)
    {
        var body = new JsonObject();
        foreach (var (name, value) in fields.Where(static field => field.Value is not null))
        {
            body[name] = name is "expires_in" or "interval" ? JsonValue.Create(long.Parse(value!, CultureInfo.InvariantCulture)) : JsonValue.Create(value);
        }

        return body;
    }

    /// <summary>Answers; what is null is left out.</summary>
    public static async Task WriteAsync(HttpContext context, IEnumerable<KeyValuePair<string, string?>> fields)
    {
        var told = fields.Where(static field => field.Value is not null).ToList();
        if (context.Request.Headers.Accept.Any(static accept => accept?.Contains("application/json", StringComparison.OrdinalIgnoreCase) == true))
        {
            await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, Json(told));
            return;
        }

        var form = Encoding.UTF8.GetBytes(string.Join('&', told.Select(static field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value!)}")));
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/x-www-form-urlencoded; charset=utf-8";
        context.Response.ContentLength = form.Length;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.Body.WriteAsync(form, context.RequestAborted);
    }
}
