namespace CursorBroker.Core.Approvals;

/// <summary>
/// Hears of approvals: those who notify people. Not the ledger, which is asked before, not told after. Called by homes, so it must not need one to be made.
/// </summary>
/// <remarks>
/// Called while a request waits: quick, and what takes long is kept in State and done later. After a crash the same thing may be told again, and of several
/// moves only the last. <see cref="State.StateUnavailableException"/> means "tell me again later"; any other exception is logged and the thing counts as told.
/// </remarks>
public interface IApprovalObserver
{
    /// <summary>One was opened. Must not lose it: what cannot be done at once is kept in State. A failure is the observer's to keep and to show.</summary>
    ValueTask OpenedAsync(Approval approval, CancellationToken cancellationToken);

    /// <summary>One moved to another status.</summary>
    ValueTask MovedAsync(Approval approval, CancellationToken cancellationToken);

    /// <summary>Half of the time to decide is over and nobody has settled it. At most once for an approval, whatever comes of it.</summary>
    ValueTask RemindAsync(Approval approval, CancellationToken cancellationToken);
}
