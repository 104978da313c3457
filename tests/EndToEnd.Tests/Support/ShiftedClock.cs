namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>The system's clock, so much ahead (or, below zero, behind).</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
