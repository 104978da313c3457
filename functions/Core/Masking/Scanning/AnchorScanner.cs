using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>A literal to look for: at least 3 bytes; in lower case when case does not matter.</summary>
internal readonly record struct Literal(byte[] Bytes, bool IgnoreCase);

/// <summary>Where a literal stands.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Sighting(int At, int Literal);

/// <summary>How wide the scan is.</summary>
internal enum ScanWidth
{
    /// <summary>Byte by byte: what the others are tested against.</summary>
    Scalar = 0,

    /// <summary>16 bytes a step.</summary>
    Wide128 = 16,

    /// <summary>32 bytes a step.</summary>
    Wide256 = 32,

    /// <summary>64 bytes a step.</summary>
    Wide512 = 64,
}

/// <summary>
/// Finds every place of many literals. Teddy's idea: the first three bytes of each literal belong to one of eight buckets; a table lookup per half-byte
/// says which buckets a byte may belong to at each of the three places; the three answers anded leave the few places worth a look. Those pass a
/// bitmap over three bytes, then the literals themselves are compared.
/// </summary>
internal sealed class AnchorScanner
{
    private const int BitmapBits = 18;
    private readonly Literal[] _literals;
    private readonly Dictionary<int, int[]> _byPrefix;
    private readonly ulong[] _bitmap = new ulong[(1 << BitmapBits) / 64];
    private readonly byte[][] _low = [new byte[16], new byte[16], new byte[16]];
    private readonly byte[][] _high = [new byte[16], new byte[16], new byte[16]];
    private readonly ScanWidth _width;

    public AnchorScanner(IEnumerable<Literal> literals, ScanWidth? width = null)
    {
        _literals = [.. literals];
        if (_literals.Any(static literal => literal.Bytes.Length < 3))
        {
            throw new ArgumentException("A literal has at least three bytes.", nameof(literals));
        }

        _width = width ?? Widest();
        _byPrefix = Enumerable.Range(0, _literals.Length).GroupBy(i => Folded(_literals[i].Bytes)).ToDictionary(static g => g.Key, static g => g.ToArray());

        // Neighbours in the order of their prefixes share half-bytes, so a bucket of neighbours lets few strangers through.
        var prefixes = _byPrefix.Keys.Order().ToList();
        for (var i = 0; i < prefixes.Count; i++)
        {
            var bucket = (byte)(1 << (i * 8 / prefixes.Count));
            var hash = Hash(prefixes[i]);
            _bitmap[hash >> 6] |= 1UL << (hash & 63);
            foreach (var literal in _byPrefix[prefixes[i]])
            {
                for (var place = 0; place < 3; place++)
                {
                    var value = _literals[literal].Bytes[place];
                    Enter(place, value, bucket);
                    if (_literals[literal].IgnoreCase && value is >= (byte)'a' and <= (byte)'z')
                    {
                        Enter(place, (byte)(value & ~0x20), bucket);
                    }
                }
            }
        }
    }

    /// <summary>The widest this processor has.</summary>
    public static ScanWidth Widest() =>
        Avx512BW.IsSupported ? ScanWidth.Wide512 : Avx2.IsSupported ? ScanWidth.Wide256 : Vector128.IsHardwareAccelerated ? ScanWidth.Wide128 : ScanWidth.Scalar;

    /// <summary>Writes every sighting that lies wholly in the text, in the order of its places.</summary>
    public void Scan(ReadOnlySpan<byte> text, SightingList found)
    {
        if (_literals.Length == 0)
        {
            return;
        }

        var at = _width switch
        {
            ScanWidth.Wide512 => Scan512(text, found),
            ScanWidth.Wide256 => Scan256(text, found),
            ScanWidth.Wide128 => Scan128(text, found),
            _ => 0,
        };
        for (; at + 2 < text.Length; at++)
        {
            Verify(text, at, found);
        }
    }

