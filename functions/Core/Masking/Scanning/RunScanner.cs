using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>Bytes that a value may be: from <paramref name="Start"/> to before <paramref name="End"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ByteRun(int Start, int End);

/// <summary>
/// Finds runs of the bytes that tokens are made of, long enough to be one. Values that only a name beside them calls secret are found by this shape, so
/// that hundreds of names need not be looked for in all of a text. Works on a bit a byte, 64 bytes a step.
/// </summary>
internal static class RunScanner
{
    /// <summary>Shortest run that counts, in bytes.</summary>
    public const int Shortest = 10;

    /// <summary>Bytes of a run: letters, digits and <c>_ ~ + / = . -</c>.</summary>
    public static bool IsMember(byte value) => Members[value];

    private static readonly bool[] Members = [.. Enumerable.Range(0, 256).Select(static value => value < 128 && (char.IsAsciiLetterOrDigit((char)value) || "_~+/=.-".Contains((char)value, StringComparison.Ordinal)))];
    private static readonly byte[] Whole = [.. Members.Take(128).Select(static member => member ? (byte)0x80 : (byte)0)];
    private static readonly byte[] Low = [.. Enumerable.Range(0, 16).Select(static low => (byte)Enumerable.Range(0, 8).Sum(high => Members[(high << 4) | low] ? 1 << high : 0))];
    private static readonly byte[] High = [.. Enumerable.Range(0, 16).Select(static high => high < 8 ? (byte)(1 << high) : (byte)0)];

    /// <summary>Every run of at least <see cref="Shortest"/> that has a digit, and the run that the text ends in whatever it is.</summary>
    public static void Scan(ReadOnlySpan<byte> text, PooledList<ByteRun> found) => Scan(text, found, ScanWidths.Widest);

    internal static void Scan(ReadOnlySpan<byte> text, PooledList<ByteRun> found, ScanWidth width)
    {
        var run = new Run();
        ref var first = ref MemoryMarshal.GetReference(text);
        var at = width switch
        {
            ScanWidth.Wide512 => Scan512(ref first, text.Length, ref run, found),
            ScanWidth.Wide256 => Scan256(ref first, text.Length, ref run, found),
            ScanWidth.Wide128 => Scan128(ref first, text.Length, ref run, found),
            _ => 0,
        };
        for (; at + 64 <= text.Length; at += 64)
        {
            var (members, digits) = Masks(text.Slice(at, 64));
            run.Take(members, digits, at, found);
        }

        var (rest, restDigits) = Masks(text[at..]);
        var last = run.StartOfLast(rest, at, text.Length);
        run.Take(rest, restDigits, at, found);
        if (last < text.Length && !(found.Count > 0 && found.Items[^1].End == text.Length))
        {
            found.Add(new(last, text.Length));
        }
    }

