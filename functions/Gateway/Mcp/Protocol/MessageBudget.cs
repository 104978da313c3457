using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>How much of messages may be in memory at once. Each has its own limit; together they must not end the process.</summary>
internal sealed class MessageBudget(McpOptions options)
{
    private readonly ByteBudget _bytes = new(options.MaxHeldBytes);

    public static Refusal UsedUp() =>
        Refusals.Unavailable(Stage.Classify, "Too many large messages at once; try again.", "the budget for messages in memory is used up", TimeSpan.FromSeconds(5));

    /// <summary>Takes room for so many bytes until it is disposed; null when there is none.</summary>
    public IDisposable? Take(long bytes) => _bytes.TryTake(bytes) ? new Share(_bytes, bytes) : null;

    private sealed class Share(ByteBudget budget, long bytes) : IDisposable
    {
        private long _held = bytes;

        public void Dispose() => budget.GiveBack(Interlocked.Exchange(ref _held, 0));
    }
}
