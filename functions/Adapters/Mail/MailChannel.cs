using System.Globalization;
using System.Net.Sockets;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace CursorBroker.Adapters.Mail;

/// <summary>Sends a notice as one message to all addresses of its target, by SMTP. A connection for each: notices are few.</summary>
public sealed class MailChannel(ISecretSource secrets, SmtpOptions options, TimeProvider time, ILogger<MailChannel> logger) : INoticeChannel
{
    /// <inheritdoc/>
    public string Name => NoticeChannels.Email;

    /// <inheritdoc/>
    public bool Serves(NotifyTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return !target.Email.IsEmpty;
    }

    /// <inheritdoc/>
    public async ValueTask<NoticeResult> SendAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(notice);
        var result = await TryAsync(target, notice, cancellationToken);
        if (!result.Delivered)
        {
            MailLog.NotSent(logger, target.Email.Length, result.Detail);
        }

        return result;
    }

    private async Task<NoticeResult> TryAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        string? password;
        try
        {
            password = options.User.Length == 0 ? string.Empty : await secrets.ReadAsync(options.PasswordSecret, cancellationToken);
        }
        catch (SecretUnavailableException)
        {
            // Its message is the host's to read; approvers see only which secret.
            return new(false, $"the secret {options.PasswordSecret} cannot be read right now", Retry: true);
        }

        if (password is null)
        {
            return new(false, $"the broker has no secret named {options.PasswordSecret}");
        }

        using var over = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        using var message = MessageOf(target, notice);
        using var client = new NoticeSmtpClient { CheckCertificateRevocation = options.CheckRevocation };
        try
        {
            return await SendAsync(client, message, password, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(false, "the mail server took too long", Retry: true);
        }
        catch (SmtpCommandException) when (client.NobodyAccepted && client.Refused is not null)
        {
            return new(false, $"the mail server refused every address: {client.Refused}", Retry: !client.RefusedForGood);
        }
        catch (SmtpCommandException e)
        {
            var code = (int)e.StatusCode;
            return new(false, string.Create(CultureInfo.InvariantCulture, $"the mail server answered {code}: {e.Message}"), Retry: code < 500);
        }
        catch (AuthenticationException)
        {
            // Not tried again: a wrong password, repeated, locks accounts.
            return new(false, "the mail server refused the sign-in");
        }
        catch (NotSupportedException e)
        {
            return new(false, $"the mail server lacks what the settings ask for: {e.Message}");
        }
        catch (SslHandshakeException)
        {
            return new(false, "no trusted TLS connection to the mail server", Retry: true);
        }
        catch (Exception e) when (e is SmtpProtocolException or IOException or SocketException or ServiceNotConnectedException)
        {
            return new(false, $"the mail server could not be reached: {e.GetType().Name}", Retry: true);
        }
    }

    private async Task<NoticeResult> SendAsync(NoticeSmtpClient client, MimeMessage message, string password, CancellationToken cancellationToken)
    {
        await client.ConnectAsync(options.Host, options.Port, SecurityOf(options.Security), cancellationToken);
        if (options.User.Length > 0)
        {
            await client.AuthenticateAsync(options.User, password, cancellationToken);
        }

        await client.SendAsync(message, cancellationToken);
        var result = new NoticeResult(true, client.Refused is { } refused ? $"the mail server took it, except for {refused}" : "the mail server took it");
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ProtocolException or CommandException)
        {
            // The server has answered for the message; how the farewell went changes nothing (RFC 5321, 4.1.1.10).
        }

        return result;
    }

    private MimeMessage MessageOf(NotifyTarget target, ApprovalNotice notice)
    {
        var mail = NoticeMail.Of(notice, target);
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            Date = time.GetUtcNow(),
            MessageId = mail.MessageId(options.From),
            Body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html }.ToMessageBody(),
        };
        message.From.Add(new MailboxAddress(string.Empty, options.From));
        message.To.AddRange(target.Email.Select(static address => new MailboxAddress(string.Empty, address)));
        message.Headers.Add("Auto-Submitted", NoticeMail.AutoSubmitted);
        return message;
    }

    private static SecureSocketOptions SecurityOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.ImplicitTls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => throw new ArgumentOutOfRangeException(nameof(security)),
    };
}
