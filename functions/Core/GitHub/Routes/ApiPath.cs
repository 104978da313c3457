using System.Collections.Immutable;
using System.Text;

namespace CursorBroker.Core.GitHub.Routes;

/// <summary>
/// The path of a call, taken apart: percent-decoded once, segment by segment, and only if it can be read in one way. Servers differ in what they make of dots, doubled
/// slashes, <c>;</c>, backslashes and encoded slashes (RFC 3986, sections 3.3 and 6.2.2); what could be read in two ways is not read at all.
/// </summary>
public sealed class ApiPath
{
    /// <summary>Longest path accepted, in characters as sent.</summary>
    public const int MaxLength = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ApiPath(ImmutableArray<string> segments, bool endsWithSlash) => (Segments, EndsWithSlash) = (segments, endsWithSlash);

    /// <summary>The decoded segments; none for the root. One holds a slash only where the sender encoded it.</summary>
    internal ImmutableArray<string> Segments { get; }

    /// <summary>Whether a slash stands after the last segment, which means something for <c>contents/</c> alone.</summary>
    internal bool EndsWithSlash { get; }

    /// <summary>Takes a path apart.</summary>
    /// <param name="rawPath">As sent, below <c>/api/v3</c>: empty, or beginning with its slash. Without the query.</param>
    /// <returns>The path; null when it could be read in two ways, or is none at all.</returns>
    public static ApiPath? Parse(string rawPath)
    {
        ArgumentNullException.ThrowIfNull(rawPath);
        if (rawPath is "" or "/")
        {
            return new([], false);
        }

        if (rawPath.Length > MaxLength || rawPath[0] != '/')
        {
            return null;
        }

        var end = rawPath[^1] == '/' ? rawPath.Length - 1 : rawPath.Length;
        var segments = ImmutableArray.CreateBuilder<string>();
        foreach (var range in rawPath.AsSpan(1, end - 1).Split('/'))
        {
            if (Decode(rawPath.AsSpan(1, end - 1)[range]) is not { } segment)
            {
                return null;
            }

            segments.Add(segment);
        }

        return new(segments.ToImmutable(), end < rawPath.Length);
    }

    /// <summary>The path as a message names it: every segment encoded, so that nothing in it can be taken for anything else.</summary>
    public override string ToString() => "/" + string.Join('/', Segments.Select(Uri.EscapeDataString)) + (EndsWithSlash ? "/" : "");

    /// <summary>Writes the path of a call anew: everything in a parameter that is not unreserved (RFC 3986, section 2.3) is encoded.</summary>
    /// <param name="template">The route's template.</param>
    /// <param name="parameters">Its parameters by name, decoded.</param>
    /// <returns>The path without a leading slash.</returns>
    /// <exception cref="ArgumentException">A parameter is missing, or is nothing that a path can hold; values that <see cref="ApiRoutes.Match"/> gave never are.</exception>
    public static string Write(string template, IReadOnlyDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(parameters);
        var path = new StringBuilder();
        foreach (var range in template.AsSpan(1).Split('/'))
        {
            var part = template.AsSpan(1)[range];
            _ = path.Length > 0 ? path.Append('/') : path;
            if (part is not ['{', .. var name, '}'])
            {
                _ = path.Append(part);
                continue;
            }

            var value = parameters.TryGetValue(name.ToString(), out var given) && IsUnambiguous(given)
                ? given
                : throw new ArgumentException($"{template} cannot be written: {name} is missing or no part of a path.", nameof(parameters));
            var encoded = Uri.EscapeDataString(value);
            _ = path.Append(range.End.Value == template.Length - 1 && ApiParameters.KeepsSlashes(template) ? encoded.Replace("%2F", "/", StringComparison.Ordinal) : encoded);
        }

        return path.ToString();
    }

    private static string? Decode(ReadOnlySpan<char> raw)
    {
        Span<byte> bytes = raw.Length <= 256 ? stackalloc byte[raw.Length] : new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%')
            {
                if (i + 2 >= raw.Length || !char.IsAsciiHexDigit(raw[i + 1]) || !char.IsAsciiHexDigit(raw[i + 2]))
                {
                    return null;
                }

                bytes[length++] = Convert.FromHexString(raw.Slice(i + 1, 2))[0];
                i += 2;
            }
            else if (MayStandPlain(raw[i]))
            {
                bytes[length++] = (byte)raw[i];
            }
            else
            {
                return null;
            }
        }

        try
        {
            var decoded = StrictUtf8.GetString(bytes[..length]);
            return IsUnambiguous(decoded) ? decoded : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary><c>pchar</c> of RFC 3986 without the semicolon, which some servers cut a segment at.</summary>
    private static bool MayStandPlain(char c) => char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,=:@".Contains(c, StringComparison.Ordinal);

    private static bool IsUnambiguous(string decoded)
    {
        foreach (var range in decoded.AsSpan().Split('/'))
        {
            if (decoded.AsSpan()[range] is "" or "." or "..")
            {
                return false;
            }
        }

        for (var i = 0; i < decoded.Length; i++)
        {
            if (char.IsControl(decoded[i]) || decoded[i] is '\\' or ';'
                || decoded[i] == '%' && i + 2 < decoded.Length && char.IsAsciiHexDigit(decoded[i + 1]) && char.IsAsciiHexDigit(decoded[i + 2]))
            {
                return false;
            }
        }

        return true;
    }
}
