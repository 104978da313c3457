using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// What one ref update really does, counted from the old object to the new one (of a created ref: from the default branch), whoever made the commits
/// and wherever else they already are. The one meaning of "changing a ref", whichever protocol brought it.
/// </summary>
public sealed record ChangeSet
{
    /// <summary>The update.</summary>
    public required RefUpdate Update { get; init; }

    /// <summary>The commits it brings, on whichever parent, newest first as far as their order is determined.</summary>
    public required ImmutableArray<CommitFacts> Commits { get; init; }

    /// <summary>
    /// Every path that any of those commits changes against its parents, and every path that differs tip to tip: distinct, in ordinal order.
    /// </summary>
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>What differs tip to tip, in path order.</summary>
    public required ImmutableArray<ChangedPath> TipToTip { get; init; }

    /// <summary>Whether commits are dropped from the ref; false for a create and a delete.</summary>
    public required bool Forced { get; init; }

    /// <summary>Secrets that its commits and tags add.</summary>
    public ImmutableArray<AddedSecret> AddedSecrets { get; init; } = [];

    /// <summary>The update with all that is known of it, for the policy.</summary>
    /// <param name="size">Bytes that were sent; none of them for a delete.</param>
    public RefUpdate ToUpdate(long size) => Update with
    {
        ChangedPaths = Paths,
        Forced = Forced,
        Commits = Commits,
        Size = Update.IsDelete ? 0 : size,
        AddedSecrets = AddedSecrets,
    };
}
