using System.Globalization;
using System.Text.Json;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.TokenExchange;

/// <summary>A refusal as token endpoints tell it: RFC 6749, section 5.2, with <c>invalid_target</c> of RFC 8707.</summary>
internal static class ExchangeError
{
    public const string InvalidScope = "invalid_scope";
    public const string InvalidTarget = "invalid_target";

    public static async ValueTask WriteAsync(HttpResponse response, Refusal refusal, CancellationToken cancellationToken)
    {
        var (status, error) = Of(refusal);
        response.StatusCode = status;
        WriteHeaders(response);
        if (refusal.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("error", error);
        json.WriteString("error_description", Printable($"{refusal.Message} ({refusal.Reference})"));
        json.WriteEndObject();
    }

    public static void WriteHeaders(HttpResponse response)
    {
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
    }

    private static (int Status, string Error) Of(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.RateLimited => (StatusCodes.Status429TooManyRequests, "temporarily_unavailable"),
        RefusalKind.Unavailable or RefusalKind.UpstreamFailed => (StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable"),
        RefusalKind.Internal => (StatusCodes.Status500InternalServerError, "server_error"),
        _ => (StatusCodes.Status400BadRequest, refusal.Code ?? CodeOf(refusal)),
    };

    private static string CodeOf(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.NotSupported => "unsupported_grant_type",
        RefusalKind.Denied => refusal.Denial is DenialReason.PermissionMissing or DenialReason.AboveCeiling ? InvalidScope : InvalidTarget,
        RefusalKind.UpstreamForbids => InvalidScope,
        RefusalKind.NotFound or RefusalKind.ApprovalPending or RefusalKind.ApprovalUnavailable or RefusalKind.OpaqueRefused => InvalidTarget,

        // A subject token that is not accepted, too (RFC 8693, section 2.2.2).
        _ => "invalid_request",
    };

    // Neither quotes nor backslashes, nor anything but ASCII, may be in it.
    private static string Printable(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = source[i] switch
            {
                '"' or '\\' => '\'',
                < ' ' or > '~' => '?',
                var fine => fine,
            };
        }
    });
}
