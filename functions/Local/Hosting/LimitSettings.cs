using System.Globalization;
using CursorBroker.Gateway.Limits;

namespace CursorBroker.Local.Hosting;

/// <summary>How much callers may ask for, from the environment.</summary>
internal static class LimitSettings
{
    /// <summary>Points that one caller has per minute over GitHub's API: a read costs one, a write five. A third of them may be used at once.</summary>
    public const string CallerPointsVariable = "CURSORBROKER_CALLER_POINTS";

    private const int Most = 1_000_000;
    private const int Least = 15;

    /// <summary>The limits.</summary>
    /// <exception cref="CannotStartException">The setting makes no sense.</exception>
    public static LimitOptions From(Func<string, string?> variable)
    {
        if (variable(CallerPointsVariable) is not { Length: > 0 } text)
        {
            return new LimitOptions();
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var points) && points is >= Least and <= Most
            ? new LimitOptions { CallerPointsPerMinute = points, CallerBurst = points / 3 }
            : throw new CannotStartException($"{CallerPointsVariable} is '{text}'; it is a whole number of points per minute from {Least} to {Most}.");
    }
}
