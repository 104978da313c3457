using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>Answers that machines read.</summary>
internal static class JsonAnswer
{
    // Nobody reads it as HTML: it is never served as that.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object. What may be kept says so in <paramref name="cache"/>; the rest is not stored (RFC 6749, section 5.1).</summary>
    public static async Task WriteAsync(HttpContext context, int status, JsonObject body, string cache = "no-store")
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Plain);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = cache;
        response.Headers.XContentTypeOptions = "nosniff";
        if (cache == "no-store")
        {
            response.Headers.Pragma = "no-cache";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>An error in the one form that OAuth has for them (RFC 6749, section 5.2).</summary>
    public static Task ErrorAsync(HttpContext context, int status, string error, string description) =>
        WriteAsync(context, status, new JsonObject { ["error"] = error, ["error_description"] = description });
}
