using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;

namespace CursorBroker.Adapters.Mail;

/// <summary>A notice as a message, whatever sends it: subject, plain text and HTML that say the same.</summary>
internal sealed record NoticeMail(string Subject, string Text, string Html, string Digest)
{
    /// <summary>RFC 3834, 5: no vacation answers, please.</summary>
    public const string AutoSubmitted = "auto-generated";

    public static NoticeMail Of(ApprovalNotice notice, NotifyTarget target) => new(OneLine(notice.Title), TextOf(notice), HtmlOf(notice), DigestOf(notice, target));

    /// <summary>The same for every try of one notice, so that a reader's mailbox can tell a second copy from a second notice.</summary>
    public string MessageId(string from) => $"{Digest}@{from[(from.LastIndexOf('@') + 1)..]}";

    private static string TextOf(ApprovalNotice notice)
    {
        var text = new StringBuilder().Append(OneLine(notice.Title)).Append("\r\n\r\n");
        foreach (var (name, value) in notice.Facts)
        {
            text.Append(OneLine(name)).Append(": ").Append(OneLine(value)).Append("\r\n");
        }

        text.Append("\r\n");
        foreach (var line in notice.Lines)
        {
            text.Append("- ").Append(OneLine(line)).Append("\r\n");
        }

        return text.Append("\r\nLook and decide: ").Append(notice.Link.AbsoluteUri).Append("\r\n").ToString();
    }

    private static string HtmlOf(ApprovalNotice notice)
    {
        var html = new StringBuilder("<!DOCTYPE html>\r\n<html lang=\"en\"><body style=\"font-family:sans-serif\">\r\n");
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(notice.Title)}</h2>\r\n<table>\r\n");
        foreach (var (name, value) in notice.Facts)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th align=\"left\">{Encode(name)}</th><td>{Encode(value)}</td></tr>\r\n");
        }

        html.Append("</table>\r\n<ul>\r\n");
        foreach (var line in notice.Lines)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li>{Encode(line)}</li>\r\n");
        }

        return html.Append(CultureInfo.InvariantCulture, $"</ul>\r\n<p><a href=\"{Encode(notice.Link.AbsoluteUri)}\">Look and decide</a></p>\r\n</body></html>\r\n").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(OneLine(text));

    // Notices are one line already; a header is where that has to be certain.
    private static string OneLine(string text) => string.Create(text.Length, text, static (line, source) =>
    {
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? ' ' : source[i];
        }
    });

    private static string DigestOf(ApprovalNotice notice, NotifyTarget target)
    {
        var identity = string.Join('\n', [notice.Link.AbsoluteUri, notice.Reminder ? "reminder" : "first", .. target.Email]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 16));
    }
}
