using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Wire;

/// <summary>Text on the wire: decoded strictly, and made safe before a terminal shows it.</summary>
internal static class GitText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes UTF-8; false when it is not.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : null;
        return text is not null;
    }

    /// <summary>Decodes printable ASCII and spaces; false for anything else. A length of zero is fine.</summary>
    public static bool TryDecodePrintable(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? null : Encoding.ASCII.GetString(bytes);
        return text is not null;
    }

    /// <summary>An object id of exactly this format.</summary>
    public static bool TryParseOid(ReadOnlySpan<byte> hex, ObjectFormat format, [NotNullWhen(true)] out GitOid? oid)
    {
        oid = null;
        return hex.Length == ObjectFormats.HexLength(format) && GitOid.TryParse(Encoding.ASCII.GetString(hex), out oid);
    }

    /// <summary>True for lower-case hex digits alone.</summary>
    public static bool IsHex(ReadOnlySpan<byte> hex)
    {
        foreach (var digit in hex)
        {
            if (!char.IsAsciiHexDigitLower((char)digit))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Text as one line that a terminal may show: control and invisible formatting characters (escape sequences, line breaks, changes of
    /// writing direction) become spaces, and it is cut to a number of UTF-8 bytes.
    /// </summary>
    public static string OneLine(string text, int maxBytes)
    {
        var line = new StringBuilder(Math.Min(text.Length, maxBytes));
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = IsPlain(rune) ? rune : new Rune(' ');
            if (shown.Value == ' ' && (line.Length == 0 || line[^1] == ' '))
            {
                continue;
            }

            if (bytes + shown.Utf8SequenceLength > maxBytes)
            {
                break;
            }

            bytes += shown.Utf8SequenceLength;
            line.Append(shown.ToString());
        }

        return line.ToString().TrimEnd(' ');
    }

    /// <summary>Bytes from outside as one safe line, decoded leniently.</summary>
    public static string OneLine(ReadOnlySpan<byte> bytes, int maxBytes) =>
        OneLine(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * maxBytes)]), maxBytes);

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse);
}
