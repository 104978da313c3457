using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>How much of the answers to inner calls may be in memory at once. Each has its own bound; together they must not end the process.</summary>
internal sealed class AnswerBudget(McpOptions options)
{
    private readonly ByteBudget _bytes = new(options.MaxAnswerBytes);

    /// <summary>A share of it for one message's inner calls, of nothing yet; given back when it is disposed.</summary>
    public BudgetShare Open() => new(_bytes);
}
