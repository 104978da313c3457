using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Layers;

/// <summary>
/// Bytes as they are meant: escapes of JSON (RFC 8259, section 7) and of source text, percent-encoding (RFC 3986, section 2.1) are one byte, characters without a
/// width are none. Says for each byte where it stands in the original. When there is nothing of that kind it is the original itself.
/// </summary>
internal sealed class ReadableText : IDisposable
{
    /// <summary>Longest spelling of one byte, in bytes.</summary>
    public const int LongestSpelling = MostBackslashes + 5;

    /// <summary>So many backslashes before a letter are one escape, since text is quoted within quoted text.</summary>
    private const int MostBackslashes = 7;

    /// <summary>So many characters in a row that nobody sees are nothing; more of them are what they are.</summary>
    private const int MostHidden = 8;

    private readonly PooledList<Jump> _jumps = new();
    private readonly byte[] _meant;
    private int _length;
    private bool _isOriginal = true;

    public ReadableText(int capacity) => _meant = new byte[capacity];

    /// <summary>Whether it is the original itself.</summary>
    public bool IsOriginal => _isOriginal;

    /// <summary>How much of the original was read; less than all when it ends within a spelling and more may come.</summary>
    public int Read { get; private set; }

    /// <summary>Reads an original. The result is valid until the next.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> original, bool end)
    {
        _jumps.Clear();
        if (!end)
        {
            original = original[..^CutCharacter(original)];
        }

        var specials = new Specials(original);
        var next = specials.Next(0);
        _isOriginal = next == original.Length;
        if (_isOriginal)
        {
            Read = original.Length;
            _length = Read;
            return original;
        }

        var (at, length, hidden) = (0, 0, 0);
        while (true)
        {
            hidden = next > at ? 0 : hidden;
            Copy(original, at, next - at, length);
            length += next - at;
            at = next;
            if (next == original.Length)
            {
                break;
            }

            byte value = 0;
            var (spelled, meant) = original[at] == '\\' ? OneBackslash(original, at, out value) : (0, 0);
            if (spelled == 0)
            {
                (spelled, meant) = Spelling(original[at..], end, out value);
            }

            if (spelled == 0)
            {
                break;
            }

            hidden = meant == 0 ? hidden + 1 : 0;
            meant = hidden > MostHidden ? spelled : meant;
            if (meant == spelled)
            {
                Copy(original, at, spelled, length);
            }
            else
            {
                if (meant == 1)
                {
                    _meant[length] = value;
                }

                _jumps.Add(new(length + meant, at + spelled));
            }

            at += spelled;
            length += meant;
            next = specials.Next(at);
        }

        Read = at;
        _length = length;
        return _meant.AsSpan(0, length);
    }

    /// <summary>What a backslash and one letter mean; 0 for what is no such escape.</summary>
    private static readonly byte[] Letters = LettersOf("n\nr\rt\tb f v \"\"''//``");

    /// <summary>What hexadecimal digits say; 255 for what is none.</summary>
    private static readonly byte[] Digits = [.. Enumerable.Range(0, 256).Select(static value => char.IsAsciiHexDigit((char)value) ? Convert.ToByte($"{(char)value}", 16) : (byte)255)];

    private static byte[] LettersOf(string pairs)
    {
        var letters = new byte[256];
        foreach (var pair in pairs.Chunk(2))
        {
            letters[pair[0]] = (byte)pair[1];
        }

        return letters;
    }

    /// <summary>The escapes that JSON has, which nearly all are, wholly there behind one backslash; 0 for any other.</summary>
    private static (int Spelled, int Meant) OneBackslash(ReadOnlySpan<byte> text, int at, out byte value)
    {
        value = 0;
        if (at + 6 > text.Length)
        {
            return (0, 0);
        }

        value = Letters[text[at + 1]];
        if (value != 0)
        {
            return (2, 1);
        }

        var (high, low) = ((Digits[text[at + 2]] << 4) | Digits[text[at + 3]], (Digits[text[at + 4]] << 4) | Digits[text[at + 5]]);
        if (text[at + 1] != 'u' || (high | low) > 0xFF || Digits[text[at + 3]] == 255 || Digits[text[at + 5]] == 255)
        {
            return (0, 0);
        }

        value = high == 0 ? (byte)low : (byte)0xFF;
        return (6, IsInvisible((high << 8) | low) ? 0 : 1);
    }

