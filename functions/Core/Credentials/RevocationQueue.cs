using System.Collections.Concurrent;
using System.Threading.Channels;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Credentials;

/// <summary>
/// Revokes tokens in the background, a few at a time, and does not give up on one before it is dead: by a confirmed revocation
/// or by its natural end.
/// </summary>
internal sealed class RevocationQueue(ICredentialMint mint, CredentialRegister register, ICredentialObserver observer, TimeProvider time)
{
    /// <summary>How many revocations are under way at once.</summary>
    public const int Concurrency = 8;

    /// <summary>The wait after the first failure; doubled after each further one up to <see cref="LongestWait"/>.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between attempts.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Channel<Pending> _due = Channel.CreateUnbounded<Pending>();
    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    /// <summary>Has a token revoked soon. Returns at once; a token that is queued already is not queued again.</summary>
    public void Enqueue(Credential credential, string why)
    {
        var pending = new Pending(credential, why);
        if (_pending.TryAdd(credential.Sha256, pending))
        {
            Due(pending);
        }
    }

    /// <summary>Revokes queued tokens until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _due.Reader.ReadAllAsync(cancellationToken),
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
        AttemptAsync);

    /// <summary>Makes one attempt right away; if it fails, more follow in the background.</summary>
    public ValueTask RevokeNowAsync(Credential credential, string why, CancellationToken cancellationToken) =>
        AttemptAsync(_pending.GetOrAdd(credential.Sha256, _ => new Pending(credential, why)), cancellationToken);

    /// <summary>Revokes all of these, trying again every second, until all are dead or it is cancelled. Never throws for being cancelled.</summary>
    /// <returns>How many could not be confirmed dead.</returns>
    public async Task<int> DrainAsync(Func<ICollection<Credential>> outstanding, string why, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        try
        {
            while (outstanding() is { Count: > 0 } left)
            {
                await Parallel.ForEachAsync(left, options, (credential, token) => RevokeNowAsync(credential, why, token));
                if (outstanding().Count > 0)
                {
                    await Task.Delay(FirstWait, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Out of time: what is left is recorded in State, and the count says how much.
        }

        return outstanding().Count;
    }

    private async ValueTask AttemptAsync(Pending pending, CancellationToken cancellationToken)
    {
        if (!pending.TryEnter())
        {
            return;
        }

        var dead = false;
        try
        {
            var expired = time.GetUtcNow() >= pending.Credential.Expires;
            dead = expired || await mint.RevokeAsync(pending.Credential.Reveal(), cancellationToken);
            if (dead)
            {
                await DoneAsync(pending, expired ? RevocationReason.Expired : pending.Why, cancellationToken);
            }
        }
        finally
        {
            pending.Leave();
        }

        // Only now: an attempt that came before this one has left would be turned away, and be the last.
        if (!dead)
        {
            Later(pending);
        }
    }

    private async ValueTask DoneAsync(Pending pending, string why, CancellationToken cancellationToken)
    {
        pending.Retry?.Dispose();
        var sha256 = pending.Credential.Sha256;
        try
        {
            await register.ForgetAsync(sha256, cancellationToken);
        }
        catch (StateUnavailableException e)
        {
            observer.Troubled("the record of a token that is dead could not be removed; the sweep will find it", e);
        }
        finally
        {
            _pending.TryRemove(sha256, out _);
            observer.Revoked(sha256, why, confirmed: true);
        }
    }

    private void Later(Pending pending)
    {
        var failures = pending.Failures++;
        var wait = FirstWait * (1 << Math.Min(failures, 6));
        pending.Retry?.Dispose();
        pending.Retry = time.CreateTimer(_ => Due(pending), null, wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
        if (failures == 0)
        {
            observer.Revoked(pending.Credential.Sha256, pending.Why, confirmed: false);
        }
    }

    private void Due(Pending pending) => _due.Writer.TryWrite(pending);

    private sealed class Pending(Credential credential, string why)
    {
        private int _entered;

        public Credential Credential => credential;

        public string Why => why;

        public int Failures { get; set; }

        public ITimer? Retry { get; set; }

        // A drain and the background worker may come to the same token at once.
        public bool TryEnter() => Interlocked.Exchange(ref _entered, 1) == 0;

        public void Leave() => Volatile.Write(ref _entered, 0);
    }
}
