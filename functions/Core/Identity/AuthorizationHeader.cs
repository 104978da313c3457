using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CursorBroker.Core.Identity;

/// <summary>
/// Finds the token in a request's <c>Authorization</c> header: <c>Bearer</c> (RFC 6750), <c>token</c> (what GitHub's tools send)
/// or the password of <c>Basic</c> (what git sends; the user name is ignored). Schemes compare without case (RFC 9110, 11.1).
/// </summary>
public static class AuthorizationHeader
{
    /// <summary>Longest header value looked at, in characters: a token of <see cref="PresentedToken.MaxLength"/> and a user name, in base64.</summary>
    public const int MaxValueLength = ((PresentedToken.MaxLength + 1024) / 3 * 4) + 16;

    // RFC 9110, 11.2: token68. Two tokens folded into one value by a comma do not pass.
    private static readonly SearchValues<char> Token68 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads all the request's <c>Authorization</c> values.</summary>
    /// <param name="values">Every value received, in order.</param>
    /// <param name="token">The token, when there is exactly one well-formed value.</param>
    /// <param name="refusal">Otherwise why not: <see cref="AuthenticationFailure.Missing"/> or <see cref="AuthenticationFailure.Malformed"/>.</param>
    public static bool TryRead(
        IReadOnlyList<string?> values,
        [NotNullWhen(true)] out PresentedToken? token,
        [NotNullWhen(false)] out AuthenticationOutcome.Rejected? refusal)
    {
        token = null;
        refusal = Read(values, ref token);
        return refusal is null;
    }

    private static AuthenticationOutcome.Rejected? Read(IReadOnlyList<string?> values, ref PresentedToken? token)
    {
        if (values.Count == 0)
        {
            return new(AuthenticationFailure.Missing, "no Authorization header");
        }

        // Two headers are two readers' chance to pick different ones (RFC 9110, 5.3 allows only list-valued fields to repeat).
        if (values.Count > 1)
        {
            return Malformed("more than one Authorization header");
        }

        var value = values[0];
        if (string.IsNullOrEmpty(value))
        {
            return new(AuthenticationFailure.Missing, "empty Authorization header");
        }

        if (value.Length > MaxValueLength)
        {
            return Malformed("Authorization header too long");
        }

        var space = value.IndexOf(' ');
        if (space <= 0)
        {
            return Malformed("Authorization header without a scheme and a credential");
        }

        var scheme = value.AsSpan(0, space);
        var credential = value.AsSpan(space).TrimStart(' ');
        if (credential.IsEmpty || credential.ContainsAnyExcept(Token68))
        {
            return Malformed("credential is empty or has characters that no credential has");
        }

        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("token", StringComparison.OrdinalIgnoreCase))
        {
            return Accept(credential.ToString(), ref token);
        }

        return scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            ? ReadBasic(credential, ref token)
            : Malformed("unknown Authorization scheme");
    }

    private static AuthenticationOutcome.Rejected? ReadBasic(ReadOnlySpan<char> credential, ref PresentedToken? token)
    {
        var bytes = new byte[credential.Length];
        if (!Convert.TryFromBase64Chars(credential, bytes, out var length))
        {
            return Malformed("Basic credential is not base64");
        }

        string pair;
        try
        {
            pair = StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return Malformed("Basic credential is not UTF-8");
        }

        // RFC 7617: the user name holds no colon, the password may; neither holds control characters.
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || LogText.HasControl(pair))
        {
            return Malformed("Basic credential is not a user name and a password");
        }

        // A token in the user name's place is refused, not guessed at: tools log user names.
        var password = pair[(colon + 1)..];
        return password.Length == 0 ? Malformed("Basic credential without a password") : Accept(password, ref token);
    }

    private static AuthenticationOutcome.Rejected? Accept(string text, ref PresentedToken? token)
    {
        if (text.Length > PresentedToken.MaxLength)
        {
            return Malformed("token too long");
        }

        token = new PresentedToken(text);
        return null;
    }

    private static AuthenticationOutcome.Rejected Malformed(string detail) => new(AuthenticationFailure.Malformed, detail);
}
