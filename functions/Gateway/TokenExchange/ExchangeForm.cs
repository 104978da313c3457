using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.TokenExchange;

/// <summary>A token exchange request as it was sent (RFC 8693, section 2.1), as far as it can be read without knowing who asks.</summary>
/// <param name="Subject">The caller's token.</param>
/// <param name="Target">What <c>resource</c> or <c>audience</c> says.</param>
/// <param name="Scope">What <c>scope</c> says; null when it is not there.</param>
internal sealed record ExchangeForm(PresentedToken Subject, string Target, string? Scope)
{
    /// <summary>Largest body, in bytes: the largest token, with every character escaped, and the rest.</summary>
    public const int MaxBytes = (3 * PresentedToken.MaxLength) + (16 * 1024);

    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string Types = "urn:ietf:params:oauth:token-type:";
    private const string AccessToken = Types + "access_token";

    public static async ValueTask<Outcome<ExchangeForm>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization.Count > 0)
        {
            return Refusals.Malformed("The token goes into subject_token; send no Authorization header beside it.");
        }

        // What is in a URL is in everybody's logs (RFC 6749, section 3.2).
        if (request.QueryString.HasValue)
        {
            return Refusals.Malformed("Parameters go into the body, never into the URL.");
        }

        if (!IsForm(request))
        {
            return Refusals.Malformed("The body must be application/x-www-form-urlencoded, in UTF-8 and not compressed.");
        }

        if (await ReadBodyAsync(request, cancellationToken) is not { } body)
        {
            return new Refusal(Stage.Classify, RefusalKind.TooLarge, new CallerText("The body is too large."), $"more than {MaxBytes} bytes");
        }

        return FormFields.TryParse(body, out var fields, out var problem) ? Read(fields) : Refusals.Malformed(problem);
    }

    private static Outcome<ExchangeForm> Read(FormFields fields)
    {
        if (fields["grant_type"] is not { } grant)
        {
            return Refusals.Malformed("grant_type is missing.");
        }

        if (grant != Grant)
        {
            return Refusals.NotSupported($"The only grant_type here is {Grant}.");
        }

        if (fields["actor_token"] is not null || fields["actor_token_type"] is not null)
        {
            return Refusals.Malformed("Nobody asks on behalf of somebody else here: actor_token is not supported.");
        }

        if (fields["requested_token_type"] is { } wanted && wanted != AccessToken)
        {
            return Refusals.Malformed($"The only requested_token_type here is {AccessToken}.");
        }

        if (fields["subject_token"] is not { Length: <= PresentedToken.MaxLength } subject)
        {
            return Refusals.Malformed("subject_token is missing or too long.");
        }

        if (fields["subject_token_type"] is not (Types + "jwt" or Types + "id_token" or AccessToken))
        {
            return Refusals.Malformed($"subject_token_type must be {Types}jwt, {Types}id_token or {AccessToken}.");
        }

        return (fields["resource"], fields["audience"]) switch
        {
            ({ } resource, null) => new ExchangeForm(new PresentedToken(subject), resource, fields["scope"]),
            (null, { } audience) => new ExchangeForm(new PresentedToken(subject), audience, fields["scope"]),
            _ => Refusals.Malformed("Name one repository: by resource or by audience."),
        };
    }

    private static bool IsForm(HttpRequest request) =>
        request.Headers.ContentType.Count == 1
        && request.Headers.ContentEncoding.Count == 0
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>The body; null when it is too large.</summary>
    private static async ValueTask<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxBytes ? null : body[..length];
    }
}
