using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>
/// Which objects a partial clone leaves out (git-rev-list(1), <c>--filter</c>). <c>sparse:oid</c> is not spoken: it makes the server read an
/// object of the client's choice.
/// </summary>
public sealed record FilterSpec
{
    private const int MaxParts = 16;
    private const int MaxNesting = 4;
    private const ulong MaxNumber = long.MaxValue;

    /// <summary>Leaves out every tree and blob that is not itself asked for.</summary>
    public static FilterSpec NoTrees { get; } = new("tree:0");

    private FilterSpec(string canonical) => Canonical = canonical;

    /// <summary>The specification as the broker writes it: numbers in full, nothing encoded that need not be.</summary>
    public string Canonical { get; }

    /// <summary>
    /// Parses <c>blob:none</c>, <c>blob:limit=N[kmg]</c>, <c>tree:N</c>, <c>object:type=T</c> and <c>combine:A+B</c> of these.
    /// </summary>
    public static GitResult<FilterSpec> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text, MaxNesting) is { } canonical
            ? new FilterSpec(canonical)
            : GitFailure.Unsupported($"the filter '{GitText.OneLine(text, 64)}' is not supported");
    }

    /// <summary>The canonical specification.</summary>
    public override string ToString() => Canonical;

    private static string? Parse(string text, int nesting) => text switch
    {
        "blob:none" => text,
        "object:type=blob" or "object:type=tree" or "object:type=commit" or "object:type=tag" => text,
        _ when After(text, "blob:limit=") is { } size => ParseSize(size) is { } bytes ? Number("blob:limit=", bytes) : null,
        _ when After(text, "tree:") is { } depth => ParseNumber(depth) is { } levels ? Number("tree:", levels) : null,
        _ when nesting > 0 && After(text, "combine:") is { } parts => ParseCombination(parts, nesting - 1),
        _ => null,
    };

    private static string? ParseCombination(string text, int nesting)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        foreach (var part in text.Split('+'))
        {
            if (parts.Count == MaxParts || Decode(part) is not { } decoded || Parse(decoded, nesting) is not { } canonical)
            {
                return null;
            }

            parts.Add(Encode(canonical));
        }

        return "combine:" + string.Join('+', parts);
    }

    private static ulong? ParseSize(string text)
    {
        var shift = text.Length == 0 ? 0 : char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        return ParseNumber(shift == 0 ? text : text[..^1]) is { } number && number <= MaxNumber >> shift ? number << shift : null;
    }

    private static ulong? ParseNumber(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxNumber ? number : null;

    private static string Number(string prefix, ulong number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    private static string? After(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    // Percent-encoding, of which every character of the specifications known here needs only these two.
    private static string Encode(string part) =>
        part.Replace("%", "%25", StringComparison.Ordinal).Replace("+", "%2b", StringComparison.Ordinal);

    private static string? Decode(string part)
    {
        var decoded = new System.Text.StringBuilder(part.Length);
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] != '%')
            {
                decoded.Append(part[i]);
            }
            else if (i + 2 < part.Length
                && byte.TryParse(part.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && code < 0x80)
            {
                decoded.Append((char)code);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        return decoded.ToString();
    }
}
