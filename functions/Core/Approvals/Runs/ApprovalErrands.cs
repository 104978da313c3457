namespace CursorBroker.Core.Approvals.Runs;

/// <summary>What an orchestration has done outside of itself: the activities' bodies.</summary>
/// <param name="teller">Who tells.</param>
public sealed class ApprovalErrands(ApprovalTeller teller)
{
    /// <summary>Tells. False when it has to be told again.</summary>
    public async Task<bool> TellAsync(string order, CancellationToken cancellationToken)
    {
        var (approval, told) = ApprovalWire.ReadOrder(order);
        return await teller.TellAsync(approval, told, cancellationToken);
    }

    /// <summary>Reminds.</summary>
    public async Task RemindAsync(string order, CancellationToken cancellationToken) =>
        await teller.RemindAsync(ApprovalWire.ReadOrder(order).Approval, cancellationToken);
}
