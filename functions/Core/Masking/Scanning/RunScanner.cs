using System.Numerics;
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

    /// <summary>A run this long counts also without a digit.</summary>
    public const int Long = 32;

    /// <summary>Bytes of a run: letters, digits and <c>_ ~ + / = . -</c>.</summary>
    public static bool IsMember(byte value) => Members[value];

    private static readonly bool[] Members = [.. Enumerable.Range(0, 256).Select(static value => value < 128 && (char.IsAsciiLetterOrDigit((char)value) || "_~+/=.-".Contains((char)value, StringComparison.Ordinal)))];
    private static readonly byte[] Whole = [.. Members.Take(128).Select(static member => member ? (byte)0x80 : (byte)0)];
    private static readonly byte[] Low = [.. Enumerable.Range(0, 16).Select(static low => (byte)Enumerable.Range(0, 8).Sum(high => Members[(high << 4) | low] ? 1 << high : 0))];
    private static readonly byte[] High = [.. Enumerable.Range(0, 16).Select(static high => high < 8 ? (byte)(1 << high) : (byte)0)];

    /// <summary>Every run of at least <see cref="Shortest"/> that has a digit or is <see cref="Long"/>, and the run that the text ends in whatever it is.</summary>
    public static void Scan(ReadOnlySpan<byte> text, PooledList<ByteRun> found) => Scan(text, found, ScanWidths.Widest);

    internal static void Scan(ReadOnlySpan<byte> text, PooledList<ByteRun> found, ScanWidth width)
    {
        var run = new Run();
        var at = 0;
        ref var first = ref MemoryMarshal.GetReference(text);
        for (; at + 64 <= text.Length; at += 64)
        {
            ref var from = ref System.Runtime.CompilerServices.Unsafe.Add(ref first, at);
            var (members, digits) = width switch
            {
                ScanWidth.Wide512 => Masks512(ref from),
                ScanWidth.Wide256 => Masks256(ref from),
                ScanWidth.Wide128 => Masks128(ref from),
                _ => Masks(text.Slice(at, 64)),
            };
            run.Take(members, digits, at, found);
        }

        var (rest, restDigits) = Masks(text[at..]);
        run.Take(rest, restDigits, at, found);
        run.End(text, found);
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

    private static (ulong Members, ulong Digits) Masks512(ref byte from)
    {
        var value = Vector512.LoadUnsafe(ref from);
        var members = Avx512Vbmi.PermuteVar64x8x2(Vector512.Create(Whole, 0), value, Vector512.Create(Whole, 64)).ExtractMostSignificantBits();
        var digits = Vector512.LessThan(value - Vector512.Create((byte)'0'), Vector512.Create((byte)10)).ExtractMostSignificantBits();
        return (members & ~value.ExtractMostSignificantBits(), digits);
    }

    private static (ulong Members, ulong Digits) Masks256(ref byte from)
    {
        var (members, digits) = (0UL, 0UL);
        for (var i = 0; i < 64; i += 32)
        {
            var value = Vector256.LoadUnsafe(ref from, (nuint)i);
            var low = Avx2.Shuffle(Vector256.Create(Vector128.Create(Low), Vector128.Create(Low)), value & Vector256.Create((byte)15));
            var high = Avx2.Shuffle(Vector256.Create(Vector128.Create(High), Vector128.Create(High)), (value.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15));
            members |= (ulong)~Vector256.Equals(low & high, Vector256<byte>.Zero).ExtractMostSignificantBits() << i;
            digits |= (ulong)Vector256.LessThan(value - Vector256.Create((byte)'0'), Vector256.Create((byte)10)).ExtractMostSignificantBits() << i;
        }

        return (members, digits);
    }

    private static (ulong Members, ulong Digits) Masks128(ref byte from)
    {
        var (members, digits) = (0UL, 0UL);
        for (var i = 0; i < 64; i += 16)
        {
            var value = Vector128.LoadUnsafe(ref from, (nuint)i);
            var low = Vector128.Shuffle(Vector128.Create(Low), value & Vector128.Create((byte)15));
            var high = Vector128.Shuffle(Vector128.Create(High), value >>> 4);
            members |= (ulong)(~Vector128.Equals(low & high, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF) << i;
            digits |= (ulong)Vector128.LessThan(value - Vector128.Create((byte)'0'), Vector128.Create((byte)10)).ExtractMostSignificantBits() << i;
        }

        return (members, digits);
    }

    /// <summary>Joins runs over words of 64 bits.</summary>
    private struct Run()
    {
        private ulong _one;
        private ulong _two;
        private ulong _four;
        private ulong _members;
        private ulong _digits;
        private int _open = -1;
        private bool _hasDigit;

        public void Take(ulong members, ulong digits, int at, PooledList<ByteRun> found)
        {
            // A bit of "long" says that it and the nine before it are members: doubled twice, and two more.
            var one = members & ((members << 1) | (_members >> 63));
            var two = one & ((one << 2) | (_one >> 62));
            var four = two & ((two << 4) | (_two >> 60));
            var isLong = four & ((four << 2) | (_four >> 62));
            if (_open >= 0)
            {
                var length = BitOperations.TrailingZeroCount(~members);
                var inRun = length == 64 ? ulong.MaxValue : (1UL << length) - 1;
                _hasDigit |= (digits & inRun) != 0;
                isLong &= ~inRun;
                if (length < 64)
                {
                    Close(at + length, found);
                }
            }

            while (isLong != 0)
            {
                var tenth = BitOperations.TrailingZeroCount(isLong);
                var after = tenth + BitOperations.TrailingZeroCount(~(members >> tenth));
                var inRun = (after >= 64 ? ulong.MaxValue : (1UL << after) - 1) & (tenth >= 9 ? ulong.MaxValue << (tenth - 9) : ulong.MaxValue);
                _open = at + tenth - (Shortest - 1);
                _hasDigit = (digits & inRun) != 0 || (tenth < 9 && (_digits >> (64 - (9 - tenth))) != 0);
                if (after >= 64)
                {
                    break;
                }

                Close(at + after, found);
                isLong &= ulong.MaxValue << after;
            }

            (_one, _two, _four, _members, _digits) = (one, two, four, members, digits);
        }

        /// <summary>Adds the run that the text ends in.</summary>
        public readonly void End(ReadOnlySpan<byte> text, PooledList<ByteRun> found)
        {
            var start = _open >= 0 ? _open : text.Length;
            while (_open < 0 && start > 0 && IsMember(text[start - 1]))
            {
                start--;
            }

            if (start < text.Length && !(found.Count > 0 && found.Items[^1].End == text.Length))
            {
                found.Add(new(start, text.Length));
            }
        }

        private void Close(int end, PooledList<ByteRun> found)
        {
            if (_hasDigit || end - _open >= Long)
            {
                found.Add(new(_open, end));
            }

            _open = -1;
        }
    }
}
