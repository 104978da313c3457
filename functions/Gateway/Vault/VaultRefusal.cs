using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Vault;

/// <summary>
/// Refuses as Key Vault does, so that Azure's clients print the reason: <c>{"error":{"code","message","innererror"}}</c>. Beside it <c>broker</c> says for programs why, and <c>approval</c> what it
/// waits for. A caller whom no rule covers is told the same of every vault.
/// </summary>
internal static class VaultRefusal
{
    public const string BadParameter = "BadParameter";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async ValueTask WriteAsync(HttpContext context, Refusal refusal, string? challenge, CancellationToken cancellationToken)
    {
        if (refusal.Kind == RefusalKind.CallerGone)
        {
            return;
        }

        var response = context.Response;
        if (refusal.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (challenge is not null)
        {
            response.Headers.WWWAuthenticate = challenge;
        }

        var body = Body(refusal);
        response.StatusCode = refusal.HttpStatus;
        response.Headers["x-ms-request-id"] = refusal.Reference;
        response.Headers.CacheControl = "no-store";
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, cancellationToken);
        }
    }

    private static ReadOnlyMemory<byte> Body(Refusal refusal)
    {
        var (code, inner) = CodesOf(refusal);
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", refusal.Message.Value);
            if (inner is not null)
            {
                json.WriteStartObject("innererror");
                json.WriteString("code", inner);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            if (refusal.Message != Refusals.VaultNotFound)
            {
                WriteReason(json, refusal);
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>The code, and the one within it, as the vault has them.</summary>
    private static (string Code, string? Inner) CodesOf(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.NotFound => (refusal.Message == Refusals.VaultNotFound ? "VaultNotFound" : refusal.Code ?? "SecretNotFound", null),
        RefusalKind.Unauthenticated => ("Unauthorized", null),
        RefusalKind.UpstreamForbids => ("Forbidden", refusal.Code),
        RefusalKind.ApprovalPending => ("Forbidden", "ApprovalPending"),
        RefusalKind.Denied or RefusalKind.ApprovalUnavailable or RefusalKind.OpaqueRefused => ("Forbidden", "ForbiddenByBroker"),
        RefusalKind.Conflict => ("Conflict", refusal.Code),
        RefusalKind.RateLimited => ("Throttled", null),
        RefusalKind.Malformed or RefusalKind.NotSupported or RefusalKind.TooLarge or RefusalKind.Unprocessable or RefusalKind.WritesMask => (BadParameter, refusal.Code == BadParameter ? null : refusal.Code),
        RefusalKind.Unavailable or RefusalKind.UpstreamFailed => ("ServiceUnavailable", null),
        _ => ("InternalServerError", null),
    };

    private static void WriteReason(Utf8JsonWriter json, Refusal refusal)
    {
        json.WriteStartObject("broker");
        json.WriteString("kind", refusal.Kind.ToString());
        json.WriteString("reference", refusal.Reference);
        json.WriteEndObject();
        if (refusal.Approval is { } approval)
        {
            json.WriteStartObject("approval");
            json.WriteString("id", approval.Id.Value);
            json.WriteString("status", approval.Status.ToString().ToLowerInvariant());
            json.WriteString("url", approval.Link.AbsoluteUri);
            json.WriteEndObject();
        }
    }
}
