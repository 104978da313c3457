using System.Collections.Immutable;
using System.Text;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>
/// A query, read strictly and written anew: pairs of name and value, decoded once (<c>+</c> is a space, as HTML forms and GitHub have it), no name twice, and none that the
/// route does not have: such a one is left out of a read, as GitHub leaves it out, and a write that has one is refused. What could be read in two ways is refused.
/// </summary>
internal static class RestQuery
{
    /// <summary>Longest query, in characters as sent.</summary>
    public const int MaxLength = 8192;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The pairs in their order; null and a reason when it is refused.</summary>
    /// <param name="query">As sent, without the question mark.</param>
    /// <param name="route">The route.</param>
    /// <param name="ignored">The names that were left out.</param>
    /// <param name="refusal">Why it is refused.</param>
    public static ImmutableArray<KeyValuePair<string, string>>? Parse(string query, ApiRoute route, out ImmutableArray<string> ignored, out Refusal? refusal)
    {
        var leftOut = ImmutableArray.CreateBuilder<string>();
        refusal = query.Length > MaxLength ? Refusals.Malformed("The query is too long.") : null;
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var part in query.Length == 0 || refusal is not null ? [] : query.Split('&'))
        {
            refusal = Read(part, route, pairs, leftOut);
            if (refusal is not null)
            {
                break;
            }
        }

        ignored = leftOut.ToImmutable();
        return refusal is null ? pairs.ToImmutable() : null;
    }

    /// <summary>The query without its question mark; empty for none.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join('&', pairs.Select(static pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));

    private static Refusal? Read(string part, ApiRoute route, ImmutableArray<KeyValuePair<string, string>>.Builder pairs, ImmutableArray<string>.Builder leftOut)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || Decode(part[..equals]) is not { } name || Decode(part[(equals + 1)..]) is not { } value)
        {
            return Refusals.Malformed("The query is no list of NAME=VALUE, percent-encoded UTF-8 without control characters, joined by '&'.");
        }

        if (!route.Query.Contains(name))
        {
            // Clients send parameters of other routes along, which GitHub heeds not.
            if (route.Method == "GET" && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            {
                leftOut.Add(name);
                return null;
            }

            return Refusals.NotSupported($"{route.Id} has no query parameter '{name}'; known: {(route.Query.IsEmpty ? "none" : string.Join(", ", route.Query))}.{(route.Method == "GET" ? "" : " What a call is to change goes into its body.")}");
        }

        if (pairs.Any(pair => pair.Key == name))
        {
            return Refusals.Malformed($"The query parameter '{name}' is there twice.");
        }

        pairs.Add(new(name, value));
        return null;
    }

    private static string? Decode(string text)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            // Some servers end a pair at a semicolon, and some cut at '#'.
            if (text[i] is <= ' ' or > '~' or ';' or '#')
            {
                return null;
            }

            if (text[i] != '%')
            {
                bytes[length++] = text[i] == '+' ? (byte)' ' : (byte)text[i];
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return null;
            }

            bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
            i += 2;
        }

        try
        {
            var decoded = StrictUtf8.GetString(bytes, 0, length);
            return decoded.Any(char.IsControl) ? null : decoded;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
