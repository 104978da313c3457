using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Identity;

/// <summary>
/// A signed JWT (RFC 7519, JWS compact form) taken apart and not yet believed: enough to find the issuer's keys. Keys, certificates
/// and addresses in its own header (<c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>) are not even looked at.
/// </summary>
/// <remarks>
/// <c>typ</c>, when present, must be one of the generic ones or an access token's (RFC 9068), so that a logout, DPoP or event token
/// of the same issuer is no key to anything (RFC 8725, 3.11). Identity tokens also carry the generic type: what keeps them out is
/// the audience, which must name the broker and not the client.
/// </remarks>
public sealed class UnverifiedToken
{
    private static readonly SearchValues<char> Base64UrlAndDot =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private UnverifiedToken(string algorithm, string? keyId, TokenClaims claims) => (Algorithm, KeyId, Claims) = (algorithm, keyId, claims);

    /// <summary>The header's <c>alg</c>, whatever it says.</summary>
    public string Algorithm { get; }

    /// <summary>The header's <c>kid</c>; null when there is none.</summary>
    public string? KeyId { get; }

    /// <summary>The payload.</summary>
    public TokenClaims Claims { get; }

    /// <summary>Takes a token apart. On false, <paramref name="problem"/> says why, in words without any of the token.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out UnverifiedToken? token, [NotNullWhen(false)] out string? problem)
    {
        token = null;
        problem = Parse(text, ref token);
        return problem is null;
    }

    private static string? Parse(string text, ref UnverifiedToken? token)
    {
        if (text.Length > PresentedToken.MaxLength)
        {
            return "token too long";
        }

        // The decoder would skip white space; a token has none.
        if (text.AsSpan().ContainsAnyExcept(Base64UrlAndDot))
        {
            return "characters that no token has";
        }

        var parts = text.Split('.');
        if (parts.Length == 5)
        {
            return "encrypted token";
        }

        if (parts.Length != 3)
        {
            return "not three parts";
        }

        if (!TryDecode(parts[0], out var headerJson) || !TokenClaims.TryParse(headerJson, out var header))
        {
            return "header is not a strict JSON object";
        }

        if (!TryDecode(parts[1], out var payloadJson) || !TokenClaims.TryParse(payloadJson, out var claims))
        {
            return "payload is not a strict JSON object";
        }

        if (!TryDecode(parts[2], out _))
        {
            return "signature is not base64url";
        }

        // RFC 7515, 4.1.11: extensions that must be understood; none is.
        if (header.Has("crit"))
        {
            return "critical header extensions";
        }

        if (header.Has("typ") && !IsAccessTokenType(header.Text("typ")))
        {
            return "a token of another type";
        }

        if (header.Text("alg") is not { } algorithm)
        {
            return "no algorithm";
        }

        if (header.Has("kid") && header.Text("kid") is null)
        {
            return "key id is not a text";
        }

        token = new UnverifiedToken(algorithm, header.Text("kid"), claims);
        return null;
    }

    // Types compare without case, and "application/" may be left out (RFC 7515, 4.1.9).
    private static bool IsAccessTokenType(string? type) => type is not null
        && (type.Equals("JWT", StringComparison.OrdinalIgnoreCase)
            || type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase));

    private static bool TryDecode(string part, out ReadOnlyMemory<byte> bytes)
    {
        var buffer = new byte[part.Length];
        bytes = default;

        // Not DecodeFromChars(span): that one throws on a length or padding that cannot be.
        var status = Base64Url.DecodeFromChars(part, buffer, out _, out var written);
        if (status != OperationStatus.Done)
        {
            return false;
        }

        bytes = buffer.AsMemory(0, written);
        return true;
    }
}
