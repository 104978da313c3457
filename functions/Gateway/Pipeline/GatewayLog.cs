using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>The gateway's log messages, ids 2000-2099. Logs help operators; the audit is the Ledger's.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(2000, LogLevel.Error, "Request {Reference} was refused: something the broker needs is out of reach")]
    public static partial void BrokenInfrastructure(this ILogger logger, Exception failure, string reference);

    [LoggerMessage(2001, LogLevel.Error, "Request {Reference} failed")]
    public static partial void Bug(this ILogger logger, Exception bug, string reference);

    [LoggerMessage(2002, LogLevel.Error, "The end of request {Reference} is not in the ledger, its intent is")]
    public static partial void EndNotRecorded(this ILogger logger, Exception failure, string reference);

    [LoggerMessage(2003, LogLevel.Error, "The refusal ({Kind}) of request {Reference} is not in the ledger")]
    public static partial void RefusalNotRecorded(this ILogger logger, Exception failure, string reference, RefusalKind kind);

    [LoggerMessage(2004, LogLevel.Warning, "The upstream failed: {Failure}")]
    public static partial void UpstreamFailed(this ILogger logger, string failure);

    [LoggerMessage(2005, LogLevel.Error, "The broker stops without the ends of {Count} requests in the ledger; their intents are")]
    public static partial void EndsLost(this ILogger logger, int count);
}
