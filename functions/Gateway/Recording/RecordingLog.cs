using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Recording;

/// <summary>Log messages about what is recorded beside requests, ids 2100-2199.</summary>
internal static partial class RecordingLog
{
    [LoggerMessage(2100, LogLevel.Information, "Policy {Version} from {Source} is in force")]
    public static partial void PolicyInForce(this ILogger logger, string source, string version);

    [LoggerMessage(2101, LogLevel.Warning, "Policy {Source}: {Warning}")]
    public static partial void PolicyWarning(this ILogger logger, string source, string warning);

    [LoggerMessage(2102, LogLevel.Error, "Policy {Version} from {Source} is refused; the last good one, if there is one, stays in force: {Problems}")]
    public static partial void PolicyRefused(this ILogger logger, string source, string version, string problems);

    [LoggerMessage(2105, LogLevel.Error, "Policy {Source} cannot be read, the last good version stays in force: {Problem}")]
    public static partial void PolicyUnreadable(this ILogger logger, string source, string problem);

    [LoggerMessage(2103, LogLevel.Error, "The revocation of credential {Sha256} ({Why}) is not in the ledger")]
    public static partial void RevocationNotRecorded(this ILogger logger, Exception? failure, string sha256, string why);

    [LoggerMessage(2104, LogLevel.Warning, "Credentials: {What}")]
    public static partial void CredentialTrouble(this ILogger logger, Exception? cause, string what);
}
