namespace CursorBroker.Core.Approvals;

/// <summary>
/// Where approvals live and their clocks run: SQLite on one machine, Durable orchestrations in Azure. A home applies <c>ApprovalMachine</c> to one event
/// after the other and re-implements none of its rules; it sees to it that <see cref="ApprovalEvent.TimePassed"/> comes when it is due, also after a restart,
/// and that <see cref="ApprovalTeller"/> tells what was opened and every move, at least once, and reminds.
/// </summary>
public interface IApprovalHome
{
    /// <summary>Takes in a new approval. False when the id exists already.</summary>
    ValueTask<bool> StartAsync(Approval approval, CancellationToken cancellationToken);

    /// <summary>The approval as it stands now; null when there is none.</summary>
    ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken);

    /// <summary>Applies an event and waits for what came of it. Null when there is no such approval.</summary>
    ValueTask<ApprovalStep?> SendAsync(ApprovalId id, ApprovalEvent happened, CancellationToken cancellationToken);

    /// <summary>All approvals that are kept, in no particular order.</summary>
    IAsyncEnumerable<Approval> ListAsync(CancellationToken cancellationToken);
}
