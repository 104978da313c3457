using CursorBroker.Core.Approvals.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CursorBroker.FunctionApp.Approvals;

/// <summary>
/// The orchestration of one approval: <see cref="ApprovalRun"/> over what Durable gives it. Its instance id is the approval's. The name holds a version: runs that
/// wait are taken up again under the name they began with.
/// </summary>
internal sealed class ApprovalOrchestrator(TaskOrchestrationContext context) : IApprovalRun
{
    public const string Name = "ApprovalOrchestratorV1";

    /// <summary>What is sent to it.</summary>
    public const string EventName = "happened";

    public DateTimeOffset Now => new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    [Function(Name)]
    public static Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        ApprovalRun.RunAsync(new ApprovalOrchestrator(context), context.GetInput<string>() ?? "");

    public Task<string> NextAsync() => context.WaitForExternalEvent<string>(EventName);

    public Task WaitUntilAsync(DateTimeOffset moment, CancellationToken cancellationToken) => context.CreateTimer(moment.UtcDateTime, cancellationToken);

    public async Task<bool> TellAsync(string order)
    {
        try
        {
            return await context.CallActivityAsync<bool>(ApprovalActivities.Tell, order);
        }
        catch (TaskFailedException)
        {
            // The host has logged it; the run tells again.
            return false;
        }
    }

    public async Task RemindAsync(string order)
    {
        try
        {
            await context.CallActivityAsync(ApprovalActivities.Remind, order);
        }
        catch (TaskFailedException)
        {
            // Reminding happens at most once, whatever comes of it.
        }
    }

    public void Show(string progress) => context.SetCustomStatus(progress);
}
