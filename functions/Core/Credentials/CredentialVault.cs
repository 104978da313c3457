using CursorBroker.Core.Operations;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Credentials;

/// <summary>
/// Hands out credentials. Reading ones are minted once for all who want the same repository and permissions, and retire after the
/// shortest lifetime any of those asked for; writing ones belong to one request. Whatever is retired and not held any more is revoked.
/// </summary>
/// <remarks>
/// A request with a shorter lifetime than a shared credential's age gets a new one, and the old one retires: it is never
/// kept for others. A failed mint is the answer to all who waited for it, and to nobody after them.
/// </remarks>
internal sealed class CredentialVault(ICredentialMint mint, CredentialRegister register, RevocationQueue revocations, TimeProvider time)
    : ICredentialVault, IDisposable
{
    /// <summary>Longest lifetime that may be asked for: GitHub's own for a token.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<CredentialKey, CredentialEntry> _shared = [];
    private readonly HashSet<CredentialEntry> _flying = [];
    private readonly CancellationTokenSource _closing = new();
    private bool _closed;

    /// <inheritdoc/>
    public async ValueTask<LeaseOutcome> AcquireAsync(
        RepositorySet repositories, PermissionSet permissions, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repositories);
        ArgumentNullException.ThrowIfNull(permissions);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, LongestLifetime);
        if (permissions.IsEmpty)
        {
            throw new ArgumentException("A credential without permissions would be one with all of them.", nameof(permissions));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (Hold(new(repositories, permissions), lifetime, out var starts) is not { } entry)
        {
            return Closed();
        }

        if (starts)
        {
            // Not awaited and not cancelled with this request: others may wait for it. It ends in entry.Landing, whatever happens.
            _ = FlyAsync(entry);
        }

        try
        {
            switch (await entry.Landing.Task.WaitAsync(cancellationToken))
            {
                case MintOutcome.Minted minted:
                    return new LeaseOutcome.Leased(new CredentialLease(minted.Credential, starts, () => Release(entry)));
                case MintOutcome.Failed failed:
                    Release(entry);
                    return new LeaseOutcome.Failed(failed.Failure, failed.Detail, failed.RetryAfter);
                default:
                    throw new InvalidOperationException("A mint either succeeds or fails.");
            }
        }
        catch
        {
            Release(entry);
            throw;
        }
    }

    /// <summary>
    /// Hands out nothing any more and waits, until cancelled, for mints under way: a token that is on its way must be known before
    /// it can be revoked. Never throws for being cancelled.
    /// </summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        Task[] landings;
        lock (_lock)
        {
            _closed = true;
            landings = [.. _flying.Select(static entry => entry.Landing.Task)];
            foreach (var entry in _shared.Values)
            {
                entry.Retirement?.Dispose();
            }

            _shared.Clear();
        }

        await _closing.CancelAsync();

        // How a mint failed is the concern of those who asked for it.
        await Task.WhenAll(landings).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _closing.Dispose();

    private static LeaseOutcome.Failed Closed() => new(MintFailure.Unavailable, "the broker is stopping");

    private CredentialEntry? Hold(CredentialKey key, TimeSpan lifetime, out bool starts)
    {
        lock (_lock)
        {
            starts = false;
            if (_closed)
            {
                return null;
            }

            var writes = key.Permissions.Writes;
            if (!writes && _shared.TryGetValue(key, out var entry))
            {
                if (entry.IsUsable(lifetime, time.GetUtcNow()))
                {
                    entry.Holders++;
                    if (entry.Shorten(lifetime) && entry.Credential is not null)
                    {
                        ScheduleRetirement(entry);
                    }

                    return entry;
                }

                Retire(entry);
            }

            starts = true;
            entry = new CredentialEntry(key, shared: !writes, lifetime) { Holders = 1 };
            _flying.Add(entry);
            if (!writes)
            {
                _shared[key] = entry;
            }

            return entry;
        }
    }

    private async Task FlyAsync(CredentialEntry entry)
    {
        try
        {
            var outcome = await MintRecordedAsync(entry.Key);
            Land(entry, (outcome as MintOutcome.Minted)?.Credential);
            entry.Landing.SetResult(outcome);
        }
        catch (Exception e)
        {
            Land(entry, null);
            entry.Landing.SetException(e);
        }
    }

    private async Task<MintOutcome> MintRecordedAsync(CredentialKey key)
    {
        try
        {
            await register.PrepareAsync(_closing.Token);
            var outcome = await mint.MintAsync(key.Repositories, key.Permissions, _closing.Token);
            if (outcome is MintOutcome.Minted minted)
            {
                await RecordAsync(minted.Credential);
            }

            return outcome;
        }
        catch (StateUnavailableException e)
        {
            return new MintOutcome.Failed(MintFailure.Unavailable, $"State could not record the token: {e.Message}");
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return new MintOutcome.Failed(MintFailure.Unavailable, "the broker is stopping");
        }
    }

    private async Task RecordAsync(Credential credential)
    {
        try
        {
            await register.RecordAsync(credential, revokeAt: null, CancellationToken.None);
        }
        catch
        {
            // Not only for State being away: whatever broke, a token that is not recorded must not live.
            await revocations.RevokeNowAsync(credential, RevocationReason.NotRecorded, CancellationToken.None);
            throw;
        }
    }

    private void Land(CredentialEntry entry, Credential? credential)
    {
        lock (_lock)
        {
            _flying.Remove(entry);
            if (credential is null)
            {
                Retire(entry);
                return;
            }

            entry.Landed(credential, time.GetUtcNow());
            if (!entry.IsRetired)
            {
                ScheduleRetirement(entry);
            }

            EndIfUnused(entry);
        }
    }

    private void ScheduleRetirement(CredentialEntry entry)
    {
        entry.Retirement?.Dispose();
        entry.Retirement = null;
        var wait = entry.RetiresAt - time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            Retire(entry);
        }
        else if (!_closed)
        {
            entry.Retirement = time.CreateTimer(OnRetirement, entry, wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnRetirement(object? state)
    {
        lock (_lock)
        {
            Retire((CredentialEntry)state!);
        }
    }

    private void Retire(CredentialEntry entry)
    {
        entry.IsRetired = true;
        entry.Retirement?.Dispose();
        if (_shared.TryGetValue(entry.Key, out var current) && ReferenceEquals(current, entry))
        {
            _shared.Remove(entry.Key);
        }

        EndIfUnused(entry);
    }

    private void Release(CredentialEntry entry)
    {
        lock (_lock)
        {
            entry.Holders--;
            EndIfUnused(entry);
        }
    }

    private void EndIfUnused(CredentialEntry entry)
    {
        if (entry is { IsRetired: true, Holders: 0, IsEnded: false, Credential: { } credential })
        {
            entry.IsEnded = true;
            revocations.Enqueue(credential, entry.IsShared ? RevocationReason.LifetimeOver : RevocationReason.RequestEnded);
        }
    }
}
