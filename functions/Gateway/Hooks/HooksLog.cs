using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Hooks;

/// <summary>Log messages about hooks, ids 2400-2449.</summary>
internal static partial class HooksLog
{
    [LoggerMessage(2400, LogLevel.Error, "A hook's event could not be taken: something the broker needs is out of reach")]
    public static partial void EventNotTaken(this ILogger logger, Exception failure);
}
