namespace CursorBroker.Core.Git.Changes;

/// <summary>Bounds on what working out a push's changes may take. A push beyond one of them is refused with a message that names the limit.</summary>
public sealed record ChangeLimits
{
    /// <summary>Most commits, summed over the refs of one push: a commit that two refs get counts twice. Above zero, 200,000 by default.</summary>
    public int MaxCommits { get; init; } = 200_000;

    /// <summary>Most changed paths, summed over the commits and refs of one push; above zero, 2,000,000 by default.</summary>
    public int MaxChangedPaths { get; init; } = 2_000_000;

    /// <summary>Deepest directory below the root; above zero, 256 by default.</summary>
    public int MaxTreeDepth { get; init; } = 256;

    /// <summary>Longest path, in bytes; above zero, 4096 by default, as much as most systems can open.</summary>
    public int MaxPathBytes { get; init; } = 4096;

    /// <summary>Longest chain of annotated tags before a commit; above zero, 8 by default.</summary>
    public int MaxTagDepth { get; init; } = 8;

    /// <summary>Most fetches from the upstream for one push; above zero, 600 by default. One for each level of directories and for each distinct old tip that diverged.</summary>
    public int MaxFetches { get; init; } = 600;

    /// <summary>Most objects fetched from the upstream for one push; above zero, 1,000,000 by default.</summary>
    public int MaxFetchedObjects { get; init; } = 1_000_000;

    /// <summary>Most trees looked through to find out where an object is that a commit names without bringing it; above zero, 1,000,000 by default.</summary>
    public int MaxListedTrees { get; init; } = 1_000_000;
}
