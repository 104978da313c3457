using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>Whether an object is anywhere in some trees: a commit may only name what it brings or what its parents have, where not everything may be seen.</summary>
internal sealed class TreeListings(InspectedObjects objects, ChangeLimits limits)
{
    private int _listed;

    /// <summary>A failure when a commit names an object that it neither brings nor finds in its parents' trees.</summary>
    /// <param name="findings">What single commits name without bringing it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<GitFailure?> CheckAsync(IEnumerable<CommitFindings> findings, CancellationToken cancellationToken)
    {
        var asked = findings.Where(static finding => finding.NotBrought.Count > 0).ToList();
        var roots = asked.SelectMany(static finding => finding.Commit.Parents).Distinct().ToList();
        if (await LoadAsync(roots, cancellationToken) is { } failure)
        {
            return failure;
        }

        foreach (var finding in asked)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Search(finding) is { } refused)
            {
                return refused;
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

    private static void Collect(GitOid child, bool isTree, HashSet<GitOid> seen, List<GitOid> next)
    {
        if (isTree && seen.Add(child))
        {
            next.Add(child);
        }
    }

    private GitFailure? Search(CommitFindings finding)
    {
        var wanted = new HashSet<GitOid>(finding.NotBrought);
        var seen = new HashSet<GitOid>();
        var pending = new Stack<GitOid>();
        foreach (var parent in finding.Commit.Parents)
        {
            var commit = objects.Commit(parent);
            if (!commit.Succeeded)
            {
                return commit.Failure;
            }

            pending.Push(commit.Value.Tree);
            wanted.Remove(commit.Value.Tree);
        }

        while (wanted.Count > 0 && pending.TryPop(out var tree))
        {
            if (seen.Add(tree) && Visit(tree, (child, isTree) => Match(child, isTree, wanted, pending)) is { } failure)
            {
                return failure;
            }
        }

        return wanted.Count == 0 ? null : GitFailure.NotAllowed(
            $"commit {finding.Commit.Id.Hex} names {wanted.First().Hex}, which it neither brings nor finds in its parents: it may be something you may not see");
    }

    private static void Match(GitOid child, bool isTree, HashSet<GitOid> wanted, Stack<GitOid> pending)
    {
        wanted.Remove(child);
        if (isTree)
        {
            pending.Push(child);
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
