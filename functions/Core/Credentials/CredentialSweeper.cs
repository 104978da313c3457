using CursorBroker.Core.State;

namespace CursorBroker.Core.Credentials;

/// <summary>Revokes what dead instances left behind and what left the broker and is over, and clears records of tokens that are dead.</summary>
internal sealed class CredentialSweeper(
    IStateStore state, CredentialRegister register, InstanceHeartbeat heartbeat, ICredentialMint mint, ICredentialObserver observer, TimeProvider time)
{
    /// <summary>How often it sweeps, after a first time at start.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    // What was told already, so that a stubborn record is one line in the ledger and not one a minute.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    // Whose tokens are known already.
    private readonly HashSet<string> _learned = new(StringComparer.Ordinal);

    /// <summary>Sweeps until cancelled. State being away is told and survived.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await SweepAsync(cancellationToken);
            }
            catch (StateUnavailableException e)
            {
                observer.Troubled("tokens of dead instances could not be looked for", e);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Sweeps once.</summary>
    /// <exception cref="StateUnavailableException">State cannot be read.</exception>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var records = new List<StateRecord>();
        await foreach (var record in state.ListAsync(CredentialRegister.Collection, cancellationToken))
        {
            records.Add(record);
        }

        // After the records: an instance writes its first heartbeat before its first record, so whoever owns one of these shows now if it lives.
        var alive = await heartbeat.AliveAsync(cancellationToken);
        Learn(records);
        var options = new ParallelOptions { MaxDegreeOfParallelism = RevocationQueue.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(records, options, (record, token) => SweepAsync(record, alive, token));
        lock (_told)
        {
            _told.IntersectWith(records.Select(static record => record.Key.Id));
        }
    }

    /// <summary>What another instance minted is masked here too. One that cannot be read is told of where it is swept.</summary>
    private void Learn(List<StateRecord> records)
    {
        _learned.IntersectWith(records.Select(static record => record.Key.Id));
        foreach (var found in records)
        {
            var sha256 = found.Key.Id;
            if (!register.Holds(sha256) && !_learned.Contains(sha256) && CredentialRecord.FromBytes(found.Value) is { } record && record.Expires > time.GetUtcNow() && register.Learn(sha256, record))
            {
                _learned.Add(sha256);
            }
        }
    }

    private async ValueTask SweepAsync(StateRecord found, HashSet<string> alive, CancellationToken cancellationToken)
    {
        var sha256 = found.Key.Id;
        if (CredentialRecord.FromBytes(found.Value) is not { } record)
        {
            // State drops it by the expiry it was stored with.
            Tell(sha256, RevocationReason.Unreadable);
            return;
        }

        if (record.Expires <= time.GetUtcNow())
        {
            if (!register.Holds(sha256) && await state.DeleteAsync(found.Key, found.Version, cancellationToken))
            {
                observer.Revoked(sha256, RevocationReason.Expired, confirmed: true);
            }

            return;
        }

        if (record.RevokeAt is { } due)
        {
            // Whoever has it was promised that time, and no instance need live for it to end. The one that handed it out does it first, if it can.
            if (due <= time.GetUtcNow() && !register.Holds(sha256))
            {
                await RevokeAsync(found, record, RevocationReason.ExchangeOver, cancellationToken);
            }

            return;
        }

        // A record of this instance that nobody here looks after is one whose removal failed once.
        var orphaned = string.Equals(record.Instance, heartbeat.Id, StringComparison.Ordinal) ? !register.Holds(sha256) : !alive.Contains(record.Instance);
        if (orphaned)
        {
            await RevokeAsync(found, record, RevocationReason.OwnerDied, cancellationToken);
        }
    }

    private async ValueTask RevokeAsync(StateRecord found, CredentialRecord record, string why, CancellationToken cancellationToken)
    {
        var sha256 = found.Key.Id;
        if (register.Unseal(sha256, record) is not { } token)
        {
            Tell(sha256, RevocationReason.Unreadable);
        }
        else if (!await mint.RevokeAsync(token, cancellationToken))
        {
            Tell(sha256, why);
        }
        else if (await state.DeleteAsync(found.Key, found.Version, cancellationToken))
        {
            observer.Revoked(sha256, why, confirmed: true);
        }
    }

    private void Tell(string sha256, string why)
    {
        bool first;
        lock (_told)
        {
            first = _told.Add(sha256);
        }

        if (first)
        {
            observer.Revoked(sha256, why, confirmed: false);
        }
    }
}
