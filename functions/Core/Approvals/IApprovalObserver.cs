namespace CursorBroker.Core.Approvals;

/// <summary>Hears of approvals: those who notify people. Not the ledger, which is asked before, not told after.</summary>
public interface IApprovalObserver
{
    /// <summary>One was opened. Must not lose it: what cannot be done at once is kept in State. A failure is the observer's to keep and to show.</summary>
    ValueTask OpenedAsync(Approval approval, CancellationToken cancellationToken);

    /// <summary>One moved to another status.</summary>
    ValueTask MovedAsync(Approval approval, CancellationToken cancellationToken);
}
