using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>How large one object may be.</summary>
internal static class ObjectSizes
{
    /// <summary>A failure for an object that is no delta and too large for its type.</summary>
    public static GitFailure? Check(PackLimits limits, GitObjectType type, long size, long at) =>
        type != GitObjectType.Blob && size > limits.MaxObjectBytes ? TooLarge(limits, size, at)
        : size > Math.Max(limits.MaxBlobBytes, limits.MaxObjectBytes)
            ? GitFailure.TooLarge($"the blob at {at} has {size} bytes, more than {limits.MaxBlobBytes} (limit {nameof(PackLimits.MaxBlobBytes)})")
        : null;

    /// <summary>The failure for an object that may not be held in memory.</summary>
    public static GitFailure TooLarge(PackLimits limits, long size, long at) =>
        GitFailure.TooLarge($"the object at {at} has {size} bytes, more than {limits.MaxObjectBytes} (limit {nameof(PackLimits.MaxObjectBytes)})");
}
