using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Objects;

/// <summary>Object ids as the bytes they are in trees and packs.</summary>
internal static class RawOid
{
    /// <summary>Longest id, in bytes.</summary>
    public const int MaxLength = 32;

    /// <summary>How many bytes an id has.</summary>
    public static int LengthOf(ObjectFormat format) => ObjectFormats.HexLength(format) / 2;

    /// <summary>The id of these bytes.</summary>
    public static GitOid ToOid(ReadOnlySpan<byte> raw) => GitOid.Parse(Convert.ToHexStringLower(raw));

    /// <summary>Writes the id's bytes; how many.</summary>
    /// <param name="id">The id.</param>
    /// <param name="raw">At least <see cref="MaxLength"/> bytes.</param>
    public static int Write(GitOid id, Span<byte> raw)
    {
        Convert.FromHexString(id.Hex, raw, out _, out var written);
        return written;
    }
}
