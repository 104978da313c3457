using System.Collections.Concurrent;
using CursorBroker.Core.Credentials;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Keeps this instance from calling while GitHub asked it to wait: going on during a limit gets an App banned.</summary>
internal sealed class RateLimitGate(TimeProvider time)
{
    /// <summary>The gate for calls that belong to no installation.</summary>
    public const long App = 0;

    private readonly ConcurrentDictionary<long, DateTimeOffset> _until = [];

    /// <summary>The refusal while the installation must wait; null when it need not.</summary>
    public MintOutcome.Failed? Check(long installation)
    {
        if (!_until.TryGetValue(installation, out var until))
        {
            return null;
        }

        var wait = until - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            return new MintOutcome.Failed(MintFailure.RateLimited, "GitHub limits the rate of requests and asked to wait; it was not called", wait);
        }

        _until.TryRemove(KeyValuePair.Create(installation, until));
        return null;
    }

    /// <summary>Learns from a failure, and passes it on.</summary>
    public MintOutcome.Failed Note(long installation, MintOutcome.Failed failed)
    {
        if (failed is { Failure: MintFailure.RateLimited, RetryAfter: { } wait })
        {
            var until = time.GetUtcNow() + wait;
            _until.AddOrUpdate(installation, until, (_, known) => known > until ? known : until);
        }

        return failed;
    }
}
