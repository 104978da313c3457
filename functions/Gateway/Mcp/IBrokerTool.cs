using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>
/// One tool: what it is called and takes, and the inner calls that it makes. It decides nothing and holds no credential. One that changes something looks everything up first and
/// ends with one <see cref="ToolCall.PerformAsync"/>, so that an approval is about exactly that call.
/// </summary>
internal interface IBrokerTool
{
    /// <summary>Name, title, description, schemas and annotations, as <c>tools/list</c> shows them.</summary>
    Tool Definition { get; }

    /// <summary>Whether the policy can ever let this caller use it; if not, it is not listed and is unknown to them.</summary>
    bool MayEver(PolicyReach reach);

    /// <summary>Runs it.</summary>
    /// <exception cref="ToolArgumentException">An argument is missing or makes no sense; the caller is told which.</exception>
    ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken);

    /// <summary>What to answer once its changing call was performed: at once, or later by <c>approval_wait</c>. Called for a success only.</summary>
    /// <param name="change">The call as <see cref="RunAsync"/> made it.</param>
    /// <param name="answer">What it was answered.</param>
    ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => ToolAnswer.Of(answer);
}
