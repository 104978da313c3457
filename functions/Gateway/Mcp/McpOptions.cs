namespace CursorBroker.Gateway.Mcp;

/// <summary>Bounds on MCP.</summary>
public sealed record McpOptions
{
    /// <summary>Longest message, in bytes; 12 MiB unless told otherwise: the longest JSON body of a call, escaped once more.</summary>
    public int MaxMessageBytes { get; init; } = 12 * 1024 * 1024;

    /// <summary>Most bytes of messages in memory at once, over all requests; 96 MiB unless told otherwise. Beyond it a client is asked to come again (503).</summary>
    public long MaxHeldBytes { get; init; } = 96L * 1024 * 1024;

    /// <summary>Most bytes of answers to inner calls in memory at once, over all messages; 256 MiB unless told otherwise. Beyond it a tool says to come again.</summary>
    public long MaxAnswerBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Most tools on one page of <c>tools/list</c>; 50 unless told otherwise, above zero.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>Longest wait of <c>approval_wait</c>, in one call; 45 seconds unless told otherwise: clients give up at 60.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often a waiting call looks whether it was decided; 1 second unless told otherwise, above zero.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);
}
