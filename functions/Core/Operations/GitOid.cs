using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Operations;

/// <summary>A git object id in lower-case hex: 40 digits for SHA-1, 64 for SHA-256 (gitformat-pack(5), hash-function-transition).</summary>
public sealed record GitOid
{
    private GitOid(string hex) => Hex = hex;

    /// <summary>The id in lower-case hex.</summary>
    public string Hex { get; }

    /// <summary>True for the all-zero id, which in a ref command means "no object": create or delete.</summary>
    public bool IsZero => Hex.AsSpan().TrimStart('0').IsEmpty;

    /// <summary>
    /// Stands for a commit that the upstream will make and whose id nobody knows before (a merge, a file written over the API): all <c>f</c>. No client can name it: parsing
    /// refuses it.
    /// </summary>
    public static GitOid Unmade { get; } = new(new string('f', 40));

    /// <summary>True for <see cref="Unmade"/>.</summary>
    public bool IsUnmade => ReferenceEquals(this, Unmade);

    /// <summary>For people, in an audit or a page: the id, or "made by GitHub" where it is not known yet.</summary>
    public string Text => IsUnmade ? "made by GitHub" : Hex;

    /// <summary>Parses lower-case hex of either length; false for anything else, upper case included, as git never writes it.</summary>
    public static bool TryParse(string? hex, [NotNullWhen(true)] out GitOid? oid)
    {
        oid = hex is { Length: 40 or 64 } && hex.All(char.IsAsciiHexDigitLower) && hex != Unmade.Hex ? new GitOid(hex) : null;
        return oid is not null;
    }

    /// <summary>Parses lower-case hex.</summary>
    /// <exception cref="FormatException">The text is not an object id.</exception>
    public static GitOid Parse(string hex) =>
        TryParse(hex, out var oid) ? oid : throw new FormatException("Not a git object id.");

    /// <summary>The id in lower-case hex.</summary>
    public override string ToString() => Hex;
}
