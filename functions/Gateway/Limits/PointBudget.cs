namespace CursorBroker.Gateway.Limits;

/// <summary>
/// A budget of points for each key, that comes back with time: the generic cell rate algorithm (ITU-T I.371), which keeps one time per key and nothing else.
/// </summary>
/// <typeparam name="TKey">What has a budget.</typeparam>
/// <param name="perMinute">Points that come back in a minute; above zero.</param>
/// <param name="burst">Points that can be used at once; above zero.</param>
/// <param name="time">The clock.</param>
internal sealed class PointBudget<TKey>(int perMinute, int burst, TimeProvider time)
    where TKey : notnull
{
    // Full budgets are forgotten when so many keys are known: they are what a new key has.
    private const int SweepAbove = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, DateTimeOffset> _fullAt = [];
    private readonly TimeSpan _point = TimeSpan.FromMinutes(1) / perMinute;
    private readonly TimeSpan _most = TimeSpan.FromMinutes(1) / perMinute * burst;
    private int _sweepAt = SweepAbove;

    /// <summary>Takes points, all or none.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="points">How many; from zero to the burst.</param>
    /// <returns>Null when they were there; otherwise how long until they are.</returns>
    public TimeSpan? Take(TKey key, int points)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(points);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, burst);
        if (points == 0)
        {
            return null;
        }

        var now = time.GetUtcNow();
        lock (_lock)
        {
            var fullAt = _fullAt.TryGetValue(key, out var known) && known > now ? known : now;
            var after = fullAt + (_point * points);
            if (after - now > _most)
            {
                return after - now - _most;
            }

            _fullAt[key] = after;
            Sweep(now);
            return null;
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        if (_fullAt.Count <= _sweepAt)
        {
            return;
        }

        foreach (var (key, fullAt) in _fullAt)
        {
            if (fullAt <= now)
            {
                _fullAt.Remove(key);
            }
        }

        // When most of them are in use, looking at all of them again at once finds nothing.
        _sweepAt = Math.Max(SweepAbove, _fullAt.Count * 2);
    }
}
