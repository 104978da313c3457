using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>
/// Literals by a window of three or four of their bytes, the rarest they have. A bitmap over hashed windows answers "none here" for nearly every place;
/// where it does not, the literals of that window are compared. Case is folded by one or, so a window may pass that only looks alike.
/// </summary>
internal sealed class LiteralTable
{
    private const uint Fold = 0x20202020;
    private const uint ThreeBytes = 0x00FFFFFF;
    private const int BitmapBits = 16;
    private readonly Literal[] _literals;
    private readonly LiteralWindow[] _windows;
    private readonly Dictionary<uint, int[]> _four;
    private readonly Dictionary<uint, int[]> _three;
    private readonly ulong[] _bitmap = new ulong[(1 << BitmapBits) / 64];

    public LiteralTable(IEnumerable<Literal> literals)
    {
        _literals = [.. literals];
        if (_literals.Any(static literal => literal.Bytes.Length < 3))
        {
            throw new ArgumentException("A literal has at least three bytes.", nameof(literals));
        }

        _windows = [.. _literals.Select(static literal => LiteralWindow.Rarest(literal))];
        _four = ByWindow(4);
        _three = ByWindow(3);
        foreach (var window in _four.Keys.Concat(_three.Keys))
        {
            Mark(window);
        }
    }

    public int Count => _literals.Length;

    public ReadOnlySpan<Literal> Literals => _literals;

    public ReadOnlySpan<LiteralWindow> Windows => _windows;

    /// <summary>Whether a window that begins at the text's beginning may belong to a literal. The text has at least four bytes.</summary>
    public bool MayStand(ref byte text)
    {
        var window = Unsafe.ReadUnaligned<uint>(ref text) | Fold;
        return IsMarked(window) || (_three.Count > 0 && IsMarked(window & ThreeBytes));
    }

    /// <summary>Adds the literals that stand in the text with their window at the place.</summary>
    public void Verify(ReadOnlySpan<byte> text, int at, PooledList<Sighting> found)
    {
        var rest = text[at..];
        if (rest.Length >= 4)
        {
            var window = MemoryMarshal.Read<uint>(rest) | Fold;
            if (IsMarked(window) && _four.TryGetValue(window, out var literals))
            {
                Compare(text, at, literals, found);
            }
        }

        if (_three.Count > 0 && rest.Length >= 3)
        {
            var window = (uint)(rest[0] | (rest[1] << 8) | (rest[2] << 16)) | (Fold & ThreeBytes);
            if (IsMarked(window) && _three.TryGetValue(window, out var literals))
            {
                Compare(text, at, literals, found);
            }
        }
    }

    /// <summary>Every literal that lies wholly in the text and whose window begins in the range, byte by byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scan(ReadOnlySpan<byte> text, int from, int to, PooledList<Sighting> found)
    {
        if (_literals.Length == 0)
        {
            return;
        }

        var at = from;
        ref var first = ref MemoryMarshal.GetReference(text);
        for (var last = Math.Min(to, text.Length - 3); at < last; at++)
        {
            if (MayStand(ref Unsafe.Add(ref first, at)))
            {
                Verify(text, at, found);
            }
        }

        for (; at < Math.Min(to, text.Length); at++)
        {
            Verify(text, at, found);
        }
    }

    private void Compare(ReadOnlySpan<byte> text, int at, int[] literals, PooledList<Sighting> found)
    {
        foreach (var index in literals)
        {
            var start = at - _windows[index].Offset;
            if (start >= 0 && _literals[index].Begins(text[start..]))
            {
                found.Add(new(start, index));
            }
        }
    }

    private Dictionary<uint, int[]> ByWindow(int length) => Enumerable.Range(0, _literals.Length)
        .Where(i => _windows[i].Length == length)
        .GroupBy(i => Folded(_literals[i].Bytes.AsSpan(_windows[i].Offset, length)))
        .ToDictionary(static group => group.Key, static group => group.ToArray());

    private static uint Folded(ReadOnlySpan<byte> window) => window.Length == 4
        ? MemoryMarshal.Read<uint>(window) | Fold
        : (uint)(window[0] | (window[1] << 8) | (window[2] << 16)) | (Fold & ThreeBytes);

    private void Mark(uint window)
    {
        var hash = Hash(window);
        _bitmap[hash >> 6] |= 1UL << (int)(hash & 63);
    }

    private bool IsMarked(uint window)
    {
        var hash = Hash(window);
        return (_bitmap[hash >> 6] & (1UL << (int)(hash & 63))) != 0;
    }

    private static uint Hash(uint window) => (window * 0x9E3779B1) >> (32 - BitmapBits);
}

/// <summary>Which bytes of a literal are looked for first.</summary>
/// <param name="Offset">Where in the literal they begin.</param>
/// <param name="Length">3 for a literal of three bytes, else 4.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LiteralWindow(int Offset, int Length)
{
    public static LiteralWindow Rarest(Literal literal)
    {
        var length = Math.Min(4, literal.Bytes.Length);
        var best = new LiteralWindow(0, length);
        var least = double.MaxValue;
        for (var offset = 0; offset + length <= literal.Bytes.Length; offset++)
        {
            var share = 1.0;
            for (var i = offset; i < offset + length; i++)
            {
                share *= Cases(literal, i).Sum(static value => ByteFrequency.Of(value));
            }

            if (share < least)
            {
                (least, best) = (share, new(offset, length));
            }
        }

        return best;
    }

    /// <summary>The bytes that may stand at a place of the literal.</summary>
    public static IEnumerable<byte> Cases(Literal literal, int at)
    {
        var value = literal.Bytes[at];
        yield return value;
        if (literal.IgnoreCase && value is >= (byte)'a' and <= (byte)'z')
        {
            yield return (byte)(value & ~0x20);
        }
    }
}
