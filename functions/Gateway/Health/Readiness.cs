using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Health;

/// <summary>
/// Asks everything that the broker cannot serve without, all at once. Anybody may ask, so who asks while it is being found out, or shortly after, gets that answer: no
/// stranger makes work for what stands behind.
/// </summary>
internal sealed partial class Readiness(IEnumerable<ReadinessCheck> checks, TimeProvider time, ILogger<Readiness> logger)
{
    /// <summary>How long each is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer holds.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly ReadinessCheck[] _checks = [.. checks];
    private readonly Lock _lock = new();
    private (Task<string[]> Missing, long Asked)? _last;

    /// <summary>The names of what is missing; none when the broker could serve.</summary>
    public Task<string[]> MissingAsync()
    {
        lock (_lock)
        {
            if (_last is not var (missing, asked) || (missing.IsCompleted && time.GetElapsedTime(asked) >= Fresh))
            {
                (missing, asked) = (FindAsync(), time.GetTimestamp());
                _last = (missing, asked);
            }

            return missing;
        }
    }

    private async Task<string[]> FindAsync()
    {
        var held = await Task.WhenAll(_checks.Select(HoldsAsync));
        return [.. _checks.Where((_, index) => !held[index]).Select(static check => check.Name)];
    }

    private async Task<bool> HoldsAsync(ReadinessCheck check)
    {
        using var enough = new CancellationTokenSource(Patience, time);
        try
        {
            // Not everything looks at its token in time.
            if (await check.HoldsAsync(enough.Token).AsTask().WaitAsync(enough.Token))
            {
                return true;
            }

            LogMissing(logger, null, check.Name);
        }
        catch (Exception missing) when (missing is StateUnavailableException or LedgerUnavailableException || (missing is OperationCanceledException && enough.IsCancellationRequested))
        {
            LogMissing(logger, missing, check.Name);
        }

        return false;
    }

    [LoggerMessage(2500, LogLevel.Warning, "Not ready: {Name}")]
    private static partial void LogMissing(ILogger logger, Exception? reason, string name);
}
