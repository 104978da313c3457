using CursorBroker.Core.Approvals;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Mcp.Approvals;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Protocol;
using CursorBroker.Gateway.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Mcp;

/// <summary>Makes inner calls for tools: any of them, and the one that changes something, which is kept when it has to wait for people.</summary>
internal sealed class ToolPerformer(
    ToolBox tools, RequestPipeline pipeline, ApiRooms rooms, ApprovalLinks links, IServiceScopeFactory scopes, AnswerBudget budget, IApprovalDesk desk, StoredCalls stored, ILogger<ToolPerformer> logger)
{
    /// <summary>The way to everything for one message's caller.</summary>
    public BrokerApi ApiFor(McpTurn turn)
    {
        // What a tool was answered it may hold until the message is.
        var share = budget.Open();
        turn.Answering.Context.Response.RegisterForDispose(share);
        return new(pipeline, rooms, links, scopes, share, turn.Authorization, turn.Trace);
    }

    /// <summary>What something is read with that is no tool: it takes no arguments and changes nothing.</summary>
    public ToolCall ReadingCall(McpTurn turn) => new()
    {
        Arguments = ToolArguments.None,
        Api = ApiFor(turn),
        Turn = turn,
        Progress = ToolProgress.None,
        Performing = static (_, _) => throw new InvalidOperationException("What is read changes nothing."),
        Resuming = static (_, _, _) => throw new InvalidOperationException("What is read waits for nobody."),
    };

    /// <summary>Makes a changing call for a tool.</summary>
    public async ValueTask<ToolAnswer> PerformAsync(McpTurn turn, IBrokerTool tool, IBrokerApi api, ApiCallRequest change, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(change, cancellationToken);
        return answer.Refusal is { Kind: RefusalKind.ApprovalPending, Approval: { } waits } refusal
            ? PendingAnswer.For(waits, refusal.Reference, await KeepAsync(turn, waits, StoredCall.Of(tool.Definition.Name, change), cancellationToken))
            : answer.IsSuccess ? tool.Finish(change, answer)
            : Failures.Describe(answer);
    }

    /// <summary>Performs a call that was kept.</summary>
    public ValueTask<ToolAnswer> PerformAsync(McpTurn turn, StoredCall kept, IBrokerApi api, CancellationToken cancellationToken) => tools.FindAny(kept.Tool) is { } tool
        ? PerformAsync(turn, tool, api, kept.ToCall(), cancellationToken)
        : ValueTask.FromResult(ToolAnswer.Error($"There is no tool {kept.Tool} any more, so that its call was not performed."));

    /// <summary>What a tool answers whose kept call waits still.</summary>
    public ToolAnswer StillWaits(Approval approval) => PendingAnswer.For(new(approval.Id, approval.Status, links.PageOf(approval.Id)), "", isKept: true);

    private async ValueTask<bool> KeepAsync(McpTurn turn, RefusedApproval waits, StoredCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (await desk.FindAsync(waits.Id, cancellationToken) is not { } approval)
            {
                return false;
            }

            await stored.KeepAsync(turn.Answering.Caller, approval, call, cancellationToken);
            return true;
        }
        catch (StateUnavailableException away)
        {
            logger.NotKept(away, waits.Id.Value);
            return false;
        }
    }
}
