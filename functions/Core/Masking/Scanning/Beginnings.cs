using System.Collections.Frozen;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>Says whether a text ends within one of many literals. It may take an end for a beginning that only looks like one, never the other way round.</summary>
internal sealed class Beginnings
{
    private readonly FrozenDictionary<ulong, int> _earliest;
    private readonly int _longest;

    /// <summary>Takes literals, and how far from each one's beginning something begins that must wait for it (below 0: before it).</summary>
    public Beginnings(IEnumerable<(ReadOnlyMemory<byte> Literal, int Offset)> literals)
    {
        var earliest = new Dictionary<ulong, int>();
        foreach (var (literal, offset) in literals)
        {
            var hash = 0UL;
            foreach (var value in literal.Span[..^1])
            {
                hash = Next(hash, value);
                earliest[hash] = earliest.TryGetValue(hash, out var known) ? Math.Min(known, offset) : offset;
            }

            _longest = Math.Max(_longest, literal.Length);
        }

        _earliest = earliest.ToFrozenDictionary();
    }

    /// <summary>The earliest place that must wait for what follows; the text's length when none must.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var first = text.Length;
        for (var at = Math.Max(0, text.Length - _longest + 1); at < text.Length; at++)
        {
            var hash = 0UL;
            foreach (var value in text[at..])
            {
                hash = Next(hash, value);
            }

            if (_earliest.TryGetValue(hash, out var offset))
            {
                first = Math.Min(first, Math.Max(0, at + offset));
            }
        }

        return first;
    }

    private static ulong Next(ulong hash, byte value) => (hash + (byte)(value | 0x20) + 1) * 0x9E3779B97F4A7C15;
}