    private static (ulong Members, ulong Digits) Masks(ReadOnlySpan<byte> text)
    {
        var (members, digits) = (0UL, 0UL);
        for (var i = 0; i < text.Length; i++)
        {
            members |= IsMember(text[i]) ? 1UL << i : 0;
            digits |= text[i] is >= (byte)'0' and <= (byte)'9' ? 1UL << i : 0;
        }

        return (members, digits);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Scan512(ref byte first, int length, ref Run run, PooledList<ByteRun> found)
    {
        var (lower, upper) = (Vector512.Create(Whole, 0), Vector512.Create(Whole, 64));
        var at = 0;
        for (; at + 64 <= length; at += 64)
        {
            var value = Vector512.LoadUnsafe(ref first, (nuint)at);
            var members = Avx512Vbmi.PermuteVar64x8x2(lower, value, upper).ExtractMostSignificantBits() & ~value.ExtractMostSignificantBits();
            var digits = Vector512.LessThan(value - Vector512.Create((byte)'0'), Vector512.Create((byte)10)).ExtractMostSignificantBits();
            run.Take(members, digits, at, found);
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Scan256(ref byte first, int length, ref Run run, PooledList<ByteRun> found)
    {
        var low = Vector256.Create(Vector128.Create(Low), Vector128.Create(Low));
        var high = Vector256.Create(Vector128.Create(High), Vector128.Create(High));
        var at = 0;
        for (; at + 64 <= length; at += 64)
        {
            var (members, digits) = (0UL, 0UL);
            for (var i = 0; i < 64; i += 32)
            {
                var value = Vector256.LoadUnsafe(ref first, (nuint)(at + i));
                var kind = Avx2.Shuffle(low, value & Vector256.Create((byte)15)) & Avx2.Shuffle(high, (value.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15));
                members |= (ulong)~Vector256.Equals(kind, Vector256<byte>.Zero).ExtractMostSignificantBits() << i;
                digits |= (ulong)Vector256.LessThan(value - Vector256.Create((byte)'0'), Vector256.Create((byte)10)).ExtractMostSignificantBits() << i;
            }

            run.Take(members, digits, at, found);
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Scan128(ref byte first, int length, ref Run run, PooledList<ByteRun> found)
    {
        var (low, high) = (Vector128.Create(Low), Vector128.Create(High));
        var at = 0;
        for (; at + 64 <= length; at += 64)
        {
            var (members, digits) = (0UL, 0UL);
            for (var i = 0; i < 64; i += 16)
            {
                var value = Vector128.LoadUnsafe(ref first, (nuint)(at + i));
                var kind = Vector128.Shuffle(low, value & Vector128.Create((byte)15)) & Vector128.Shuffle(high, value >>> 4);
                members |= (ulong)(~Vector128.Equals(kind, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF) << i;
                digits |= (ulong)Vector128.LessThan(value - Vector128.Create((byte)'0'), Vector128.Create((byte)10)).ExtractMostSignificantBits() << i;
            }

            run.Take(members, digits, at, found);
        }

        return at;
    }

    /// <summary>Joins runs over words of 64 bits.</summary>
    private struct Run()
    {
        private ulong _one;
        private ulong _two;
        private ulong _four;
        private ulong _long;
        private ulong _members;
        private ulong _carry;
        private int _start;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(ulong members, ulong digits, int at, PooledList<ByteRun> found)
        {
            // A bit of "long" says that it and the nine before it are members: doubled three times, and two more.
            var one = members & ((members << 1) | (_members >> 63));
            var two = one & ((one << 2) | (_one >> 62));
            var four = two & ((two << 4) | (_two >> 60));
            var isLong = four & ((four << 2) | (_four >> 62));

            // Added to its run, a digit carries a bit out of the run's end, where none of the run is.
            var sum = members + digits;
            var carry = sum < members ? 1UL : 0;
            sum += _carry;
            carry |= sum < _carry ? 1UL : 0;
            var ends = sum & ~members & ((isLong << 1) | (_long >> 63));
            if (ends != 0)
            {
                Add(ends, members, at, found);
            }

            _start = members == ulong.MaxValue ? _start : at + 64 - BitOperations.LeadingZeroCount(~members);
            (_one, _two, _four, _long, _members, _carry) = (one, two, four, isLong, members, carry);
        }

        /// <summary>Where the run begins that the text ends in, of which the last word is not whole; the text's end when there is none.</summary>
        public readonly int StartOfLast(ulong members, int at, int end)
        {
            var others = ~members & ((1UL << (end - at)) - 1);
            return others == 0 ? Math.Min(_start, end) : at + 64 - BitOperations.LeadingZeroCount(others);
        }

        private readonly void Add(ulong ends, ulong members, int at, PooledList<ByteRun> found)
        {
            for (; ends != 0; ends &= ends - 1)
            {
                var end = BitOperations.TrailingZeroCount(ends);
                var others = ~members & ((1UL << end) - 1);
                found.Add(new(others == 0 ? _start : at + 64 - BitOperations.LeadingZeroCount(others), at + end));
            }
        }
    }
}
