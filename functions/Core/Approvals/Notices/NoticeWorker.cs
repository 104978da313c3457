using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>
/// Delivers what the outbox holds, on every instance: each notice is tried by one at a time, at least once, until it is delivered, its approval is settled
/// or over, or the other side says that trying again is of no use.
/// </summary>
/// <param name="outbox">What is to be delivered.</param>
/// <param name="home">Says how an approval stands.</param>
/// <param name="state">Where the records are.</param>
/// <param name="policies">Says what the targets' names mean now.</param>
/// <param name="channels">The ways this host has to reach people.</param>
/// <param name="ledger">What became of each.</param>
/// <param name="links">Where the link leads.</param>
/// <param name="observer">Hears of what does not work.</param>
/// <param name="time">The clock.</param>
public sealed class NoticeWorker(
    NoticeOutbox outbox,
    IApprovalHome home,
    IStateStore state,
    IPolicySource policies,
    IReadOnlyCollection<INoticeChannel> channels,
    ILedger ledger,
    ApprovalLinks links,
    INoticeObserver observer,
    TimeProvider time)
{
    /// <summary>How often it looks when nothing wakes it: for what other instances left.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private const int Concurrency = 4;

    private readonly NoticeDelivery _delivery = new(home, policies, channels, new ApprovalNotices(links), observer, time);

    /// <summary>Delivers until cancelled. State, ledger or approvals being away is told and survived; a channel's bug is its notice's failure.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = Every;
            try
            {
                wait = await SweepAsync(cancellationToken);
            }
            catch (Exception e) when (e is StateUnavailableException or LedgerUnavailableException)
            {
                observer.Troubled("notices of approvals could not be looked for", e);
            }

            await outbox.WaitAsync(wait, cancellationToken);
        }
    }

    /// <summary>Delivers once whatever is due.</summary>
    /// <returns>How long until something else will be.</returns>
    /// <exception cref="StateUnavailableException">State cannot be read.</exception>
    internal async Task<TimeSpan> SweepAsync(CancellationToken cancellationToken)
    {
        await foreach (var approval in home.ListAsync(cancellationToken))
        {
            if (approval.Status == ApprovalStatus.Pending && approval.Expires > time.GetUtcNow())
            {
                await outbox.EnsureAsync(approval, cancellationToken);
            }
        }

        var stored = new List<StateRecord>();
        await foreach (var record in state.ListAsync(NoticeRecord.Collection, cancellationToken))
        {
            stored.Add(record);
        }

        var next = time.GetUtcNow() + Every;
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(stored, options, async (found, token) =>
        {
            if (await HandleAsync(found, token) is { } due)
            {
                lock (gate)
                {
                    next = due < next ? due : next;
                }
            }
        });
        var wait = next - time.GetUtcNow();
        return wait > NoticeDelivery.ShortestWait ? wait : NoticeDelivery.ShortestWait;
    }

    private async ValueTask<DateTimeOffset?> HandleAsync(StateRecord found, CancellationToken cancellationToken)
    {
        if (NoticeRecord.FromBytes(found.Value) is not { } record)
        {
            observer.Troubled($"the notice {found.Key.Id} cannot be read and is not delivered", null);
            return null;
        }

        try
        {
            var now = time.GetUtcNow();
            if (record.Outcome == NoticeOutcome.Waiting && record.Due <= now)
            {
                return await AttemptAsync(found, record, cancellationToken);
            }

            return await RecordAsync(record, found.Version, cancellationToken) is { Outcome: NoticeOutcome.Waiting } waiting ? waiting.Due : null;
        }
        catch (Exception e) when (e is StateUnavailableException or LedgerUnavailableException)
        {
            observer.Troubled($"the notice of {record.Approval} to {record.Target} by {record.Channel} could not be handled", e);
            return null;
        }
    }

    /// <summary>Takes a notice, tries it, and keeps what came of it. Null when somebody else has it.</summary>
    private async ValueTask<DateTimeOffset?> AttemptAsync(StateRecord found, NoticeRecord record, CancellationToken cancellationToken)
    {
        var taken = record with { Due = time.GetUtcNow() + NoticeDelivery.Lease, Attempts = record.Attempts + 1 };
        if (await state.ReplaceAsync(found.Key, taken.ToBytes(), found.Version, taken.KeptUntil, cancellationToken) is not { } version)
        {
            return null;
        }

        var after = await _delivery.TryAsync(taken, cancellationToken);
        if (await state.ReplaceAsync(found.Key, after.ToBytes(), version, after.KeptUntil, cancellationToken) is not { } written)
        {
            return null;
        }

        after = await RecordAsync(after, written, cancellationToken);
        return after.Outcome == NoticeOutcome.Waiting ? after.Due : null;
    }

    /// <summary>Writes to the ledger what it lacks. When that fails, the record says so and the next look tries again; nothing is delivered again for it.</summary>
    private async ValueTask<NoticeRecord> RecordAsync(NoticeRecord record, StateVersion version, CancellationToken cancellationToken)
    {
        if (NoticeRecording.Missing(record) is not { } missing)
        {
            return record;
        }

        await ledger.AppendAsync([missing.Event], cancellationToken);
        var recorded = record with { Recorded = missing.Then };
        await state.ReplaceAsync(record.Key, recorded.ToBytes(), version, recorded.KeptUntil, cancellationToken);
        return recorded;
    }
}
