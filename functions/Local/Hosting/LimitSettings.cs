using CursorBroker.Gateway.Limits;

namespace CursorBroker.Local.Hosting;

/// <summary>How much callers may ask for, from the environment.</summary>
internal static class LimitSettings
{
    /// <summary>Points that one caller has per minute over GitHub's API: a read costs one, a write five. A third of them may be used at once.</summary>
    public const string CallerPointsVariable = "CURSORBROKER_CALLER_POINTS";

    /// <summary>The limits.</summary>
    /// <exception cref="CannotStartException">The setting makes no sense.</exception>
    public static LimitOptions From(Func<string, string?> variable) =>
        LimitOptions.WithCallerPoints(variable(CallerPointsVariable))
        ?? throw new CannotStartException($"{CallerPointsVariable} is '{variable(CallerPointsVariable)}'; it is {LimitOptions.PointsForm}.");
}
