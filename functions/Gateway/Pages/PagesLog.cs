using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pages;

/// <summary>The pages' log messages, ids 2350-2399.</summary>
internal static partial class PagesLog
{
    [LoggerMessage(2350, LogLevel.Error, "A page could not be shown: something the broker needs is out of reach")]
    public static partial void OutOfReach(this ILogger logger, Exception failure);

    [LoggerMessage(2351, LogLevel.Error, "A page failed")]
    public static partial void Failed(this ILogger logger, Exception bug);

    [LoggerMessage(2352, LogLevel.Warning, "A form on {Path} was refused: it did not come from the broker's own pages")]
    public static partial void CrossSite(this ILogger logger, string path);

    [LoggerMessage(2353, LogLevel.Warning, "A decision on {Approval} by {Asked} was confirmed by somebody else, {Came}: not counted")]
    public static partial void SomebodyElse(this ILogger logger, string approval, string asked, string came);

    [LoggerMessage(2354, LogLevel.Warning, "A page was asked for under another host than the broker's own: {Host}")]
    public static partial void OtherHost(this ILogger logger, string host);
}
