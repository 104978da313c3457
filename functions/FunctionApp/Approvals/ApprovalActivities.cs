using CursorBroker.Core.Approvals.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Approvals;

/// <summary>What an orchestration has done outside of itself. May be done twice after a crash, as telling may.</summary>
internal sealed class ApprovalActivities(ApprovalErrands errands, DurableRuns runs)
{
    public const string Tell = "ApprovalTell";

    public const string Remind = "ApprovalRemind";

    [Function(Tell)]
    public Task<bool> TellAsync([ActivityTrigger] string order, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        runs.Use(client);
        return errands.TellAsync(order, cancellationToken);
    }

    [Function(Remind)]
    public Task RemindAsync([ActivityTrigger] string order, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        runs.Use(client);
        return errands.RemindAsync(order, cancellationToken);
    }
}