    private static int Folded(ReadOnlySpan<byte> bytes) => (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16)) | 0x202020;

    private static int Hash(int prefix) => (int)((uint)(prefix * 0x9E3779B1) >> (32 - BitmapBits));

    private void Enter(int place, byte value, byte bucket)
    {
        _low[place][value & 15] |= bucket;
        _high[place][value >> 4] |= bucket;
    }

    private int Scan128(ReadOnlySpan<byte> text, SightingList found)
    {
        var at = 0;
        var low = (Vector128.Create(_low[0]), Vector128.Create(_low[1]), Vector128.Create(_low[2]));
        var high = (Vector128.Create(_high[0]), Vector128.Create(_high[1]), Vector128.Create(_high[2]));
        var nibble = Vector128.Create((byte)15);
        for (; at + 18 <= text.Length; at += 16)
        {
            var a = Vector128.Create(text[at..]);
            var b = Vector128.Create(text[(at + 1)..]);
            var c = Vector128.Create(text[(at + 2)..]);
            var hit = Vector128.Shuffle(low.Item1, a & nibble) & Vector128.Shuffle(high.Item1, a >>> 4)
                & Vector128.Shuffle(low.Item2, b & nibble) & Vector128.Shuffle(high.Item2, b >>> 4)
                & Vector128.Shuffle(low.Item3, c & nibble) & Vector128.Shuffle(high.Item3, c >>> 4);
            var hits = (ulong)(~Vector128.Equals(hit, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF);
            VerifyAll(text, at, hits, found);
        }

        return at;
    }

    private int Scan256(ReadOnlySpan<byte> text, SightingList found)
    {
        var at = 0;
        var low = (Twice(_low[0]), Twice(_low[1]), Twice(_low[2]));
        var high = (Twice(_high[0]), Twice(_high[1]), Twice(_high[2]));
        var nibble = Vector256.Create((byte)15);
        for (; at + 34 <= text.Length; at += 32)
        {
            var a = Vector256.Create(text[at..]);
            var b = Vector256.Create(text[(at + 1)..]);
            var c = Vector256.Create(text[(at + 2)..]);
            var hit = Avx2.Shuffle(low.Item1, a & nibble) & Avx2.Shuffle(high.Item1, a >>> 4)
                & Avx2.Shuffle(low.Item2, b & nibble) & Avx2.Shuffle(high.Item2, b >>> 4)
                & Avx2.Shuffle(low.Item3, c & nibble) & Avx2.Shuffle(high.Item3, c >>> 4);
            var hits = (ulong)~Vector256.Equals(hit, Vector256<byte>.Zero).ExtractMostSignificantBits();
            VerifyAll(text, at, hits & 0xFFFF_FFFF, found);
        }

        return at;
    }

    private int Scan512(ReadOnlySpan<byte> text, SightingList found)
    {
        var at = 0;
        var low = (Four(_low[0]), Four(_low[1]), Four(_low[2]));
        var high = (Four(_high[0]), Four(_high[1]), Four(_high[2]));
        var nibble = Vector512.Create((byte)15);
        for (; at + 66 <= text.Length; at += 64)
        {
            var a = Vector512.Create(text[at..]);
            var b = Vector512.Create(text[(at + 1)..]);
            var c = Vector512.Create(text[(at + 2)..]);
            var hit = Avx512BW.Shuffle(low.Item1, a & nibble) & Avx512BW.Shuffle(high.Item1, a >>> 4)
                & Avx512BW.Shuffle(low.Item2, b & nibble) & Avx512BW.Shuffle(high.Item2, b >>> 4)
                & Avx512BW.Shuffle(low.Item3, c & nibble) & Avx512BW.Shuffle(high.Item3, c >>> 4);
            VerifyAll(text, at, ~Vector512.Equals(hit, Vector512<byte>.Zero).ExtractMostSignificantBits(), found);
        }

        return at;
    }

    private static Vector256<byte> Twice(byte[] table) => Vector256.Create(Vector128.Create(table), Vector128.Create(table));

    private static Vector512<byte> Four(byte[] table) => Vector512.Create(Twice(table), Twice(table));

    private void VerifyAll(ReadOnlySpan<byte> text, int at, ulong hits, SightingList found)
    {
        for (; hits != 0; hits &= hits - 1)
        {
            Verify(text, at + System.Numerics.BitOperations.TrailingZeroCount(hits), found);
        }
    }

    private void Verify(ReadOnlySpan<byte> text, int at, SightingList found)
    {
        var prefix = Folded(text[at..]);
        var hash = Hash(prefix);
        if ((_bitmap[hash >> 6] & (1UL << (hash & 63))) == 0 || !_byPrefix.TryGetValue(prefix, out var literals))
        {
            return;
        }

        foreach (var index in literals)
        {
            if (Stands(text[at..], _literals[index]))
            {
                found.Add(new(at, index));
            }
        }
    }

    private static bool Stands(ReadOnlySpan<byte> text, Literal literal)
    {
        if (!literal.IgnoreCase)
        {
            return text.StartsWith(literal.Bytes);
        }

        if (text.Length < literal.Bytes.Length)
        {
            return false;
        }

        for (var i = 0; i < literal.Bytes.Length; i++)
        {
            var value = text[i];
            if ((value is >= (byte)'A' and <= (byte)'Z' ? value | 0x20 : value) != literal.Bytes[i])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Sightings in pooled memory that grows.</summary>
internal sealed class SightingList : IDisposable
{
    private Sighting[] _items = ArrayPool<Sighting>.Shared.Rent(256);

    public int Count { get; private set; }

    public ReadOnlySpan<Sighting> Items => _items.AsSpan(0, Count);

    public void Add(Sighting sighting)
    {
        if (Count == _items.Length)
        {
            var larger = ArrayPool<Sighting>.Shared.Rent(Count * 2);
            _items.CopyTo(larger, 0);
            ArrayPool<Sighting>.Shared.Return(_items);
            _items = larger;
        }

        _items[Count++] = sighting;
    }

    public void Clear() => Count = 0;

    public void Dispose()
    {
        ArrayPool<Sighting>.Shared.Return(_items);
        _items = [];
        Count = 0;
    }
}
