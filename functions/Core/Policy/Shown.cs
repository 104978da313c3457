using System.Globalization;

namespace CursorBroker.Core.Policy;

/// <summary>
/// Prepares text from outside for a message: bounded, and without control or direction-changing characters, since messages end
/// in terminals (git's side-band) and log viewers.
/// </summary>
internal static class Shown
{
    private const int Longest = 80;
    private const int LongestLine = 400;

    /// <summary>At most 80 characters.</summary>
    public static string Short(string text) => Cut(text, Longest);

    /// <summary>At most 400 characters.</summary>
    public static string Line(string text) => Cut(text, LongestLine);

    /// <summary>At most <paramref name="longest"/> characters, 2 or more.</summary>
    public static string Cut(string text, int longest)
    {
        var end = text.Length <= longest ? text.Length : longest - 1;
        if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        var head = text.AsSpan(0, end);
        if (end == text.Length && !head.ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var clean = string.Create(end, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = IsPrintable(source, i) ? source[i] : '\ufffd';
            }
        });
        return end < text.Length ? clean + "…" : clean;
    }

    // Both halves of a pair are judged by what they make together (the tag characters at U+E0000 are invisible).
    private static bool IsPrintable(string text, int index) => char.GetUnicodeCategory(text, Start(text, index)) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse)
        && !IsLoneSurrogate(text, index);

    private static int Start(string text, int index) =>
        char.IsLowSurrogate(text[index]) && index > 0 && char.IsHighSurrogate(text[index - 1]) ? index - 1 : index;

    private static bool IsLoneSurrogate(string text, int index) =>
        char.IsHighSurrogate(text[index])
            ? index + 1 >= text.Length || !char.IsLowSurrogate(text[index + 1])
            : char.IsLowSurrogate(text[index]) && (index == 0 || !char.IsHighSurrogate(text[index - 1]));
}
