namespace CursorBroker.Adapters.Telemetry;

/// <summary>How audit events wait for being sent.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>Most events that wait; some megabytes as a rule.</summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>Longest time that sending on shutdown takes.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(10);
}
