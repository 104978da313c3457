using System.Runtime.CompilerServices;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// Approvals as State's records, changed by compare-and-swap: the home on one machine. Its clock is <see cref="ApprovalClock"/>. That an approval is
/// over does not depend on it, since the machine knows the time; the clock sees to it that it is also written and told.
/// </summary>
public sealed class StateApprovalHome : IApprovalHome
{
    // Every lost race means that somebody else got on; this many in a row mean that something is broken.
    private const int MaxRaces = 100;

    private readonly ApprovalRecords _records;
    private readonly ApprovalTeller _teller;
    private readonly IApprovalTrouble _trouble;

    /// <summary>A home.</summary>
    /// <param name="state">Where they are kept.</param>
    /// <param name="teller">Who tells what became of them.</param>
    /// <param name="trouble">Who hears of what failed.</param>
    /// <param name="options">How long they are kept.</param>
    public StateApprovalHome(IStateStore state, ApprovalTeller teller, IApprovalTrouble trouble, ApprovalOptions options)
    {
        _records = new ApprovalRecords(state, options);
        _teller = teller;
        _trouble = trouble;
    }

    internal ApprovalRecords Records => _records;

    /// <inheritdoc/>
    public async ValueTask<bool> StartAsync(Approval approval, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        if (await _records.CreateAsync(approval, cancellationToken) is not { } stored)
        {
            return false;
        }

        await TellAsync(stored, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken) =>
        (await _records.ReadAsync(id, cancellationToken))?.Approval;

    /// <inheritdoc/>
    public async ValueTask<ApprovalStep?> SendAsync(ApprovalId id, ApprovalEvent happened, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            if (await _records.ReadAsync(id, cancellationToken) is not { } stored)
            {
                return null;
            }

            var step = ApprovalMachine.Apply(stored.Approval, happened);
            if (ReferenceEquals(step.Approval, stored.Approval))
            {
                return step;
            }

            // A refused event may have shown that the time is over: that is kept as well.
            if (await _records.ReplaceAsync(stored, stored.Record with { Approval = step.Approval }, cancellationToken) is { } changed)
            {
                await TellAsync(changed, cancellationToken);
                return step;
            }
        }

        throw new StateUnavailableException($"the record of {id} keeps changing");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Approval> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (id, stored) in _records.ListAsync(cancellationToken))
        {
            if (stored is null)
            {
                _trouble.Troubled($"the record of approval {id} is unreadable and not shown", null);
            }
            else
            {
                yield return stored.Approval;
            }
        }
    }

    /// <summary>Tells what was not told yet and notes that it was. Throws nothing for it: the change stands, and the clock tries again.</summary>
    internal async ValueTask TellAsync(StoredApproval stored, CancellationToken cancellationToken)
    {
        if (stored.IsTold || !await _teller.TellAsync(stored.Approval, stored.Record.Told, cancellationToken))
        {
            return;
        }

        try
        {
            // A lost race leaves it to whoever won: they tell their own change, or the clock does.
            _ = await _records.ReplaceAsync(stored, stored.Record with { Told = stored.Approval.Status }, CancellationToken.None);
        }
        catch (StateUnavailableException e)
        {
            _trouble.Troubled($"that {stored.Approval.Id} was told could not be noted; it will be told again", e);
        }
    }

    /// <summary>Reminds, if nobody has; claimed first, so that no two instances do.</summary>
    internal async ValueTask RemindAsync(StoredApproval stored, CancellationToken cancellationToken)
    {
        if (await _records.ReplaceAsync(stored, stored.Record with { Reminded = true }, cancellationToken) is not null)
        {
            await _teller.RemindAsync(stored.Approval, cancellationToken);
        }
    }
}
