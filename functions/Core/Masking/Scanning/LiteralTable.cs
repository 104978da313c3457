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
    private const int BitmapBits = 17;
    private const int SlotBits = 12;
    private readonly Literal[] _literals;
    private readonly LiteralWindow[] _windows;
    private readonly int[] _first = new int[1 << SlotBits];
    private readonly Entry[] _entries;
    private readonly bool _hasThree;
    private readonly ulong[] _bitmap = new ulong[(1 << BitmapBits) / 64];

    public LiteralTable(IEnumerable<Literal> literals)
    {
        _literals = [.. literals];
        if (_literals.Any(static literal => literal.Bytes.Length < 3))
        {
            throw new ArgumentException("A literal has at least three bytes.", nameof(literals));
        }

        _windows = [.. _literals.Select(static literal => LiteralWindow.Rarest(literal))];
        _hasThree = _windows.Any(static window => window.Length == 3);
        _entries = new Entry[_literals.Length + 1];
        for (var i = 0; i < _literals.Length; i++)
        {
            var window = Folded(_literals[i].Bytes.AsSpan(_windows[i].Offset, _windows[i].Length));
            foreach (var marked in _windows[i].Length == 4 ? [window] : Spellings(_literals[i], _windows[i].Offset))
            {
                Mark(marked);
            }

            ref var first = ref _first[Hash(window) >> (32 - SlotBits)];
            _entries[i + 1] = new(_literals[i], i, _windows[i], first);
            first = i + 1;
        }
    }

    public int Count => _literals.Length;

    public ReadOnlySpan<Literal> Literals => _literals;

    public ReadOnlySpan<LiteralWindow> Windows => _windows;

    /// <summary>Whether a window that begins at the text's beginning may belong to a literal. The text has at least four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayStand(ref byte text)
    {
        // Three bytes say little: then case counts.
        var window = Unsafe.ReadUnaligned<uint>(ref text);
        return IsMarked(window | Fold) | IsMarked(window & ThreeBytes);
    }

    /// <summary>Keeps, at the beginning, those places at which a window may belong to a literal; the result is how many. Behind each there are four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Sift(ref byte text, Span<ushort> places)
    {
        var count = 0;
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            places[count] = place;
            count += MayStand(ref Unsafe.Add(ref text, place)) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Adds the literals that stand in the text with their window at the place.</summary>
    public void Verify(ReadOnlySpan<byte> text, int at, PooledList<Sighting> found)
    {
        if (text.Length - at >= 4)
        {
            Compare(text, at, MemoryMarshal.Read<uint>(text[at..]) | Fold, 4, found);
        }

        if (_hasThree && text.Length - at >= 3)
        {
            Compare(text, at, (uint)(text[at] | (text[at + 1] << 8) | (text[at + 2] << 16)) | (Fold & ThreeBytes), 3, found);
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

    private void Compare(ReadOnlySpan<byte> text, int at, uint window, int length, PooledList<Sighting> found)
    {
        for (var next = _first[Hash(window) >> (32 - SlotBits)]; next != 0; next = _entries[next].Next)
        {
            ref readonly var entry = ref _entries[next];
            var start = at - entry.Offset;
            if (start < 0 || entry.Length != length)
            {
                continue;
            }

            // Eight bytes at once where they are there: nearly every literal that is not there ends here.
            if (text.Length - start >= 8
                ? ((MemoryMarshal.Read<ulong>(text[start..]) | entry.HeadFold) & entry.HeadMask) == entry.Head && (entry.IsWhole || _literals[entry.Literal].Begins(text[start..]))
                : _literals[entry.Literal].Begins(text[start..]))
            {
                found.Add(new(start, entry.Literal));
            }
        }
    }

    private static uint Folded(ReadOnlySpan<byte> window) => window.Length == 4
        ? MemoryMarshal.Read<uint>(window) | Fold
        : (uint)(window[0] | (window[1] << 8) | (window[2] << 16)) | (Fold & ThreeBytes);

    /// <summary>Three bytes of a literal in every case that they may have.</summary>
    private static IEnumerable<uint> Spellings(Literal literal, int at) =>
        from first in LiteralWindow.Cases(literal, at)
        from second in LiteralWindow.Cases(literal, at + 1)
        from third in LiteralWindow.Cases(literal, at + 2)
        select (uint)(first | (second << 8) | (third << 16));

    private void Mark(uint window)
    {
        var hash = Hash(window) >> (32 - BitmapBits);
        _bitmap[hash >> 6] |= 1UL << (int)(hash & 63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsMarked(uint window)
    {
        var hash = Hash(window) >> (32 - BitmapBits);
        return (_bitmap[hash >> 6] & (1UL << (int)(hash & 63))) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(uint window) => window * 0x9E3779B1;

    /// <summary>A literal in the slot of its window.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Entry
    {
        public Entry(Literal literal, int index, LiteralWindow window, int next)
        {
            (Literal, Offset, Length, Next, IsWhole) = (index, window.Offset, window.Length, next, literal.Bytes.Length <= 8);
            for (var i = 0; i < Math.Min(8, literal.Bytes.Length); i++)
            {
                var value = literal.Bytes[i];
                Head |= (ulong)value << (8 * i);
                HeadMask |= 0xFFUL << (8 * i);
                HeadFold |= literal.IgnoreCase && char.IsAsciiLetterLower((char)value) ? 0x20UL << (8 * i) : 0;
            }
        }

        /// <summary>Its first bytes, at most eight.</summary>
        public ulong Head { get; }

        /// <summary>Which bits of eight bytes those are.</summary>
        public ulong HeadMask { get; }

        /// <summary>Which of them do not count: those that tell the cases of letters apart.</summary>
        public ulong HeadFold { get; }

        /// <summary>Whether it has no more bytes.</summary>
        public bool IsWhole { get; }

        public int Literal { get; }

        /// <summary>Where in it its window begins.</summary>
        public int Offset { get; }

        /// <summary>How long that is.</summary>
        public int Length { get; }

        /// <summary>The next of its slot; 0 for none.</summary>
        public int Next { get; }
    }
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
            var share = ByteFrequency.TogetherMoreOften(literal.Bytes.AsSpan(offset, length));
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
