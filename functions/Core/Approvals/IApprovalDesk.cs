using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// Everything that can be done with approvals, by any instance. What must happen once happens once: opening is one conditional create per
/// fingerprint, use is one conditional create per approval. Recorded in the ledger before it takes effect.
/// </summary>
/// <remarks>
/// Throws <see cref="State.StateUnavailableException"/> and <see cref="Audit.LedgerUnavailableException"/>; whoever asked refuses.
/// </remarks>
public interface IApprovalDesk
{
    /// <summary>
    /// The current approval for a fingerprint: the one that waits or may be used, or one that was denied and whose time to decide is not over (asking again
    /// does not ask other people until somebody says yes); otherwise a new one, whose snapshot is stored first. Of two requests at once both get the same one.
    /// </summary>
    /// <exception cref="TooManyApprovalsException">The requester opened too many in the last hour; an approval that is there already is not affected.</exception>
    ValueTask<Approval> OpenAsync(ApprovalRequest request, CancellationToken cancellationToken);

    /// <summary>An approval; null when there is none of that id.</summary>
    ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken);

    /// <summary>What approvers are shown; null when it is gone or is not what the approval's digest says.</summary>
    ValueTask<ApprovalSnapshot?> ReadSnapshotAsync(Approval approval, CancellationToken cancellationToken);

    /// <summary>A person decides, with the groups that a sign-in of this moment says they are in. Null when there is no such approval.</summary>
    ValueTask<ApprovalStep?> VoteAsync(ApprovalId id, Caller approver, ApprovalVerdict verdict, string reason, CancellationToken cancellationToken);

    /// <summary>The requester takes it back. Null when there is no such approval.</summary>
    ValueTask<ApprovalStep?> CancelAsync(ApprovalId id, Caller requester, CancellationToken cancellationToken);

    /// <summary>
    /// Takes an approved one for a request, if what was decided satisfies what the policy asks for now. Only who gets <see cref="ApprovalStep.Moved"/> may go
    /// on, and it never comes twice. When more is asked for now the approval lapses, and a new one has to be opened.
    /// </summary>
    /// <param name="id">The approval.</param>
    /// <param name="fingerprint">What is about to be done; must be what was approved.</param>
    /// <param name="required">What the policy asks for now.</param>
    /// <param name="request">The request that uses it.</param>
    /// <param name="cancellationToken">Gives up before it is taken.</param>
    ValueTask<ApprovalStep?> UseAsync(
        ApprovalId id, Fingerprint fingerprint, IReadOnlyList<ApprovalRequirement> required, string request, CancellationToken cancellationToken);

    /// <summary>All approvals that are kept, newest first.</summary>
    IAsyncEnumerable<Approval> ListAsync(CancellationToken cancellationToken);
}
