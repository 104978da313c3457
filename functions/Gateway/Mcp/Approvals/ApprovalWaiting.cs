using System.Globalization;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Approvals;

/// <summary>Waits for the decision on an approval of the caller's own.</summary>
internal sealed class ApprovalWaiting(IApprovalDesk desk, ApprovalLinks links, McpOptions options, TimeProvider time, StopSignal stop)
{
    // Often enough that a client knows it is alive, seldom enough that nobody reads it.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <summary>The approval, if it is this caller's own; null for anybody else's, as for one that there never was.</summary>
    public async ValueTask<Approval?> FindOwnAsync(ToolCall call, ApprovalId id, CancellationToken cancellationToken) =>
        await desk.FindAsync(id, cancellationToken) is { } approval && approval.Requester.Person == call.Caller.Person ? approval : null;

    /// <summary>The approval as it stands when it is settled, or when the time is over.</summary>
    public async ValueTask<Approval> UntilSettledAsync(ToolCall call, Approval approval, TimeSpan longest, CancellationToken cancellationToken)
    {
        var limit = longest < options.MaxWait ? longest : options.MaxWait;
        var started = time.GetTimestamp();
        var told = TimeSpan.FromTicks(-1);
        while (approval.Status == ApprovalStatus.Pending && time.GetElapsedTime(started) is var waited && waited < limit && !stop.IsStopping)
        {
            if (told < TimeSpan.Zero || waited - told >= Between)
            {
                told = waited;
                call.Progress.Report(new()
                {
                    Progress = (float)waited.TotalSeconds,
                    Total = (float)limit.TotalSeconds,
                    Message = string.Create(CultureInfo.InvariantCulture, $"Waiting for a decision on {approval.Id}: {links.PageOf(approval.Id).AbsoluteUri}"),
                });
            }

            await Task.Delay(options.Poll, time, cancellationToken);
            approval = await desk.FindAsync(approval.Id, cancellationToken) ?? throw new InvalidOperationException($"{approval.Id} is gone while somebody waits for it.");
        }

        return approval;
    }
}
