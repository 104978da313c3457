using CursorBroker.Core.Approvals;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Holds one request until its approval is settled, the hold is over, or the broker is told to stop.</summary>
internal sealed class HeldWait(
    IApprovalDesk desk, ApprovalLinks links, HoldOptions options, TimeProvider time, StopSignal stop, IWaitingCaller? caller)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>The approval as it stood when the wait ended; still pending when nobody decided in time.</summary>
    public async ValueTask<Approval> UntilSettledAsync(Approval approval, CancellationToken cancellationToken)
    {
        while (caller is not null && approval.Status == ApprovalStatus.Pending && time.GetElapsedTime(_started) < options.Hold && !stop.IsStopping)
        {
            await caller.TellAsync(Progress(approval), cancellationToken);
            await Task.Delay(options.Poll, time, cancellationToken);
            approval = await desk.FindAsync(approval.Id, cancellationToken)
                ?? throw new InvalidOperationException($"{approval.Id} is gone while somebody waits for it.");
        }

        if (caller is not null && approval.Status == ApprovalStatus.Approved)
        {
            await caller.TellAsync(Progress(approval), cancellationToken);
        }

        return approval;
    }

    private WaitProgress Progress(Approval approval) => new(approval, links.PageOf(approval.Id), time.GetElapsedTime(_started), options.Hold);
}
