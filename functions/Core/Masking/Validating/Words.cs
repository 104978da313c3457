using System.Buffers;
using System.Text.RegularExpressions;

namespace CursorBroker.Core.Masking.Validating;

/// <summary>Tells values made of words, such as names of variables, from random ones.</summary>
internal static partial class Words
{
    private static readonly SearchValues<byte> Joints = SearchValues.Create("-_./=:+~@"u8);

    public static bool MakeUp(ReadOnlySpan<byte> value)
    {
        var changes = 0;
        for (var i = 1; i < value.Length; i++)
        {
            var (before, here) = ((char)value[i - 1], (char)value[i]);
            changes += (char.IsAsciiDigit(before) && char.IsAsciiLetter(here)) || (char.IsAsciiLetter(before) && char.IsAsciiDigit(here)) ? 1 : 0;
        }

        if ((changes >= 4 || (changes == 3 && value.Length >= 24)) && changes * 10 >= value.Length)
        {
            return false;
        }

        if (IsSlug(value))
        {
            return true;
        }

        return Count(value).Letters * 100 >= value.Length * 55;
    }

    /// <summary>Whether it is an identifier: at least three words, which make up most of it.</summary>
    public static bool MakeAnIdentifier(ReadOnlySpan<byte> value) =>
        Count(value) is { Words: >= 3, Letters: var letters } && letters * 100 >= value.Length * 55;

    private static (int Words, int Letters) Count(ReadOnlySpan<byte> value)
    {
        var (words, letters) = (0, 0);
        foreach (var part in Parts().EnumerateMatches(Validators.Text(value)))
        {
            if (IsWord(value.Slice(part.Index, part.Length)))
            {
                words++;
                letters += part.Length;
            }
        }

        return (words, letters);
    }

    /// <summary>Names and numbers joined by punctuation: every piece is at most 12 digits, or words (or at most four letters) with at most three digits behind them.</summary>
    private static bool IsSlug(ReadOnlySpan<byte> value)
    {
        var pieces = 0;
        foreach (var range in value.SplitAny(Joints))
        {
            var piece = value[range];
            if (piece.IsEmpty)
            {
                continue;
            }

            pieces++;
            var digits = piece.Length - piece.TrimEnd("0123456789"u8).Length;
            var letters = piece[..^digits];
            if (letters.IsEmpty && digits <= 12)
            {
                continue;
            }

            if (digits > 3 || letters.ContainsAnyInRange((byte)'0', (byte)'9') || !(letters.Length <= 4 || AllWords(letters)))
            {
                return false;
            }
        }

        return pieces > 1;
    }

    private static bool AllWords(ReadOnlySpan<byte> letters)
    {
        foreach (var part in Parts().EnumerateMatches(Validators.Text(letters)))
        {
            if (part.Length > 3 && !IsWord(letters.Slice(part.Index, part.Length)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWord(ReadOnlySpan<byte> part)
    {
        if (part.Length is < 4 or > 16)
        {
            return false;
        }

        var (vowels, run, ascending) = (0, 0, 1);
        for (var i = 0; i < part.Length; i++)
        {
            var item = part[i];
            ascending = i > 0 && item == part[i - 1] + 1 ? ascending + 1 : 1;
            var vowel = (item | 0x20) is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
            vowels += vowel ? 1 : 0;
            run = vowel ? 0 : run + 1;
            if (run == 5 || ascending == 6)
            {
                return false;
            }
        }

        return vowels > 0;
    }

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
