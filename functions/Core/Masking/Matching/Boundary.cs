using CursorBroker.Core.Masking.Patterns;

namespace CursorBroker.Core.Masking.Matching;

/// <summary>The byte before a match, as it is meant: behind a JSON escape stands what the escape means, not its letter.</summary>
internal static class Boundary
{
    /// <summary>How many bytes before a place it looks at.</summary>
    public const int Behind = 6;

    public static bool Before(ByteClass? before, ReadOnlySpan<byte> text)
    {
        if (before is null || text.IsEmpty || before.Contains(text[^1]))
        {
            return true;
        }

        return text switch
        {
            [.., (byte)'\\', (byte)'n' or (byte)'r' or (byte)'t' or (byte)'f' or (byte)'b' or (byte)'v'] => before.Contains((byte)'\n'),
            [.., (byte)'\\', (byte)'u', var a, var b, var c, var d] => Means(before, a, b, c, d),
            [.., (byte)'%', var c, var d] => Means(before, (byte)'0', (byte)'0', c, d),
            _ => false,
        };
    }

    private static bool Means(ByteClass before, byte a, byte b, byte c, byte d)
    {
        ReadOnlySpan<byte> digits = [a, b, c, d];
        return System.Buffers.Text.Utf8Parser.TryParse(digits, out int value, out var used, 'X') && used == 4 && before.Contains((byte)Math.Min(value, 255));
    }
}
