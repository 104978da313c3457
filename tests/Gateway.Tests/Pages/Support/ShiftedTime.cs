namespace CursorBroker.Gateway.Tests.Pages.Support;

/// <summary>The broker's clock: the real one, which the provider shares, until a test sets it ahead.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
