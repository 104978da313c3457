using CursorBroker.Core.Approvals.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Approvals;

/// <summary>What an orchestration has done outside of itself. May be done twice after a crash, as telling may.</summary>
public sealed class ApprovalActivities(ApprovalErrands errands, DurableRuns runs)
{
    /// <summary>Telling.</summary>
    public const string Tell = "ApprovalTell";

    /// <summary>Reminding.</summary>
    public const string Remind = "ApprovalRemind";

    /// <summary>Tells; false when it has to be told again.</summary>
    [Function(Tell)]
    public Task<bool> TellAsync([ActivityTrigger] string order, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        runs.Use(client);
        return errands.TellAsync(order, cancellationToken);
    }

    /// <summary>Reminds.</summary>
    [Function(Remind)]
    public Task RemindAsync([ActivityTrigger] string order, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        runs.Use(client);
        return errands.RemindAsync(order, cancellationToken);
    }
}
