using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// What a merge brings to a branch: the commits that head reaches and the branch does not, the paths that any of them changes, and the paths in which head differs from the
/// merge base. What only the branch changed since is there already and does not count, but for one thing: a file that the branch renamed takes what head did to its
/// old name along to the new one.
/// </summary>
internal sealed class MergeInspection(InspectedObjects objects, ChangeLimits limits, Merge merge, IReadOnlyCollection<GitOid>? visibleTips)
{
    private readonly PathNumbers _paths = new();

    public async ValueTask<GitResult<ChangeSet>> RunAsync(CancellationToken cancellationToken)
    {
        if (await objects.EnsureAsync([merge.Base, merge.Head], cancellationToken) is { } lost)
        {
            return lost;
        }

        if (visibleTips is not null
            && await new VisibilityGuard(objects, visibleTips).CheckAsync([(merge.Base, [merge.Head])], cancellationToken) is { } unseen)
        {
            return unseen;
        }

        var history = new SharedHistory(objects, merge.Base, new(limits));
        if (await history.LoadAsync([merge.Head], cancellationToken) is { } failure)
        {
            return failure;
        }

        var brought = history.NewCommitsOf(merge.Head);
        if (!brought.Succeeded)
        {
            return brought.Failure;
        }

        if (brought.Value.Commits.IsEmpty)
        {
            return ChangeSetOf(brought.Value, [], []);
        }

        var bases = await MergeBases.FindAsync(brought.Value.Commits, objects, cancellationToken);
        return bases.Succeeded ? await CompareAsync(brought.Value, bases.Value, cancellationToken) : bases.Failure;
    }

    private async ValueTask<GitResult<ChangeSet>> CompareAsync(NewCommits brought, IReadOnlyCollection<GitOid> bases, CancellationToken cancellationToken)
    {
        if (await objects.EnsureAsync(brought.Commits.SelectMany(static commit => commit.Parents).Concat(bases), cancellationToken) is { } missing)
        {
            return missing;
        }

        var diffs = new TreeDiffs(objects, limits);
        var commits = new List<CommitFindings>();
        foreach (var commit in brought.Commits)
        {
            var trees = Trees(commit.Parents.IsEmpty ? [null] : [.. commit.Parents]);
            if (!trees.Succeeded)
            {
                return trees.Failure;
            }

            commits.Add(new(commit, _paths, null));
            diffs.Add(commits[^1], commit.Tree, trees.Value);
        }

        // Of several merge bases git makes one: a path in which head differs from that one differs from one of them too.
        var (headSide, baseSide) = (new TipFindings(), new TipFindings());
        foreach (var common in bases.DefaultIfEmpty<GitOid?>(null))
        {
            var trees = Trees([common, merge.Head, merge.Base]);
            if (!trees.Succeeded)
            {
                return trees.Failure;
            }

            diffs.Add(headSide, trees.Value[1], [trees.Value[0]]);
            diffs.Add(baseSide, trees.Value[2], [trees.Value[0]]);
        }

        if (await diffs.RunAsync(cancellationToken) is { } failure)
        {
            return failure;
        }

        var takenAlong = await TakenAlongAsync(headSide, baseSide, cancellationToken);
        return takenAlong.Succeeded ? ChangeSetOf(brought, commits, [.. Distinct(headSide.Paths), .. takenAlong.Value]) : takenAlong.Failure;
    }

    private GitResult<GitOid?[]> Trees(GitOid?[] commits)
    {
        for (var i = 0; i < commits.Length; i++)
        {
            if (commits[i] is { } id)
            {
                var commit = objects.Commit(id);
                if (!commit.Succeeded)
                {
                    return commit.Failure;
                }

                commits[i] = commit.Value.Tree;
            }
        }

        return commits;
    }

    private static IEnumerable<ChangedPath> Distinct(IEnumerable<ChangedPath> paths) =>
        paths.DistinctBy(static path => path.Path, StringComparer.Ordinal);

    /// <summary>
    /// Where what head changes may end up under another name: all files that the branch added, if it took away one that head changed, or the whole of a directory that head added
    /// something to. Which of them git takes for the renamed one is its own guess, so all of them count.
    /// </summary>
    private async ValueTask<GitResult<IReadOnlyCollection<ChangedPath>>> TakenAlongAsync(TipFindings headSide, TipFindings baseSide, CancellationToken cancellationToken)
    {
        var touched = headSide.Paths.Select(static changed => changed.Path).ToHashSet(StringComparer.Ordinal);
        var removed = baseSide.Paths.Where(static changed => changed.New is null).Select(static changed => changed.Path).ToList();
        var renamed = removed.Exists(touched.Contains);
        if (!renamed)
        {
            var added = headSide.Paths.Where(static changed => changed.Old is null).SelectMany(static changed => DirectoriesOf(changed.Path)).ToHashSet(StringComparer.Ordinal);
            added.IntersectWith(removed.SelectMany(DirectoriesOf));
            var (paths, root) = (new TreePaths(objects), objects.Commit(merge.Base).Value!.Tree);
            foreach (var directory in added)
            {
                var found = await paths.FindAsync(root, directory, cancellationToken);
                if (!found.Succeeded)
                {
                    return found.Failure;
                }

                renamed |= !found.Value.IsDirectory;
            }
        }

        return GitResult<IReadOnlyCollection<ChangedPath>>.Of(
            renamed ? [.. Distinct(baseSide.Paths.Where(changed => changed.Old is null && !touched.Contains(changed.Path)))] : []);
    }

    private static IEnumerable<string> DirectoriesOf(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }

    private GitResult<ChangeSet> ChangeSetOf(NewCommits brought, List<CommitFindings> commits, List<ChangedPath> threeWay)
    {
        var paths = commits.SelectMany(static commit => commit.Paths).Distinct().Select(number => _paths[number])
            .Concat(threeWay.Select(static path => path.Path)).Distinct(StringComparer.Ordinal);
        return new ChangeSet
        {
            Update = new(merge.Ref, merge.Base, GitOid.Unmade),
            Commits = [.. brought.Commits.Select(static commit => commit.Facts)],
            Paths = [.. paths.Order(StringComparer.Ordinal)],
            TipToTip = [.. threeWay.OrderBy(static path => path.Path, StringComparer.Ordinal)],
            Forced = false,
        };
    }
}
