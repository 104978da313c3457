using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Advertising;

/// <summary><c>oid SP name</c>, in place.</summary>
internal readonly ref struct RefLine
{
    private RefLine(ReadOnlySpan<byte> oid, ReadOnlySpan<byte> name)
    {
        Oid = oid;
        Name = name;
    }

    public ReadOnlySpan<byte> Oid { get; }

    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Takes a line apart; false when it is not an object id of this format, a space and a name without control characters.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, ObjectFormat format, out RefLine parsed)
    {
        var digits = ObjectFormats.HexLength(format);
        parsed = default;
        if (line.Length < digits + 2 || line[digits] != ' ' || !GitText.IsHex(line[..digits]))
        {
            return false;
        }

        var name = line[(digits + 1)..];
        parsed = new(line[..digits], name);
        return !name.ContainsAnyInRange((byte)0, (byte)' ') && !name.Contains((byte)0x7f);
    }
}
