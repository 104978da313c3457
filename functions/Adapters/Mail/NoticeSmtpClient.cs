using System.Globalization;
using MailKit.Net.Smtp;
using MimeKit;

namespace CursorBroker.Adapters.Mail;

/// <summary>An SMTP connection on which one bad address does not keep the others from their mail.</summary>
internal sealed class NoticeSmtpClient : SmtpClient
{
    private readonly List<(string Address, int Code)> _refused = [];
    private int _accepted;

    /// <summary>Who was refused, for people; null when nobody was.</summary>
    public string? Refused => _refused.Count == 0
        ? null
        : string.Join(", ", _refused.Select(static refused => string.Create(CultureInfo.InvariantCulture, $"{refused.Address} ({refused.Code})")));

    /// <summary>Whether the server took none of the addresses.</summary>
    public bool NobodyAccepted => _accepted == 0;

    /// <summary>Whether every refusal was for good.</summary>
    public bool RefusedForGood => _refused.TrueForAll(static refused => refused.Code >= 500);

    /// <inheritdoc/>
    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => _accepted++;

    /// <inheritdoc/>
    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _refused.Add((mailbox.Address, (int)response.StatusCode));
}
