namespace CursorBroker.Core.Masking.Known;

/// <summary>What forms begin with, fewer than <see cref="KnownForms.Shortest"/> bytes of it. Added to by one thread at a time; read by any number meanwhile.</summary>
internal sealed class ShortBeginnings
{
    /// <summary>Of fewer bytes than this it is certain; of more a text may be taken for a beginning that is none.</summary>
    public const int Exact = 3;

    private const int Bits = 20;

    private readonly ulong[] _pairs = new ulong[(256 * 256) / 64];
    private readonly ulong[] _singles = new ulong[256 / 64];
    private readonly ulong[] _longer = new ulong[(1 << Bits) / 64];

    /// <summary>Adds a form's beginnings.</summary>
    public void Add(ReadOnlySpan<byte> form)
    {
        Set(_singles, form[0]);
        Set(_pairs, Pair(form));
        for (var length = Exact; length < KnownForms.Shortest; length++)
        {
            Set(_longer, HashOf(form[..length]));
        }
    }

    /// <summary>Whether a form may begin with this.</summary>
    /// <param name="text">From 1 to <see cref="KnownForms.Shortest"/> - 1 bytes.</param>
    public bool MayBegin(ReadOnlySpan<byte> text) => text.Length switch
    {
        1 => IsSet(_singles, text[0]),
        2 => IsSet(_pairs, Pair(text)),
        _ => IsSet(_longer, HashOf(text)),
    };

    private static int Pair(ReadOnlySpan<byte> text) => (text[0] << 8) | text[1];

    private static int HashOf(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        foreach (var value in text)
        {
            hash = (hash + value + 1) * 0x9E3779B97F4A7C15;
        }

        return (int)(hash >> (64 - Bits));
    }

    private static void Set(ulong[] bits, int at) => Volatile.Write(ref bits[at / 64], bits[at / 64] | (1UL << (at % 64)));

    private static bool IsSet(ulong[] bits, int at) => (Volatile.Read(ref bits[at / 64]) & (1UL << (at % 64))) != 0;
}
