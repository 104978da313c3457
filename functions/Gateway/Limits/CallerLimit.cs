using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Limits;

/// <summary>How much one caller may ask for, whatever it is about.</summary>
internal sealed class CallerLimit(LimitOptions options, TimeProvider time)
{
    private readonly PointBudget<PersonId> _points = new(options.CallerPointsPerMinute, options.CallerBurst, time);

    /// <summary>Counts a request; the refusal when there is no room for it now.</summary>
    public Refusal? Count(Caller caller, ProtocolRequest request) => _points.Take(caller.Person, request.Points) is { } wait
        ? new Refusal(
            Stage.Authorize, RefusalKind.RateLimited, new CallerText("You are asking for more than this broker lets one caller ask for at a time; wait a little."), $"{options.CallerPointsPerMinute} points a minute")
        {
            RetryAfter = wait,
        }
        : null;
}
