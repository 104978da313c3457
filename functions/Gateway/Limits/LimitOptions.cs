namespace CursorBroker.Gateway.Limits;

/// <summary>How much is let through. Each instance counts for itself.</summary>
public sealed record LimitOptions
{
    /// <summary>
    /// Points that one caller has per minute over the API, a read costing one and a write five; 900 by default, which is what GitHub gives a whole installation
    /// (docs.github.com, "Rate limits for the REST API", secondary limits). Above zero.
    /// </summary>
    public int CallerPointsPerMinute { get; init; } = 900;

    /// <summary>Points that a caller may use at once before they have to come back; 300 by default. Above zero.</summary>
    public int CallerBurst { get; init; } = 300;

    /// <summary>Calls of the API under way at once for one owner's repositories; 90 by default, below the 100 at which GitHub's secondary limit begins. Above zero.</summary>
    public int OwnerConcurrency { get; init; } = 90;

    /// <summary>What share of calls may fail before the upstream counts as down; 0.5 by default, above zero, at most one.</summary>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>Calls within <see cref="FailureWindow"/> before that share means anything; 20 by default, at least 2.</summary>
    public int FailureSample { get; init; } = 20;

    /// <summary>How far back calls are looked at; 30 seconds by default, at least half a second.</summary>
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing is sent once the upstream counts as down, before one call tries again; 15 seconds by default, at least half a second.</summary>
    public TimeSpan RestFor { get; init; } = TimeSpan.FromSeconds(15);
}
