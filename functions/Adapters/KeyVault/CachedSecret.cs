using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>
/// One secret, remembered. Answers from memory and asks the vault again in the background once what it knows is older than <paramref name="refresh"/>; waits for
/// the vault only when it knows nothing, or something three times as old. While the vault cannot be asked, what was known last serves, for <see cref="LongestSilence"/>.
/// </summary>
internal sealed class CachedSecret(string name, int versions, TimeSpan refresh, VaultReader reader, TimeProvider time, ILogger logger)
{
    /// <summary>Least time between two questions that were asked because a secret was rejected.</summary>
    internal static readonly TimeSpan RejectedEvery = TimeSpan.FromSeconds(30);

    /// <summary>How long a value serves while the vault cannot be asked or refuses. A broker whose role was taken away must not hold on to its secrets for ever.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private KnownSecret? _known;
    private Task<KnownSecret>? _reading;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;
    private DateTimeOffset _pauseUntil = DateTimeOffset.MinValue;
    private TimeSpan _pause = FirstPause;

    /// <summary>What is known.</summary>
    public ValueTask<KnownSecret> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_known is { } known)
            {
                var age = now - known.ReadAt;
                if ((known.Problem is null && age < refresh) || now < _pauseUntil)
                {
                    return ValueTask.FromResult(AsOf(known, now));
                }

                var reading = StartReading(now);
                return AsOf(known, now).Versions.Length > 0 && (age < 3 * refresh || known.Problem is not null)
                    ? ValueTask.FromResult(known)
                    : new(reading.WaitAsync(cancellationToken));
            }

            return new(StartReading(now).WaitAsync(cancellationToken));
        }
    }

    /// <summary>What the vault says now, since what was known did not work; what is known when the vault was asked a moment ago.</summary>
    public ValueTask<KnownSecret> RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            return _known is { } known && (now < _asked + RejectedEvery || now < _pauseUntil)
                ? ValueTask.FromResult(AsOf(known, now))
                : new(StartReading(now).WaitAsync(cancellationToken));
        }
    }

    private static KnownSecret AsOf(KnownSecret known, DateTimeOffset now) => now - known.ReadAt < LongestSilence ? known : known with { Versions = [] };

    // Not by any caller's token: others wait for the same answer.
    private Task<KnownSecret> StartReading(DateTimeOffset now)
    {
        if (_reading is null)
        {
            _asked = now;
            _reading = Task.Run(ReadAsync);
        }

        return _reading;
    }

    private async Task<KnownSecret> ReadAsync()
    {
        var answer = await reader.ReadAsync(name, versions, _known?.Versions ?? []);
        lock (_lock)
        {
            var before = _known;
            var now = time.GetUtcNow();
            _known = answer.Problem switch
            {
                { Kind: VaultProblemKind.Unavailable } => new(before?.Versions ?? [], answer.Problem, before?.ReadAt ?? DateTimeOffset.MinValue),
                _ => new(answer.Versions, answer.Problem, now),
            };
            Pause(answer.Problem, now);
            _reading = null;
            Tell(before, AsOf(_known, now));
            return AsOf(_known, now);
        }
    }

    private void Pause(VaultProblem? problem, DateTimeOffset now)
    {
        if (problem is null)
        {
            (_pause, _pauseUntil) = (FirstPause, DateTimeOffset.MinValue);
            return;
        }

        _pauseUntil = now + (problem.RetryAfter > _pause ? problem.RetryAfter.Value : _pause);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }

    private void Tell(KnownSecret? before, KnownSecret after)
    {
        if (after.Problem is { } problem && before?.Problem?.Text != problem.Text)
        {
            KeyVaultLog.Trouble(logger, name, problem.Text, after.Versions.Length > 0 ? "the last known value serves" : "there is no value to use");
        }

        if (after.Versions.Length > 0 && !after.Versions.Select(static version => version.Id).SequenceEqual((before?.Versions ?? []).Select(static version => version.Id)))
        {
            KeyVaultLog.Loaded(logger, name, reader.Vault, string.Join(", ", after.Versions.Select(static version => version.Id)));
        }
        else if (after.Problem is null && before?.Problem is not null)
        {
            KeyVaultLog.Recovered(logger, name, reader.Vault);
        }
    }
}

/// <summary>What is known of a secret.</summary>
/// <param name="Versions">Usable when it was read, newest first.</param>
/// <param name="Problem">What the vault's last answer lacked; null when nothing.</param>
/// <param name="ReadAt">When the vault answered last.</param>
internal sealed record KnownSecret(ImmutableArray<SecretVersion> Versions, VaultProblem? Problem, DateTimeOffset ReadAt);
