using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>
/// Counts the bytes that are made of a pack, so that a small pack cannot make much work: once for its objects, and again for those that have to be
/// made anew. Safe for any number of threads.
/// </summary>
/// <param name="limits">The limits.</param>
/// <param name="packBytes">The pack's length.</param>
internal sealed class InflateBudget(PackLimits limits, long packBytes)
{
    private readonly long _most = limits.InflatedBytesFor(packBytes);
    private long _spent;

    /// <summary>Spends bytes; a failure when there are none left.</summary>
    public GitFailure? Spend(long bytes) => Interlocked.Add(ref _spent, bytes) <= _most ? null
        : GitFailure.TooLarge(_most == limits.MaxInflatedBytes
            ? $"the pack makes more than {_most} bytes of objects (limit {nameof(PackLimits.MaxInflatedBytes)})"
            : $"the pack makes more than {_most} bytes of objects, too many for its size (limit {nameof(PackLimits.MaxInflateRatio)})");
}
