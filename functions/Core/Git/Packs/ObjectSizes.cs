using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>How large one object may be.</summary>
internal static class ObjectSizes
{
    /// <summary>A failure for an object that is too large for its type. Whether it may be held in memory is another matter, and only of interest for blobs.</summary>
    public static GitFailure? Check(PackLimits limits, GitObjectType type, long size, long at)
    {
        var (most, limit) = type switch
        {
            GitObjectType.Commit or GitObjectType.Tag => (limits.MaxCommitBytes, nameof(PackLimits.MaxCommitBytes)),
            GitObjectType.Tree => (limits.MaxTreeBytes, nameof(PackLimits.MaxTreeBytes)),
            _ => (Math.Max(limits.MaxBlobBytes, limits.MaxObjectBytes), nameof(PackLimits.MaxBlobBytes)),
        };
        return size > most ? GitFailure.TooLarge($"the {type.ToString().ToLowerInvariant()} at {at} has {size} bytes, more than {most} (limit {limit})")
            : type != GitObjectType.Blob && size > limits.MaxObjectBytes ? TooLarge(limits, size, at)
            : null;
    }

    /// <summary>The failure for an object that may not be held in memory.</summary>
    public static GitFailure TooLarge(PackLimits limits, long size, long at) =>
        GitFailure.TooLarge($"the object at {at} has {size} bytes, more than {limits.MaxObjectBytes} (limit {nameof(PackLimits.MaxObjectBytes)})");
}
