using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Mcp.Calls;
using ModelContextProtocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>One call of a tool.</summary>
internal sealed record ToolCall
{
    /// <summary>What it was called with.</summary>
    public required ToolArguments Arguments { get; init; }

    /// <summary>The way to everything.</summary>
    public required IBrokerApi Api { get; init; }

    /// <summary>Who calls.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The policy that the call is served under. For describing; inner calls decide by themselves.</summary>
    public required PolicySet Policy { get; init; }

    /// <summary>The session.</summary>
    public required SessionId Session { get; init; }

    /// <summary>Tells the client how far it is; tells nobody when the client did not ask.</summary>
    public required IProgress<ProgressNotificationValue> Progress { get; init; }

    /// <summary>What <see cref="PerformAsync"/> does.</summary>
    public required Func<ApiCallRequest, CancellationToken, ValueTask<ToolAnswer>> Performing { get; init; }

    /// <summary>
    /// Makes the one changing call and answers by the tool's <see cref="IBrokerTool.Finish"/>. When it waits for people it is kept, sealed, for <c>approval_wait</c>, and the answer
    /// says so; when it is refused the answer says why.
    /// </summary>
    public ValueTask<ToolAnswer> PerformAsync(ApiCallRequest change, CancellationToken cancellationToken) => Performing(change, cancellationToken);
}
