using System.Globalization;

namespace CursorBroker.Gateway.Limits;

/// <summary>How much is let through. Each instance counts for itself.</summary>
public sealed record LimitOptions
{
    private const int FewestPoints = 15;
    private const int MostPoints = 1_000_000;

    /// <summary>What a setting of <see cref="CallerPointsPerMinute"/> is, for whoever has to mend one.</summary>
    public static readonly string PointsForm = string.Create(CultureInfo.InvariantCulture, $"a whole number of points per minute from {FewestPoints} to {MostPoints}");

    /// <summary>
    /// Points that one caller has per minute over the API, a read costing one and a write five; 900 by default, which is what GitHub gives a whole installation
    /// (docs.github.com, "Rate limits for the REST API", secondary limits). Above zero.
    /// </summary>
    public int CallerPointsPerMinute { get; init; } = 900;

    /// <summary>Points that a caller may use at once before they have to come back; 300 by default. Above zero.</summary>
    public int CallerBurst { get; init; } = 300;

    /// <summary>Calls of one tool over MCP that one caller has per minute, whose inner calls count as points besides: a third of the points, 300 by default.</summary>
    public int ToolCallsPerMinute => CallerPointsPerMinute / 3;

    /// <summary>Calls of one tool that a caller may make at once: a third of <see cref="CallerBurst"/>, 100 by default.</summary>
    public int ToolCallBurst => Math.Max(1, CallerBurst / 3);

    /// <summary>Calls of the API under way at once for one owner's repositories; 90 by default, below the 100 at which GitHub's secondary limit begins. Above zero.</summary>
    public int OwnerConcurrency { get; init; } = 90;

    /// <summary>Calls of the API under way at once for one caller; 30 by default, so that nobody holds all of an owner's places. Above zero.</summary>
    public int CallerConcurrency { get; init; } = 30;

    /// <summary>What share of calls may fail before the upstream counts as down; 0.5 by default, above zero, at most one.</summary>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>
    /// Calls within <see cref="FailureWindow"/> before that share means anything; 20 by default, at least 2. Of one caller's failures only so many count that they are at most half of what it takes.
    /// </summary>
    public int FailureSample { get; init; } = 20;

    /// <summary>How far back calls are looked at; 30 seconds by default, at least half a second.</summary>
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing is sent once the upstream counts as down, before one call tries again; 15 seconds by default, at least half a second.</summary>
    public TimeSpan RestFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The limits with a caller's points from a setting, a third of which may be used at once.</summary>
    /// <param name="text">The setting; absent or empty leaves everything as it is.</param>
    /// <returns>Null when it is no such number.</returns>
    public static LimitOptions? WithCallerPoints(string? text) =>
        string.IsNullOrEmpty(text) ? new LimitOptions()
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var points) && points is >= FewestPoints and <= MostPoints ? new LimitOptions { CallerPointsPerMinute = points, CallerBurst = points / 3 }
        : null;
}
