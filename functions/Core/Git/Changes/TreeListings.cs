using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// Whether an object is anywhere in the trees on which a push builds. Where not everything may be seen, a commit may only name what the push brings or what is
/// there: the commits outside the pack that its commits follow, all of which the caller may see. What commits of the push have from one another has been asked of
/// the one that named it first. A client leaves exactly those objects out of its pack, so that a revert, whose files are old ones, passes.
/// </summary>
internal sealed class TreeListings(InspectedObjects objects, ChangeLimits limits)
{
    private readonly HashSet<GitOid> _there = [];
    private int _listed;

    /// <summary>A failure when a commit names an object that neither the push brings nor the commits have on which it builds.</summary>
    /// <param name="findings">What single commits name without bringing it; of every commit of the push.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<GitFailure?> CheckAsync(IReadOnlyCollection<CommitFindings> findings, CancellationToken cancellationToken)
    {
        if (findings.All(static finding => finding.NotBrought.Count == 0))
        {
            return null;
        }

        var roots = findings.SelectMany(static finding => finding.Commit.Parents).Where(parent => !objects.InPack(parent)).Distinct().ToList();
        if (await LoadAsync(roots, cancellationToken) is { } failure)
        {
            return failure;
        }

        foreach (var finding in findings)
        {
            if (finding.NotBrought.FirstOrDefault(id => !_there.Contains(id)) is { } unknown)
            {
                return GitFailure.NotAllowed(
                    $"commit {finding.Commit.Id.Hex} names {unknown.Hex}, which the push neither brings nor builds on: it may be something you may not see");
            }
        }

        return null;
    }

    private async ValueTask<GitFailure?> LoadAsync(List<GitOid> commits, CancellationToken cancellationToken)
    {
        var seen = new HashSet<GitOid>();
        var level = new List<GitOid>();
        foreach (var id in commits)
        {
            var commit = objects.Commit(id);
            if (!commit.Succeeded)
            {
                return commit.Failure;
            }

            _there.Add(commit.Value.Tree);
            if (seen.Add(commit.Value.Tree))
            {
                level.Add(commit.Value.Tree);
            }
        }

        while (level.Count > 0)
        {
            if (await objects.EnsureAsync(level, cancellationToken) is { } failure)
            {
                return failure;
            }

            var next = new List<GitOid>();
            foreach (var id in level)
            {
                if (Visit(id, (child, isTree) => Collect(child, isTree, seen, next)) is { } bad)
                {
                    return bad;
                }
            }

            level = next;
        }

        return null;
    }

    private void Collect(GitOid child, bool isTree, HashSet<GitOid> seen, List<GitOid> next)
    {
        _there.Add(child);
        if (isTree && seen.Add(child))
        {
            next.Add(child);
        }
    }

    private GitFailure? Visit(GitOid id, Action<GitOid, bool> entry)
    {
        if (++_listed > limits.MaxListedTrees)
        {
            return GitFailure.TooLarge($"finding out what the commits name takes more than {limits.MaxListedTrees} trees (limit {nameof(ChangeLimits.MaxListedTrees)})");
        }

        var tree = objects.Tree(id);
        if (!tree.Succeeded)
        {
            return tree.Failure;
        }

        for (var i = 0; i < tree.Value.Count; i++)
        {
            if (tree.Value.ModeOf(i) != FileModes.Submodule)
            {
                entry(RawOid.ToOid(tree.Value.IdOf(i)), tree.Value.IsTree(i));
            }
        }

        return null;
    }
}
