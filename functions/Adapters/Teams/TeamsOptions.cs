namespace CursorBroker.Adapters.Teams;

/// <summary>How to talk to Teams. Where to is in the policy's <c>notify</c>.</summary>
public sealed class TeamsOptions
{
    /// <summary>Longest wait for an answer. 1 to 30 seconds; 10.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
