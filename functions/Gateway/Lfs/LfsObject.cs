using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CursorBroker.Gateway.Lfs;

/// <summary>An object as LFS names it. Two that differ in either part are two.</summary>
/// <param name="Oid">The SHA-256 of its content: 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Its length in bytes; zero or more.</param>
internal sealed record LfsObject(string Oid, long Size)
{
    private const int OidLength = 64;
    private const int MaxSizeLength = 15;
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>False when they name nothing: of nothing at all there is one SHA-256 alone.</summary>
    public static bool TryCreate(string? oid, long? size, [NotNullWhen(true)] out LfsObject? value)
    {
        value = oid is { Length: OidLength } && oid.All(char.IsAsciiHexDigitLower) && size is >= 0 && (size == 0) == (oid == Empty) ? new(oid, size.Value) : null;
        return value is not null;
    }

    /// <summary>From two segments of a path: one way of writing it alone.</summary>
    public static bool TryParse(string oid, string size, [NotNullWhen(true)] out LfsObject? value)
    {
        value = null;
        return size.Length <= MaxSizeLength
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            && bytes.ToString(CultureInfo.InvariantCulture) == size
            && TryCreate(oid, bytes, out value);
    }

    /// <summary><c>OID/SIZE</c>, as in <see cref="TryParse"/>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Oid}/{Size}");
}
