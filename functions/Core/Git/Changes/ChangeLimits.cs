namespace CursorBroker.Core.Git.Changes;

/// <summary>Bounds on what working out a push's changes may take. A push beyond one of them is refused with a message that names the limit.</summary>
public sealed record ChangeLimits
{
    /// <summary>Most commits, summed over the refs of one push: a commit that two refs get counts twice. Above zero, 200,000 by default.</summary>
    public int MaxCommits { get; init; } = 200_000;

    /// <summary>Most changed paths, summed over the commits and refs of one push; above zero, 2,000,000 by default.</summary>
    public int MaxChangedPaths { get; init; } = 2_000_000;

    /// <summary>
    /// Most bytes of changed paths and of the directories they are in, summed like the paths; above zero, 128 MiB by default. A name counts once for each path
    /// that it is part of: a million files in one directory of a long name are a small push and would be gigabytes of text.
    /// </summary>
    public long MaxPathBytesInAll { get; init; } = 128L * 1024 * 1024;

    /// <summary>Most bytes of commits that are looked at; above zero, 128 MiB by default. They are held until the push is understood.</summary>
    public long MaxCommitBytesInAll { get; init; } = 128L * 1024 * 1024;

    /// <summary>Most bytes of trees that one commit and its parents may have at one path; above zero, 256 MiB by default. They are held at once.</summary>
    public long MaxComparedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Most entries of trees that are compared, summed over commits, parents and refs; above zero, 2,000,000,000 by default.</summary>
    public long MaxComparedEntries { get; init; } = 2_000_000_000;

    /// <summary>Bytes of trees that are kept at hand; zero or more, 64 MiB by default. What does not fit is read again.</summary>
    public long TreeCacheBytes { get; init; } = 64L * 1024 * 1024;

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

    /// <summary>Most secrets and masks that the new contents of one push may hold, old ones among them; above zero, 100,000 by default.</summary>
    public int MaxFindings { get; init; } = 100_000;

    /// <summary>Most secrets that one push may add, where policies let it; above zero, 1,000 by default. What nobody can look through is no decision.</summary>
    public int MaxAddedSecrets { get; init; } = 1000;
}
