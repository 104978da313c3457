using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>What telemetry logs about itself.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(EventIds.EventsLost, LogLevel.Error, "Telemetry does not keep up: audit events from {At:O} on are not sent. They are in the ledger")]
    public static partial void EventsLost(ILogger logger, DateTimeOffset at);

    [LoggerMessage(EventIds.EventsFlowAgain, LogLevel.Warning, "Telemetry keeps up again. {Count} audit events between {From:O} and {Until:O} were not sent; they are in the ledger")]
    public static partial void EventsFlowAgain(ILogger logger, long count, DateTimeOffset from, DateTimeOffset until);

    [LoggerMessage(EventIds.EventNotSent, LogLevel.Error, "An audit event of kind {Kind} at {At:O} could not be sent as telemetry; it is in the ledger")]
    public static partial void EventNotSent(ILogger logger, Exception failure, int kind, DateTimeOffset at);

    [LoggerMessage(EventIds.NotCounted, LogLevel.Error, "Audit events could not be handed to telemetry; they are in the ledger")]
    public static partial void NotCounted(ILogger logger, Exception failure);

    [LoggerMessage(EventIds.ExporterTrouble, LogLevel.Warning, "The telemetry exporter says: {Text}")]
    public static partial void ExporterTrouble(ILogger logger, string text);
}
