using CursorBroker.Core.Approvals.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CursorBroker.FunctionApp.Approvals;

/// <summary>
/// The orchestration of one approval: <see cref="ApprovalRun"/> over what Durable gives it. Its instance id is the approval's. The name holds a version: runs that
/// wait are taken up again under the name they began with.
/// </summary>
public sealed class ApprovalOrchestrator : IApprovalRun
{
    /// <summary>Under which it is started.</summary>
    public const string Name = "ApprovalOrchestratorV1";

    /// <summary>What is sent to it.</summary>
    public const string EventName = "happened";

    private readonly TaskOrchestrationContext _context;

    private ApprovalOrchestrator(TaskOrchestrationContext context) => _context = context;

    /// <inheritdoc/>
    public DateTimeOffset Now => new(DateTime.SpecifyKind(_context.CurrentUtcDateTime, DateTimeKind.Utc));

    /// <summary>The function that Durable calls, and calls again to replay.</summary>
    [Function(Name)]
    public static Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        ApprovalRun.RunAsync(new ApprovalOrchestrator(context), context.GetInput<string>() ?? "");

    /// <inheritdoc/>
    public Task<string> NextAsync() => _context.WaitForExternalEvent<string>(EventName);

    /// <inheritdoc/>
    public Task WaitUntilAsync(DateTimeOffset moment, CancellationToken cancellationToken) => _context.CreateTimer(moment.UtcDateTime, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> TellAsync(string order)
    {
        try
        {
            return await _context.CallActivityAsync<bool>(ApprovalActivities.Tell, order);
        }
        catch (TaskFailedException)
        {
            // The host has logged it; the run tells again.
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task RemindAsync(string order)
    {
        try
        {
            await _context.CallActivityAsync(ApprovalActivities.Remind, order);
        }
        catch (TaskFailedException)
        {
            // Reminding happens at most once, whatever comes of it.
        }
    }

    /// <inheritdoc/>
    public void Show(string progress) => _context.SetCustomStatus(progress);
}
