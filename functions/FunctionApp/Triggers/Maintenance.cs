using CursorBroker.Core.Approvals.Runs;
using CursorBroker.FunctionApp.Approvals;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>
/// Wakes an app that was scaled to nothing, so that what its hosted services owe (notices, revocations, State's purge) is done, and forgets orchestrations whose
/// time to be kept is over.
/// </summary>
public sealed class Maintenance(DurableRuns runs, OrchestratedApprovalHome home)
{
    /// <summary>Every hour.</summary>
    [Function("Maintenance")]
    public Task RunAsync(
        [TimerTrigger("0 7 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        _ = timer;
        runs.Use(client);
        return home.PurgeAsync(cancellationToken);
    }
}
