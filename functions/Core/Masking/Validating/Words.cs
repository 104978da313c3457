using System.Text.RegularExpressions;

namespace CursorBroker.Core.Masking.Validating;

/// <summary>Tells values made of words, such as names of variables, from random ones.</summary>
internal static partial class Words
{
    public static bool MakeUp(ReadOnlySpan<byte> value)
    {
        var changes = 0;
        for (var i = 1; i < value.Length; i++)
        {
            var (before, here) = ((char)value[i - 1], (char)value[i]);
            changes += (char.IsAsciiDigit(before) && char.IsAsciiLetter(here)) || (char.IsAsciiLetter(before) && char.IsAsciiDigit(here)) ? 1 : 0;
        }

        if (changes >= 4 || (changes == 3 && value.Length >= 24))
        {
            return false;
        }

        var words = 0;
        foreach (var part in Parts().EnumerateMatches(Validators.Text(value)))
        {
            words += IsWord(value.Slice(part.Index, part.Length)) ? part.Length : 0;
        }

        return words * 100 >= value.Length * 55;
    }

    private static bool IsWord(ReadOnlySpan<byte> part)
    {
        if (part.Length is < 4 or > 16)
        {
            return false;
        }

        var (vowels, run) = (0, 0);
        foreach (var item in part)
        {
            var vowel = (item | 0x20) is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
            vowels += vowel ? 1 : 0;
            run = vowel ? 0 : run + 1;
            if (run == 5)
            {
                return false;
            }
        }

        return vowels > 0;
    }

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
