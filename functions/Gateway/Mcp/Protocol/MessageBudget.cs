using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>How much of messages may be in memory at once. Each has its own limit; together they must not end the process.</summary>
internal sealed class MessageBudget(McpOptions options)
{
    private readonly ByteBudget _bytes = new(options.MaxHeldBytes);

    public static Refusal UsedUp() =>
        Refusals.Unavailable(Stage.Classify, "Too many large messages at once; try again.", "the budget for messages in memory is used up", TimeSpan.FromSeconds(5));

    /// <summary>A share of it for one message, of nothing yet; given back when it is disposed.</summary>
    public BudgetShare Open() => new(_bytes);
}
