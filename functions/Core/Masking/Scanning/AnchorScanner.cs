using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>
/// Finds every place of many literals. Teddy's idea: a lookup per byte says which buckets of literals it may belong to at each of a window's four places;
/// the four answers anded leave the few places worth a look. Those are written down first, a bit a place, and looked at afterwards, since a branch within
/// the loop costs more than the loop. With VBMI a lookup takes the whole byte (but its highest bit); without it, its two halves, which say less, so that
/// it takes more buckets.
/// </summary>
internal sealed class AnchorScanner
{
    /// <summary>Places of one word of hits.</summary>
    private const int Word = 64;

    /// <summary>How many words are scanned before the places among them are looked at.</summary>
    private const int Block = 64;

    /// <summary>Of more literals than so many, twice as many buckets are made.</summary>
    private const int Many = 1000;

    /// <summary>Groups of buckets where a lookup takes the whole byte.</summary>
    private const int Groups = 4;

    /// <summary>Groups of buckets where it takes halves.</summary>
    private const int GroupsOfHalves = 6;

    private readonly LiteralTable _table;
    private readonly ScanWidth _width;
    private readonly int _groups;

    /// <summary>For group and place the buckets of each byte, or those of each low half and each high half: each table twice, as wide as the widest load.</summary>
    private readonly byte[] _lookups = [];

    public AnchorScanner(IEnumerable<Literal> literals, ScanWidth? width = null)
    {
        _table = new(literals);
        _width = _table.Count == 0 ? ScanWidth.Scalar : width ?? ScanWidths.Widest;
        _groups = (_width == ScanWidth.Wide512 ? Groups : GroupsOfHalves) * (_table.Count > Many ? 2 : 1);
        if (_width == ScanWidth.Wide512)
        {
            var buckets = new Buckets(_table, _groups, inHalves: false);
            _lookups = [.. Enumerable.Range(0, _groups * Buckets.Places).SelectMany(i => buckets.Of(i / Buckets.Places, i % Buckets.Places))];
        }
        else if (_width != ScanWidth.Scalar)
        {
            var buckets = new Buckets(_table, _groups, inHalves: true);
            _lookups = [.. Enumerable.Range(0, _groups * Buckets.Places).SelectMany(i => Halves(buckets.Of(i / Buckets.Places, i % Buckets.Places)))];
        }
    }

    /// <summary>The literals, by the index of a sighting.</summary>
    public LiteralTable Table => _table;

    /// <summary>Writes every sighting that lies wholly in the text.</summary>
    public void Scan(ReadOnlySpan<byte> text, PooledList<Sighting> found) => Scan(text, 0, text.Length, found);

    /// <summary>Writes every sighting that lies wholly in the text and whose window begins in the range.</summary>
    public void Scan(ReadOnlySpan<byte> text, int from, int to, PooledList<Sighting> found)
    {
        if (_table.Count == 0)
        {
            return;
        }

        var last = text.Length - Buckets.Places + 1;
        var whole = _width == ScanWidth.Scalar ? 0 : Math.Max(0, Math.Min(to - from + Word - 1, last - from)) / Word;
        Span<ulong> hits = stackalloc ulong[Math.Min(Block, whole)];
        Span<ushort> candidates = stackalloc ushort[(hits.Length * Word) + 2];
        ref var first = ref MemoryMarshal.GetReference(text);
        while (whole > 0)
        {
            var words = hits[..Math.Min(Block, whole)];
            ref var block = ref Unsafe.Add(ref first, from);
            switch (_width)
            {
                case ScanWidth.Wide512:
                    Scan512(ref block, words);
                    break;
                case ScanWidth.Wide256:
                    Scan256(ref block, words);
                    break;
                default:
                    Scan128(ref block, words);
                    break;
            }

            var length = words.Length * Word;
            words[^1] &= from + length > to ? ulong.MaxValue >> (from + length - to) : ulong.MaxValue;
            var count = _table.Sift(ref block, candidates[..Places(words, candidates)]);
            foreach (var place in candidates[..count])
            {
                _table.Verify(text, from + place, found);
            }

            from += length;
            whole -= words.Length;
        }

        _table.Scan(text, from, to, found);
    }

    /// <summary>Writes down the places of hits; the result is how many. Most words have none or one, so that two are written without asking.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Places(ReadOnlySpan<ulong> hits, Span<ushort> places)
    {
        ref var place = ref MemoryMarshal.GetReference(places);
        var count = 0;
        for (var i = 0; i < hits.Length; i++)
        {
            var bits = hits[i];
            Unsafe.Add(ref place, count) = (ushort)((i * Word) + BitOperations.TrailingZeroCount(bits));
            count += bits != 0 ? 1 : 0;
            bits &= bits - 1;
            Unsafe.Add(ref place, count) = (ushort)((i * Word) + BitOperations.TrailingZeroCount(bits));
            count += bits != 0 ? 1 : 0;
            for (bits &= bits - 1; bits != 0; bits &= bits - 1)
            {
                Unsafe.Add(ref place, count++) = (ushort)((i * Word) + BitOperations.TrailingZeroCount(bits));
            }
        }

        return count;
    }

