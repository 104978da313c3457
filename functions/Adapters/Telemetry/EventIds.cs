namespace CursorBroker.Adapters.Telemetry;

/// <summary>Log event ids of telemetry, 6200 to 6249. An id never changes meaning.</summary>
internal static class EventIds
{
    public const int EventsLost = 6200;
    public const int EventsFlowAgain = 6201;
    public const int EventNotSent = 6202;
    public const int NotCounted = 6203;
    public const int ExporterTrouble = 6210;
}
