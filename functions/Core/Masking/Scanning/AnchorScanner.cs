using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>
/// Finds every place of many literals. Teddy's idea: a lookup per byte says which buckets of literals it may belong to at each of a window's four places;
/// the four answers anded leave the few places worth a look. Those are written down first and looked at afterwards, since a call within the loop costs
/// more than the loop. With VBMI a lookup takes the whole byte (but its highest bit); without it, its two halves.
/// </summary>
internal sealed class AnchorScanner
{
    /// <summary>How many places are scanned before the candidates among them are looked at.</summary>
    private const int Block = 4096;

    private readonly LiteralTable _table;
    private readonly ScanWidth _width;
    private readonly byte[][] _whole = [];
    private readonly byte[][] _low = [];
    private readonly byte[][] _high = [];

    public AnchorScanner(IEnumerable<Literal> literals, ScanWidth? width = null)
    {
        _table = new(literals);
        _width = _table.Count == 0 ? ScanWidth.Scalar : width ?? ScanWidths.Widest;
        if (_width == ScanWidth.Scalar)
        {
            return;
        }

        var buckets = new Buckets(_table);
        var all = Enumerable.Range(0, 2 * Buckets.Places).Select(i => buckets.Of(i / Buckets.Places, i % Buckets.Places).ToArray()).ToArray();
        _whole = [.. all.Select(static table => table.Take(128).Zip(table.Skip(128), static (one, other) => (byte)(one | other)).ToArray())];
        _low = [.. all.Select(static table => Halves(table, static value => value & 15))];
        _high = [.. all.Select(static table => Halves(table, static value => value >> 4))];
    }

    /// <summary>The literals, by the index of a sighting.</summary>
    public LiteralTable Table => _table;

    /// <summary>Writes every sighting that lies wholly in the text.</summary>
    public void Scan(ReadOnlySpan<byte> text, PooledList<Sighting> found)
    {
        if (_table.Count == 0)
        {
            return;
        }

        var at = 0;
        if (_width != ScanWidth.Scalar)
        {
            Span<ushort> candidates = stackalloc ushort[Block];
            ref var first = ref MemoryMarshal.GetReference(text);
            var step = (int)_width;
            while (at + step + Buckets.Places - 1 <= text.Length)
            {
                var steps = Math.Min(Block, text.Length - Buckets.Places + 1 - at) / step;
                ref var from = ref Unsafe.Add(ref first, at);
                var count = _width switch
                {
                    ScanWidth.Wide512 => Scan512(ref from, steps, candidates),
                    ScanWidth.Wide256 => Scan256(ref from, steps, candidates),
                    _ => Scan128(ref from, steps, candidates),
                };
                foreach (var candidate in candidates[..count])
                {
                    if (_table.MayStand(ref Unsafe.Add(ref from, candidate)))
                    {
                        _table.Verify(text, at + candidate, found);
                    }
                }

                at += steps * step;
            }
        }

        _table.Scan(text, at, text.Length, found);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Scan512(ref byte from, int steps, Span<ushort> candidates)
    {
        var (a0, a1) = Whole(0);
        var (b0, b1) = Whole(1);
        var (c0, c1) = Whole(2);
        var (d0, d1) = Whole(3);
        var (e0, e1) = Whole(4);
        var (f0, f1) = Whole(5);
        var (g0, g1) = Whole(6);
        var (h0, h1) = Whole(7);
        var count = 0;
        for (var i = 0; i < steps; i++)
        {
            var at = (nuint)(i * 64);
            var w = Vector512.LoadUnsafe(ref from, at);
            var x = Vector512.LoadUnsafe(ref from, at + 1);
            var y = Vector512.LoadUnsafe(ref from, at + 2);
            var z = Vector512.LoadUnsafe(ref from, at + 3);
            var hit = (Avx512Vbmi.PermuteVar64x8x2(a0, w, a1) & Avx512Vbmi.PermuteVar64x8x2(b0, x, b1)
                    & Avx512Vbmi.PermuteVar64x8x2(c0, y, c1) & Avx512Vbmi.PermuteVar64x8x2(d0, z, d1))
                | (Avx512Vbmi.PermuteVar64x8x2(e0, w, e1) & Avx512Vbmi.PermuteVar64x8x2(f0, x, f1)
                    & Avx512Vbmi.PermuteVar64x8x2(g0, y, g1) & Avx512Vbmi.PermuteVar64x8x2(h0, z, h1));
            Record(~Vector512.Equals(hit, Vector512<byte>.Zero).ExtractMostSignificantBits(), i * 64, candidates, ref count);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Scan256(ref byte from, int steps, Span<ushort> candidates)
    {
        var nibble = Vector256.Create((byte)15);
        var count = 0;
        for (var i = 0; i < steps; i++)
        {
            var hit = Vector256<byte>.Zero;
            for (var group = 0; group < 2; group++)
            {
                var all = Vector256<byte>.AllBitsSet;
                for (var place = 0; place < Buckets.Places; place++)
                {
                    var value = Vector256.LoadUnsafe(ref from, (nuint)((i * 32) + place));
                    var table = (group * Buckets.Places) + place;
                    all &= Avx2.Shuffle(Twice(_low[table]), value & nibble) & Avx2.Shuffle(Twice(_high[table]), (value.AsUInt16() >>> 4).AsByte() & nibble);
                }

                hit |= all;
            }

            Record(~Vector256.Equals(hit, Vector256<byte>.Zero).ExtractMostSignificantBits(), i * 32, candidates, ref count);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Scan128(ref byte from, int steps, Span<ushort> candidates)
    {
        var nibble = Vector128.Create((byte)15);
        var count = 0;
        for (var i = 0; i < steps; i++)
        {
            var hit = Vector128<byte>.Zero;
            for (var group = 0; group < 2; group++)
            {
                var all = Vector128<byte>.AllBitsSet;
                for (var place = 0; place < Buckets.Places; place++)
                {
                    var value = Vector128.LoadUnsafe(ref from, (nuint)((i * 16) + place));
                    var table = (group * Buckets.Places) + place;
                    all &= Vector128.Shuffle(Vector128.Create(_low[table]), value & nibble) & Vector128.Shuffle(Vector128.Create(_high[table]), value >>> 4);
                }

                hit |= all;
            }

            Record(~Vector128.Equals(hit, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF, i * 16, candidates, ref count);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Record(ulong hits, int at, Span<ushort> candidates, ref int count)
    {
        for (; hits != 0; hits &= hits - 1)
        {
            candidates[count++] = (ushort)(at + BitOperations.TrailingZeroCount(hits));
        }
    }

    private (Vector512<byte> Lower, Vector512<byte> Upper) Whole(int table) => (Vector512.Create(_whole[table], 0), Vector512.Create(_whole[table], 64));

    private static Vector256<byte> Twice(byte[] table) => Vector256.Create(Vector128.Create(table), Vector128.Create(table));

    private static byte[] Halves(byte[] table, Func<int, int> half)
    {
        var halves = new byte[16];
        for (var value = 0; value < 256; value++)
        {
            halves[half(value)] |= table[value];
        }

        return halves;
    }
}
