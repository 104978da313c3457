using CursorBroker.Core.Audit;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>One message. It makes no operations of its own.</summary>
internal sealed class McpRequest(McpMessage message, McpProtocol protocol) : ProtocolRequest
{
    public override IReadOnlyList<Operation> Operations => [];

    public override bool NeedsUpstream => false;

    /// <summary>A tool's calls are counted by tool, where a refusal can be told to the model.</summary>
    public override int Points => message.Method == McpMessage.CallTool ? 0 : 1;

    public override IEnumerable<AuditEvent> Notes => message.Method == McpMessage.CallTool ? [new ToolCalled(message.ShortName, message.Client)] : [];

    public override async ValueTask AnswerAsync(Answering answering, CancellationToken cancellationToken) => await protocol.ServeAsync(new McpTurn(answering, message));
}
