namespace CursorBroker.Core.Masking.Layers;

/// <summary>Four characters of base64 and the 24 bits they mean (RFC 4648, sections 4 and 5).</summary>
internal static class Base64Quantum
{
    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    public static int Read(ReadOnlySpan<byte> characters)
    {
        var bits = 0;
        foreach (var character in characters)
        {
            bits = (bits << 6) | Math.Max(0, character switch
            {
                (byte)'-' => 62,
                (byte)'_' => 63,
                _ => Alphabet.IndexOf(character),
            });
        }

        return bits;
    }

    public static byte Character(int bits, int index, bool isUrl) => ((bits >> (18 - (6 * index))) & 63) switch
    {
        62 when isUrl => (byte)'-',
        63 when isUrl => (byte)'_',
        var value => Alphabet[value],
    };
}
