using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>A literal to look for: at least 3 bytes; in lower case when case does not matter.</summary>
internal readonly record struct Literal(byte[] Bytes, bool IgnoreCase)
{
    /// <summary>Whether it stands at the beginning of the text.</summary>
    public bool Begins(ReadOnlySpan<byte> text) => text.Length >= Bytes.Length && IsBegunBy(text[..Bytes.Length]);

    /// <summary>Whether the text, not longer than the literal, is its beginning.</summary>
    public bool IsBegunBy(ReadOnlySpan<byte> text)
    {
        if (!IgnoreCase)
        {
            return text.SequenceEqual(Bytes.AsSpan(0, text.Length));
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (Lower(text[i]) != Bytes[i])
            {
                return false;
            }
        }

        return true;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}

/// <summary>Where a literal stands.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Sighting(int At, int Literal);