    /// <summary>Copies what means itself: little of it in one store, with what lies behind, which is written over.</summary>
    private void Copy(ReadOnlySpan<byte> original, int at, int count, int to)
    {
        if (count <= Vector256<byte>.Count && at + Vector256<byte>.Count <= original.Length && to + Vector256<byte>.Count <= _meant.Length)
        {
            Vector256.LoadUnsafe(in MemoryMarshal.GetReference(original), (nuint)at).StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(_meant), (nuint)to);
        }
        else
        {
            original.Slice(at, count).CopyTo(_meant.AsSpan(to));
        }
    }

    /// <summary>Where a byte stands in the original; of the end, where reading ended.</summary>
    public int ToOriginal(int at)
    {
        if (_isOriginal)
        {
            return at;
        }

        if (at == _length)
        {
            return Read;
        }

        var jumps = _jumps.Items;
        var (low, high) = (0, jumps.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = jumps[middle].Meant <= at ? (middle + 1, high) : (low, middle);
        }

        var jump = low - 1;
        return jump < 0 ? at : _jumps.Items[jump].Original + at - _jumps.Items[jump].Meant;
    }

    /// <summary>The first byte that stands at a place of the original or behind it.</summary>
    public int FromOriginal(int original)
    {
        if (_isOriginal)
        {
            return Math.Min(original, _length);
        }

        var jumps = _jumps.Items;
        var (low, high) = (0, jumps.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = jumps[middle].Original <= original ? (middle + 1, high) : (low, middle);
        }

        var jump = low - 1;
        var meant = jump < 0 ? original : _jumps.Items[jump].Meant + original - _jumps.Items[jump].Original;
        return Math.Min(meant, jump + 1 < _jumps.Count ? _jumps.Items[jump + 1].Meant : _length);
    }


    /// <summary>How many backslashes stand directly before the last byte that spells a byte.</summary>
    public int Backslashes(ReadOnlySpan<byte> original, int at)
    {
        var place = ToOriginal(at);
        while (place < original.Length && original[place] == '\\')
        {
            place++;
        }

        var count = 0;
        while (place > count && original[place - count - 1] == '\\')
        {
            count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _jumps.Dispose();

    /// <summary>How many bytes are spelled so, and whether that means one byte, none, or just what it is; 0 when more text decides.</summary>
    private static (int Spelled, int Meant) Spelling(ReadOnlySpan<byte> text, bool end, out byte value)
    {
        value = 0;
        switch (text[0])
        {
            case (byte)'\\':
                return Escape(text, end, out value);
            case 0:
                // Every other byte of UTF-16 (RFC 2781).
                return (1, 0);
            case (byte)'%':
                if (text.Length < 3 && !end && (text.Length == 1 || IsHex(text[1])))
                {
                    return (0, 0);
                }

                // What parts an address, such as %40, would part it otherwise if it stood there.
                return Number(text, 1, 2, out value) && (RunScanner.IsMember(value) || value == '*') ? (3, 1) : (1, 1);
            default:
                foreach (var invisible in Invisible)
                {
                    if (text.StartsWith(invisible))
                    {
                        return (invisible.Length, 0);
                    }

                    if (!end && text.Length < invisible.Length && invisible.AsSpan().StartsWith(text))
                    {
                        return (0, 0);
                    }
                }

                return (1, 1);
        }
    }

    /// <summary>How many bytes of a character there are at the end that is not wholly there (RFC 3629).</summary>
    private static int CutCharacter(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3 && back <= text.Length; back++)
        {
            var value = text[^back];
            if (value is >= 0x80 and < 0xC0)
            {
                continue;
            }

            return (value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : value >= 0xC0 ? 2 : 1) > back ? back : 0;
        }

        return 0;
    }

    /// <summary>Zero-width space, non-joiner and joiner, word joiner, byte order mark, soft hyphen.</summary>
    private static readonly byte[][] Invisible =
        [[0xE2, 0x80, 0x8B], [0xE2, 0x80, 0x8C], [0xE2, 0x80, 0x8D], [0xE2, 0x81, 0xA0], [0xEF, 0xBB, 0xBF], [0xC2, 0xAD]];

    private static (int Spelled, int Meant) Escape(ReadOnlySpan<byte> text, bool end, out byte value)
    {
        value = 0;
        var letter = 1;
        while (letter < text.Length && letter < MostBackslashes && text[letter] == '\\')
        {
            letter++;
        }

        if (letter == text.Length)
        {
            return end ? (letter, letter) : (0, 0);
        }

        switch (text[letter])
        {
            case (byte)'n':
                value = (byte)'\n';
                return (letter + 1, 1);
            case (byte)'r':
                value = (byte)'\r';
                return (letter + 1, 1);
            case (byte)'t':
                value = (byte)'\t';
                return (letter + 1, 1);
            case (byte)'b' or (byte)'f' or (byte)'v':
                value = (byte)' ';
                return (letter + 1, 1);
            case (byte)'"' or (byte)'\'' or (byte)'/' or (byte)'`':
                value = text[letter];
                return (letter + 1, 1);
            case (byte)'u' or (byte)'x':
                var digits = text[letter] == 'u' ? 4 : 2;
                var there = text[(letter + 1)..Math.Min(text.Length, letter + 1 + digits)];
                if (there.Length < digits && !end && AllHex(there))
                {
                    return (0, 0);
                }

                if (!Number(text, letter + 1, digits, out value))
                {
                    return (letter, letter);
                }

                return IsInvisible(text.Slice(letter + 1, digits)) ? (letter + 1 + digits, 0) : (letter + 1 + digits, 1);
            default:
                return (letter, letter);
        }
    }

    private static bool IsInvisible(ReadOnlySpan<byte> digits) => digits.Length == 4 && System.Buffers.Text.Utf8Parser.TryParse(digits, out int value, out _, 'X') && IsInvisible(value);

    private static bool IsInvisible(int character) => character is 0x200B or 0x200C or 0x200D or 0x2060 or 0xFEFF or 0x00AD;

    /// <summary>A number in hexadecimal digits; above 255 a byte that stands for no ASCII character.</summary>
    private static bool Number(ReadOnlySpan<byte> text, int at, int digits, out byte value)
    {
        value = 0;
        if (text.Length < at + digits || !AllHex(text.Slice(at, digits)))
        {
            return false;
        }

        var number = 0;
        foreach (var digit in text.Slice(at, digits))
        {
            number = (number << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        value = (byte)Math.Min(number, 0xFF);
        return true;
    }

    private static bool AllHex(ReadOnlySpan<byte> text)
    {
        foreach (var item in text)
        {
            if (!IsHex(item))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsHex(byte value) => char.IsAsciiHexDigit((char)value);

    /// <summary>From a meant byte on, the original stands elsewhere.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Jump(int Meant, int Original);
}
