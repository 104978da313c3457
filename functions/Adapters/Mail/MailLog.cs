using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Mail;

/// <summary>What the e-mail channels log. Never a password or a token.</summary>
internal static partial class MailLog
{
    [LoggerMessage(EventIds.NotSent, LogLevel.Warning, "Could not send e-mail to {Addresses} addresses: {Detail}")]
    public static partial void NotSent(ILogger logger, int addresses, string detail);
}
