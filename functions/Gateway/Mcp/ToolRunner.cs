using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Mcp.Approvals;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Protocol;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CursorBroker.Gateway.Mcp;

/// <summary>
/// Runs a tool for whoever called it: finds it among those that they may see, counts the call, reads the arguments, and turns what comes of it into a result. What the tool wants to change
/// and has to wait for is kept here.
/// </summary>
internal sealed class ToolRunner(ToolBox tools, ToolPerformer performer, Resumption resumption, InputRequests inputs, McpOptions options, LimitOptions limits, TimeProvider time, ILogger<ToolRunner> logger)
{
    private readonly PointBudget<(PersonId Person, string Tool)> _budget = new(limits.ToolCallsPerMinute, limits.ToolCallBurst, time);

    /// <summary>Runs one call.</summary>
    public async ValueTask<CallToolResult> RunAsync(McpTurn turn, RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var asked = request.Params ?? throw new McpProtocolException("params are missing.", McpErrorCode.InvalidParams);
        var tool = tools.Find(asked.Name, turn.Reach) ?? throw new McpProtocolException($"There is no tool '{asked.Name[..Math.Min(asked.Name.Length, 128)]}' for you.", McpErrorCode.InvalidParams);
        var api = performer.ApiFor(turn);
        var outcome = new ToolOutcome();
        try
        {
            var answer = await AnswerAsync(turn, request, tool, api, cancellationToken);
            outcome.Take(answer);
            await inputs.AskAsync(turn, request, answer, cancellationToken);
            return answer.ToResult();
        }
        finally
        {
            turn.Answering.Record(new ToolAnswered(tool.Definition.Name, outcome.Name, (long)time.GetElapsedTime(started).TotalMilliseconds, [.. api.References]) { Approval = outcome.Approval });
        }
    }

    private async ValueTask<ToolAnswer> AnswerAsync(McpTurn turn, RequestContext<CallToolRequestParams> request, IBrokerTool tool, BrokerApi api, CancellationToken cancellationToken)
    {
        var (asked, name) = (request.Params, tool.Definition.Name);
        if (_budget.Take((turn.Answering.Caller.Person, name), 1) is { } wait)
        {
            return Failures.Limited(name, limits.ToolCallsPerMinute, wait);
        }

        try
        {
            ToolCall call = null!;
            call = new ToolCall
            {
                Arguments = ToolArguments.For(tool.Definition.InputSchema, asked.Arguments),
                Api = api,
                Turn = turn,
                Progress = ToolProgress.For(request.Server, asked.ProgressToken),
                Performing = (change, stop) => performer.PerformAsync(turn, tool, api, change, stop),
                Resuming = (id, longest, stop) => resumption.RunAsync(call, id, longest, (kept, taken) => performer.PerformAsync(turn, kept, api, taken), stop),
            };
            return await inputs.FindAsync(turn, request, cancellationToken) is { } approval
                ? Answer(InputRequests.IsDeclined(asked) ? await resumption.LookAsync(call, approval, cancellationToken) : await call.ResumeAsync(approval, options.MaxWait, cancellationToken))
                : await tool.RunAsync(call, cancellationToken);
        }
        catch (ToolArgumentException wrong)
        {
            return ToolAnswer.Error($"{name} was not run. {wrong.Message}");
        }
        catch (StateUnavailableException away)
        {
            logger.ToolBroke(away, name, turn.Answering.Reference);
            return ToolAnswer.Error($"The broker's state store cannot be reached. Try again in a little while. [reference {turn.Answering.Reference}]");
        }
        catch (Exception bug) when (bug is not (OperationCanceledException or McpException))
        {
            logger.ToolBroke(bug, name, turn.Answering.Reference);
            return ToolAnswer.Error($"The broker failed, and whether anything was done is not known: look before you try again. [reference {turn.Answering.Reference}]");
        }
    }

    // What waits still is answered as it was the first time, so that the client is asked again.
    private ToolAnswer Answer(Resumed resumed) =>
        resumed is { IsPerformed: false, Approval: { Status: ApprovalStatus.Pending } pending } ? performer.StillWaits(pending) : resumed.Answer;
}
