using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CursorBroker.Gateway.Mcp;

/// <summary>Progress for a client that asked for it, and for nobody otherwise.</summary>
internal sealed class ToolProgress : IProgress<ProgressNotificationValue>
{
    private readonly McpServer? _server;
    private readonly ProgressToken _token;

    private ToolProgress(McpServer? server, ProgressToken token) => (_server, _token) = (server, token);

    /// <summary>Nobody asked.</summary>
    public static ToolProgress None { get; } = new(null, default);

    public static ToolProgress For(McpServer server, ProgressToken? token) => token is { } asked ? new(server, asked) : None;

    // In the order of calls and before the answer, by the transport's own lock; nobody waits for it.
    public void Report(ProgressNotificationValue value) => _ = _server?.NotifyProgressAsync(_token, value);
}
