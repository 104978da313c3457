using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>How much of bodies and edited answers may be in memory at once, over all calls. Each has its own limit; together they must not end the process.</summary>
internal sealed class RestBudget(RestOptions options)
{
    private readonly ByteBudget _bytes = new(options.MaxHeldBytes);

    public static Refusal UsedUp(Stage stage) =>
        Refusals.Unavailable(stage, "Too many large calls at once; try again.", "the budget for bodies in memory is used up", TimeSpan.FromSeconds(5));

    /// <summary>Takes room for so many bytes until it is disposed; null when there is none.</summary>
    public IDisposable? Take(long bytes) => _bytes.TryTake(bytes) ? new Share(_bytes, bytes) : null;

    private sealed class Share(ByteBudget budget, long bytes) : IDisposable
    {
        private long _held = bytes;

        public void Dispose() => budget.GiveBack(Interlocked.Exchange(ref _held, 0));
    }
}
