using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Mcp;

/// <summary>The log messages of MCP, ids 2700-2749.</summary>
internal static partial class McpLog
{
    [LoggerMessage(2700, LogLevel.Error, "Tool {Tool} failed in request {Reference}")]
    public static partial void ToolBroke(this ILogger logger, Exception bug, string tool, string reference);

    [LoggerMessage(2701, LogLevel.Error, "The call that waits for {Approval} could not be kept; it has to be made again")]
    public static partial void NotKept(this ILogger logger, Exception failure, string approval);
}
