using System.Collections.Immutable;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Changes;

/// <summary>What an update brings.</summary>
/// <param name="Commits">The commits, newest first.</param>
/// <param name="Diverged">Whether the commit counted from is not among the ancestors of the tip.</param>
internal sealed record NewCommits(ImmutableArray<CommitObject> Commits, bool Diverged);

/// <summary>Counts commits over all updates of a push.</summary>
internal sealed class CommitCounter(ChangeLimits limits)
{
    private long _count;

    /// <summary>Counts; a failure beyond the limit.</summary>
    public GitFailure? Add(int commits)
    {
        _count += commits;
        return _count <= limits.MaxCommits ? null : GitFailure.TooLarge(
            $"the push brings more than {limits.MaxCommits} commits, counted for each ref (limit {nameof(ChangeLimits.MaxCommits)}): push the default branch first, or fewer refs at once");
    }
}

/// <summary>Orders commits: each before its parents, and the later committed first where that leaves a choice.</summary>
internal static class NewestFirst
{
    /// <summary>Sorts.</summary>
    public static ImmutableArray<CommitObject> Sort(List<CommitObject> commits)
    {
        var children = commits.ToDictionary(static commit => commit.Id, static _ => 0);
        foreach (var parent in commits.SelectMany(static commit => commit.Parents).Where(children.ContainsKey))
        {
            children[parent]++;
        }

        var byId = commits.ToDictionary(static commit => commit.Id);
        var ready = new PriorityQueue<CommitObject, long>(commits.Where(commit => children[commit.Id] == 0).Select(static commit => (commit, -TimeOf(commit))));
        var sorted = ImmutableArray.CreateBuilder<CommitObject>(commits.Count);
        while (ready.TryDequeue(out var commit, out _))
        {
            sorted.Add(commit);
            foreach (var parent in commit.Parents)
            {
                if (byId.TryGetValue(parent, out var next) && --children[parent] == 0)
                {
                    ready.Enqueue(next, -TimeOf(next));
                }
            }
        }

        return sorted.MoveToImmutable();
    }

    private static long TimeOf(CommitObject commit) => commit.Facts.Committer.When?.UtcTicks ?? 0;
}
