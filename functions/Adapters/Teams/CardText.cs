using System.Buffers;
using System.Text;

namespace CursorBroker.Adapters.Teams;

/// <summary>
/// Text for an Adaptive Card, whose texts are a subset of Markdown: whatever could be markup (links, images, lists, mentions, <c>{{DATE}}</c>) is escaped with
/// a backslash (CommonMark 0.31, 2.4), so that the reader sees the text as it is.
/// </summary>
internal static class CardText
{
    private static readonly SearchValues<char> Markup = SearchValues.Create("\\`*_[]()<>~#&{}|!");

    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        var start = StartOfBlock(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (i == start || Markup.Contains(text[i]))
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(text[i]) ? ' ' : text[i]);
        }

        return escaped.ToString();
    }

    /// <summary>Where a character stands that would make the line a list's item, a heading or a rule; -1 when none does.</summary>
    private static int StartOfBlock(string text)
    {
        var first = text.AsSpan().IndexOfAnyExcept(' ');
        if (first < 0)
        {
            return -1;
        }

        if (text[first] is '-' or '+' or '=')
        {
            return first;
        }

        var afterNumber = first;
        while (afterNumber < text.Length && char.IsAsciiDigit(text[afterNumber]))
        {
            afterNumber++;
        }

        // A closing parenthesis is escaped anyway.
        return afterNumber > first && afterNumber < text.Length && text[afterNumber] == '.' ? afterNumber : -1;
    }
}
