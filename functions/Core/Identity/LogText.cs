using System.Globalization;
using System.Text;

namespace CursorBroker.Core.Identity;

/// <summary>Text that a stranger chose, made fit for a log line or an audit detail.</summary>
public static class LogText
{
    /// <summary>Longest text kept, in characters.</summary>
    public const int MaxLength = 200;

    /// <summary>
    /// The text with everything that could forge a log line or turn its direction (control, format, separator and private
    /// characters) replaced by <c>?</c>, cut at <see cref="MaxLength"/>.
    /// </summary>
    public static string Of(string text) => Clean(text, MaxLength);

    internal static string Clean(string text, int maxLength)
    {
        var clean = new StringBuilder(Math.Min(text.Length, maxLength) + 3);
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, maxLength)))
        {
            clean.Append(IsPlain(c) ? c : '?');
        }

        return text.Length > maxLength ? clean.Append("...").ToString() : clean.ToString();
    }

    internal static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPlain(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
