using System.Globalization;
using System.Text;

namespace CursorBroker.Gateway.Pages.Views;

/// <summary>
/// Text from outside, taken apart into what shows and what would not: invisible, direction-changing and control characters become their code points in
/// words, so that they are seen and not obeyed (CVE-2021-42574). Look-alike letters are left as they are.
/// </summary>
public static class UnseenText
{
    // More marks than any language stacks on one letter grow over the lines around it.
    private const int MostMarks = 4;

    /// <summary>The pieces, in order; put together again they are the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isBlock">Whether it may have lines: line feeds then stay.</param>
    /// <param name="marksSpaces">Whether tabs and white space at the end are marked, as in a diff.</param>
    public static IReadOnlyList<TextPiece> Split(string text, bool isBlock, bool marksSpaces)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pieces = new List<TextPiece>();
        var contentEnd = marksSpaces ? text.AsSpan().TrimEnd(" \t\r").Length : text.Length;
        var (plainFrom, marks, position) = (0, 0, 0);
        while (position < text.Length)
        {
            var valid = Rune.TryGetRuneAt(text, position, out var rune);
            var length = valid ? rune.Utf16SequenceLength : 1;
            marks = valid && IsMark(rune) ? marks + 1 : 0;
            var special = Special(text[position], valid ? rune : null, marks, isBlock, marksSpaces, position >= contentEnd);
            if (special is not null)
            {
                AddPlain(plainFrom, position);
                pieces.Add(special);
                plainFrom = position + length;
            }

            position += length;
        }

        AddPlain(plainFrom, text.Length);
        return pieces;

        void AddPlain(int from, int to)
        {
            if (to > from)
            {
                pieces.Add(new(TextPieceKind.Plain, text[from..to], null));
            }
        }
    }

    /// <summary>One line without markup, for where none can be: the document's title.</summary>
    public static string Line(string text) => string.Concat(Split(text, isBlock: false, marksSpaces: false).Select(static piece => piece.Text));

    private static TextPiece? Special(char first, Rune? rune, int marks, bool isBlock, bool marksSpaces, bool isTrailing)
    {
        if (rune is not { } valid)
        {
            return Unseen(first, "half a character");
        }

        return valid.Value switch
        {
            '\n' when isBlock => null,
            '\t' when marksSpaces => new(TextPieceKind.Space, "\u2192\t", "tab"),
            '\t' when isBlock => null,
            ' ' when isTrailing => new(TextPieceKind.Space, "\u00b7", "space at the end of the line"),
            _ when IsHidden(valid) || marks > MostMarks => Unseen(valid.Value, Names.GetValueOrDefault(valid.Value, "a character that does not show")),
            _ => null,
        };
    }

    private static TextPiece Unseen(int code, string name) => new(TextPieceKind.Unseen, string.Create(CultureInfo.InvariantCulture, $"U+{code:X4}"), name);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',

        // Blank by default although the categories of letters and marks (Unicode, Default_Ignorable_Code_Point), and the blank braille pattern.
        _ => rune.Value is 0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or (>= 0x180b and <= 0x180f) or 0x2800 or 0x3164 or (>= 0xfe00 and <= 0xfe0f)
            or 0xffa0 or 0xfffc or (>= 0xe0000 and <= 0xe0fff),
    };

    private static readonly Dictionary<int, string> Names = new()
    {
        [0x00] = "null",
        [0x0a] = "line feed",
        [0x0d] = "carriage return",
        [0x1b] = "escape",
        [0xa0] = "no-break space",
        [0x200b] = "zero width space",
        [0x200c] = "zero width non-joiner",
        [0x200d] = "zero width joiner",
        [0x200e] = "left-to-right mark",
        [0x200f] = "right-to-left mark",
        [0x2028] = "line separator",
        [0x2029] = "paragraph separator",
        [0x202a] = "left-to-right embedding",
        [0x202b] = "right-to-left embedding",
        [0x202c] = "pop directional formatting",
        [0x202d] = "left-to-right override",
        [0x202e] = "right-to-left override",
        [0x2066] = "left-to-right isolate",
        [0x2067] = "right-to-left isolate",
        [0x2068] = "first strong isolate",
        [0x2069] = "pop directional isolate",
        [0xfeff] = "byte order mark",
    };
}

/// <summary>A part of a text.</summary>
/// <param name="Kind">How to show it.</param>
/// <param name="Text">What to show.</param>
/// <param name="Name">What it is, in words; null for plain text.</param>
public sealed record TextPiece(TextPieceKind Kind, string Text, string? Name);

/// <summary>How a part of a text shows.</summary>
public enum TextPieceKind
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>As the code point of a character that would not show.</summary>
    Unseen,

    /// <summary>As a mark for white space.</summary>
    Space,
}