    private void Scan512(ref byte from, Span<ulong> hits)
    {
        // Two groups at a time: the tables of four do not fit the registers.
        hits.Clear();
        for (var group = 0; group < _groups; group += 2)
        {
            Scan512(ref from, hits, ref _lookups[group * Buckets.Places * 128]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scan512(ref byte from, Span<ulong> hits, ref byte tables)
    {
        var (a0, a1, a2, a3) = (Vector512.LoadUnsafe(ref tables, 0), Vector512.LoadUnsafe(ref tables, 128), Vector512.LoadUnsafe(ref tables, 256), Vector512.LoadUnsafe(ref tables, 384));
        var (b0, b1, b2, b3) = (Vector512.LoadUnsafe(ref tables, 64), Vector512.LoadUnsafe(ref tables, 192), Vector512.LoadUnsafe(ref tables, 320), Vector512.LoadUnsafe(ref tables, 448));
        var (c0, c1, c2, c3) = (Vector512.LoadUnsafe(ref tables, 512), Vector512.LoadUnsafe(ref tables, 640), Vector512.LoadUnsafe(ref tables, 768), Vector512.LoadUnsafe(ref tables, 896));
        var (d0, d1, d2, d3) = (Vector512.LoadUnsafe(ref tables, 576), Vector512.LoadUnsafe(ref tables, 704), Vector512.LoadUnsafe(ref tables, 832), Vector512.LoadUnsafe(ref tables, 960));
        for (var i = 0; i < hits.Length; i++)
        {
            var at = (nuint)(i * Word);
            var w = Vector512.LoadUnsafe(ref from, at);
            var x = Vector512.LoadUnsafe(ref from, at + 1);
            var y = Vector512.LoadUnsafe(ref from, at + 2);
            var z = Vector512.LoadUnsafe(ref from, at + 3);
            var hit = (Look(a0, b0, w) & Look(a1, b1, x) & Look(a2, b2, y) & Look(a3, b3, z)) | (Look(c0, d0, w) & Look(c1, d1, x) & Look(c2, d2, y) & Look(c3, d3, z));
            hits[i] |= ~Vector512.Equals(hit, Vector512<byte>.Zero).ExtractMostSignificantBits();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan256(ref byte from, Span<ulong> hits)
    {
        ref var tables = ref MemoryMarshal.GetArrayDataReference(_lookups);
        var (nibble, groups) = (Vector256.Create((byte)15), _groups);
        for (var i = 0; i < hits.Length; i++)
        {
            hits[i] = 0;
            for (var half = 0; half < Word; half += 32)
            {
                var at = (nuint)((i * Word) + half);
                var w = Vector256.LoadUnsafe(ref from, at);
                var x = Vector256.LoadUnsafe(ref from, at + 1);
                var y = Vector256.LoadUnsafe(ref from, at + 2);
                var z = Vector256.LoadUnsafe(ref from, at + 3);
                var (wl, xl, yl, zl) = (w & nibble, x & nibble, y & nibble, z & nibble);
                var (wh, xh, yh, zh) = (High(w) & nibble, High(x) & nibble, High(y) & nibble, High(z) & nibble);
                var hit = Vector256<byte>.Zero;
                for (var group = 0; group < groups; group++)
                {
                    ref var those = ref Unsafe.Add(ref tables, group * Buckets.Places * 64);
                    hit |= Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 0), wl) & Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 32), wh)
                        & Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 64), xl) & Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 96), xh)
                        & Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 128), yl) & Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 160), yh)
                        & Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 192), zl) & Avx2.Shuffle(Vector256.LoadUnsafe(ref those, 224), zh);
                }

                hits[i] |= (ulong)~Vector256.Equals(hit, Vector256<byte>.Zero).ExtractMostSignificantBits() << half;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan128(ref byte from, Span<ulong> hits)
    {
        ref var tables = ref MemoryMarshal.GetArrayDataReference(_lookups);
        var (nibble, groups) = (Vector128.Create((byte)15), _groups);
        for (var i = 0; i < hits.Length; i++)
        {
            hits[i] = 0;
            for (var quarter = 0; quarter < Word; quarter += 16)
            {
                var at = (nuint)((i * Word) + quarter);
                var w = Vector128.LoadUnsafe(ref from, at);
                var x = Vector128.LoadUnsafe(ref from, at + 1);
                var y = Vector128.LoadUnsafe(ref from, at + 2);
                var z = Vector128.LoadUnsafe(ref from, at + 3);
                var (wl, xl, yl, zl) = (w & nibble, x & nibble, y & nibble, z & nibble);
                var (wh, xh, yh, zh) = (w >>> 4, x >>> 4, y >>> 4, z >>> 4);
                var hit = Vector128<byte>.Zero;
                for (var group = 0; group < groups; group++)
                {
                    ref var those = ref Unsafe.Add(ref tables, group * Buckets.Places * 64);
                    hit |= Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 0), wl) & Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 32), wh)
                        & Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 64), xl) & Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 96), xh)
                        & Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 128), yl) & Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 160), yh)
                        & Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 192), zl) & Vector128.ShuffleNative(Vector128.LoadUnsafe(ref those, 224), zh);
                }

                hits[i] |= (ulong)(~Vector128.Equals(hit, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF) << quarter;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Look(Vector512<byte> lower, Vector512<byte> upper, Vector512<byte> value) => Avx512Vbmi.PermuteVar64x8x2(lower, value, upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> High(Vector256<byte> value) => (value.AsUInt16() >>> 4).AsByte();

    /// <summary>The buckets of each low half, twice, and those of each high half, twice.</summary>
    private static byte[] Halves(byte[] table)
    {
        var halves = new byte[64];
        for (var value = 0; value < 128; value++)
        {
            for (var copy = 0; copy < 32; copy += 16)
            {
                halves[copy + (value & 15)] |= table[value];
                halves[32 + copy + (value >> 4)] |= table[value];
                halves[32 + copy + 8 + (value >> 4)] |= table[value];
            }
        }

        return halves;
    }
}
