using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Approvals;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Protocol;
using ModelContextProtocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>One call of a tool.</summary>
internal sealed record ToolCall
{
    /// <summary>What it was called with.</summary>
    public required ToolArguments Arguments { get; init; }

    /// <summary>The way to everything.</summary>
    public required IBrokerApi Api { get; init; }

    /// <summary>Tells the client how far it is; tells nobody when the client did not ask.</summary>
    public required IProgress<ProgressNotificationValue> Progress { get; init; }

    /// <summary>The message that it came in.</summary>
    internal required McpTurn Turn { get; init; }

    /// <summary>What <see cref="PerformAsync"/> does.</summary>
    internal required Func<ApiCallRequest, CancellationToken, ValueTask<ToolAnswer>> Performing { get; init; }

    /// <summary>What <see cref="ResumeAsync"/> does.</summary>
    internal required Func<ApprovalId, TimeSpan, CancellationToken, ValueTask<Resumed>> Resuming { get; init; }

    /// <summary>Who calls.</summary>
    public Caller Caller => Turn.Answering.Caller;

    /// <summary>The policy that the call is served under. For describing; inner calls decide by themselves.</summary>
    public PolicySet Policy => Turn.Answering.Policy;

    /// <summary>What the caller may ever do. For describing.</summary>
    public PolicyReach Reach => Turn.Reach;

    /// <summary>The session.</summary>
    public SessionId Session => Turn.Answering.Session;

    /// <summary>
    /// Makes the one changing call and answers by the tool's <see cref="IBrokerTool.Finish"/>. When it waits for people it is kept, sealed, for <c>approval_wait</c>, and the answer
    /// says so; when it is refused the answer says why.
    /// </summary>
    public ValueTask<ToolAnswer> PerformAsync(ApiCallRequest change, CancellationToken cancellationToken) => Performing(change, cancellationToken);

    /// <summary>Waits for an approval of the caller's own and performs the call that was kept for it.</summary>
    public ValueTask<Resumed> ResumeAsync(ApprovalId id, TimeSpan longest, CancellationToken cancellationToken) => Resuming(id, longest, cancellationToken);
}
