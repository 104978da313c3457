namespace CursorBroker.Adapters.Telemetry;

/// <summary>
/// What Application Insights takes of one custom event. What is beyond is cut off or dropped without a word, so nothing beyond is sent.
/// See "Application Insights telemetry data model" in Microsoft's documentation.
/// </summary>
internal static class EventLimits
{
    /// <summary>Longest value, in UTF-16 units. A longer one is cut by the exporter.</summary>
    public const int Value = 8192;

    /// <summary>Longest name of a property, in UTF-16 units. One with a longer name is dropped by the exporter.</summary>
    public const int Key = 150;

    /// <summary>Most bytes of properties in one item: 64 KiB less what stands around them (names of resource and exporter, trace ids, tags).</summary>
    public const int Properties = 60 * 1024;
}
