using System.Globalization;
using System.Text;

namespace CursorBroker.Core.Audit;

/// <summary>Makes text from outside fit for one line of a terminal.</summary>
internal static class SafeText
{
    /// <summary>
    /// The text with everything escaped that a terminal might obey or that could pass for something else: control characters (CSI and OSC
    /// sequences, line breaks), invisible and direction-changing characters (CVE-2021-42574), and what is not valid Unicode.
    /// </summary>
    public static string Escape(string text)
    {
        StringBuilder? escaped = null;
        var position = 0;
        while (position < text.Length)
        {
            var valid = Rune.TryGetRuneAt(text, position, out var rune);
            var length = valid ? rune.Utf16SequenceLength : 1;
            var code = valid ? rune.Value : text[position];
            if (code == '\\' || !valid || !IsPlain(rune))
            {
                escaped ??= new StringBuilder(text, 0, position, text.Length + 16);
                _ = code == '\\' ? escaped.Append("\\\\") : escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{code:x}}}");
            }
            else
            {
                _ = escaped?.Append(text, position, length);
            }

            position += length;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
