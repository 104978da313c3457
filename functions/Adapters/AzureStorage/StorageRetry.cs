using System.Security.Cryptography;
using Azure;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// Bounded tries of requests that may be repeated. The client's own retrying is off: it does not tell a write that was refused from one that was
/// done by an attempt before.
/// </summary>
/// <param name="attempts">Most tries.</param>
/// <param name="delay">First wait; it doubles, up to ten times this. Half of it is chance, so that many do not come back at once.</param>
/// <param name="time">Waits.</param>
internal sealed class StorageRetry(int attempts, TimeSpan delay, TimeProvider time)
{
    private const int LongestDelays = 10;

    /// <summary>Most tries of one request.</summary>
    public int Attempts => attempts;

    /// <summary>Runs something that may be run twice. Answers of the service that trying again does not change come out as they are.</summary>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    /// <exception cref="StorageException">It failed every time.</exception>
    public async ValueTask<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await request(cancellationToken);
            }
            catch (Exception failed) when (IsOurs(failed, cancellationToken))
            {
                await PauseOrGiveUpAsync(attempt, failed, cancellationToken);
            }
        }
    }

    /// <summary>Waits for the next try after a failure that allows one.</summary>
    /// <exception cref="StorageException">It was the last try, or the failure allows none.</exception>
    public async ValueTask PauseOrGiveUpAsync(int attempt, Exception failed, CancellationToken cancellationToken)
    {
        if (attempt >= attempts || StorageFailure.FateOf(failed) is Fate.Refused)
        {
            throw new StorageException(StorageFailure.Explain(failed), failed);
        }

        var longest = delay * LongestDelays;
        var wait = Max(delay * Math.Pow(2, attempt - 1), Asked(failed));
        await Task.Delay(Jitter(wait < longest ? wait : longest), time, cancellationToken);
    }

    /// <summary>A failure of the request, not the caller's own change of mind nor an answer that its caller reads.</summary>
    public static bool IsOurs(Exception failed, CancellationToken cancellationToken) => failed switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        RequestFailedException => StorageFailure.FateOf(failed) is not Fate.Refused,
        StorageException or InvalidDataException => false,
        _ => true,
    };

    /// <summary>From half of it to all of it.</summary>
    private static TimeSpan Jitter(TimeSpan wait) => wait * (RandomNumberGenerator.GetInt32(500, 1001) / 1000.0);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Asked(Exception failed) =>
        failed is RequestFailedException answered
        && answered.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) is true
        && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 3600
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;
}
