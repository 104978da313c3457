using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// Compares trees with one or several others, many comparisons at once: those whose trees are at hand go on, the rest waits for one fetch of
/// everything that is missing, so that there are only as many fetches as directories are deep.
/// </summary>
/// <remarks>
/// A path counts as changed when what stands there differs from what stands there in every tree compared with. With one tree that is a plain
/// diff; for a merge and its parents git calls it a combined diff. A file and a directory of one name are two different things.
/// </remarks>
internal sealed class TreeDiffs(InspectedObjects objects, ChangeLimits limits)
{
    private readonly Stack<Comparison> _ready = new();
    private readonly List<Comparison> _waiting = [];
    private readonly HashSet<GitOid> _missing = [];
    private long _paths;
    private long _pathBytes;
    private long _entries;

    /// <summary>Adds a comparison.</summary>
    /// <param name="findings">Takes what differs.</param>
    /// <param name="tree">The new root; null for nothing.</param>
    /// <param name="others">The old roots; null for nothing.</param>
    public void Add(ITreeFindings findings, GitOid? tree, GitOid?[] others)
    {
        if (Array.IndexOf(others, tree) < 0)
        {
            _ready.Push(new(findings, tree, others, "", 0, 0));
        }
    }

    /// <summary>Compares all that was added.</summary>
    public async ValueTask<GitFailure?> RunAsync(CancellationToken cancellationToken)
    {
        while (_ready.Count > 0)
        {
            while (_ready.TryPop(out var next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!IsAtHand(next))
                {
                    _waiting.Add(next);
                }
                else if (Compare(next) is { } failure)
                {
                    return failure;
                }
            }

            if (await objects.EnsureAsync(_missing, cancellationToken) is { } missing)
            {
                return missing;
            }

            _missing.Clear();
            _waiting.ForEach(_ready.Push);
            _waiting.Clear();
        }

        return null;
    }

    private bool IsAtHand(Comparison comparison)
    {
        var all = true;
        foreach (var id in comparison.Others.Append(comparison.Tree))
        {
            if (id is not null && objects.TypeOf(id) is null)
            {
                _missing.Add(id);
                all = false;
            }
        }

        return all;
    }

    private GitFailure? Compare(Comparison comparison)
    {
        if (comparison.Tree is not null)
        {
            comparison.Findings.Introduces(comparison.Tree);
        }

        // The new tree is the first; each cursor stands at its tree's next entry.
        var trees = new TreeObject[1 + comparison.Others.Length];
        var held = 0L;
        for (var side = 0; side < trees.Length; side++)
        {
            var tree = objects.Tree(side == 0 ? comparison.Tree : comparison.Others[side - 1]);
            if (!tree.Succeeded)
            {
                return tree.Failure;
            }

            trees[side] = tree.Value;
            if ((held += tree.Value.Length) > limits.MaxComparedBytes)
            {
                return GitFailure.TooLarge($"a commit and its parents have more than {limits.MaxComparedBytes} bytes of trees at one path (limit {nameof(ChangeLimits.MaxComparedBytes)})");
            }
        }

        var cursors = new int[trees.Length];
        while (First(trees, cursors) is >= 0 and var first)
        {
            if ((_entries += trees.Length) > limits.MaxComparedEntries)
            {
                return GitFailure.TooLarge($"working out what the push changes compares more than {limits.MaxComparedEntries} entries of trees (limit {nameof(ChangeLimits.MaxComparedEntries)})");
            }

            var name = trees[first].NameOf(cursors[first]);
            var isTree = trees[first].IsTree(cursors[first]);
            var has = new bool[trees.Length];
            var differs = true;
            for (var side = 0; side < trees.Length; side++)
            {
                has[side] = cursors[side] < trees[side].Count && trees[side].IsTree(cursors[side]) == isTree && trees[side].NameOf(cursors[side]).SequenceEqual(name);
                differs &= side == 0 || !Same(trees, cursors, has, side);
            }

            if (differs && Take(comparison, trees, cursors, has, name, isTree) is { } failure)
            {
                return failure;
            }

            for (var side = 0; side < trees.Length; side++)
            {
                cursors[side] += has[side] ? 1 : 0;
            }
        }

        return null;
    }

    private static int First(TreeObject[] trees, int[] cursors)
    {
        var first = -1;
        for (var side = 0; side < trees.Length; side++)
        {
            if (cursors[side] < trees[side].Count && (first < 0 || TreeReader.Compare(
                trees[side].NameOf(cursors[side]), trees[side].IsTree(cursors[side]), trees[first].NameOf(cursors[first]), trees[first].IsTree(cursors[first])) < 0))
            {
                first = side;
            }
        }

        return first;
    }

    private static bool Same(TreeObject[] trees, int[] cursors, bool[] has, int side) =>
        has[0] == has[side]
        && (!has[0] || (trees[0].ModeOf(cursors[0]) == trees[side].ModeOf(cursors[side]) && trees[0].IdOf(cursors[0]).SequenceEqual(trees[side].IdOf(cursors[side]))));

    private GitFailure? Take(Comparison comparison, TreeObject[] trees, int[] cursors, bool[] has, ReadOnlySpan<byte> name, bool isTree)
    {
        var bytes = comparison.PathBytes + name.Length;
        if (bytes > limits.MaxPathBytes)
        {
            return GitFailure.TooLarge($"a changed path is longer than {limits.MaxPathBytes} bytes (limit {nameof(ChangeLimits.MaxPathBytes)})");
        }

        if ((_pathBytes += bytes) > limits.MaxPathBytesInAll)
        {
            return GitFailure.TooLarge($"the paths that the push changes have more than {limits.MaxPathBytesInAll} bytes together (limit {nameof(ChangeLimits.MaxPathBytesInAll)})");
        }

        var path = comparison.Prefix + Encoding.UTF8.GetString(name);
        if (isTree)
        {
            if (comparison.Depth == limits.MaxTreeDepth)
            {
                return GitFailure.TooLarge($"directories are nested deeper than {limits.MaxTreeDepth} (limit {nameof(ChangeLimits.MaxTreeDepth)})");
            }

            var others = new GitOid?[comparison.Others.Length];
            for (var side = 1; side < trees.Length; side++)
            {
                others[side - 1] = has[side] ? RawOid.ToOid(trees[side].IdOf(cursors[side])) : null;
            }

            _ready.Push(new(comparison.Findings, has[0] ? RawOid.ToOid(trees[0].IdOf(cursors[0])) : null, others, path + "/", bytes + 1, comparison.Depth + 1));
            return null;
        }

        if (++_paths > limits.MaxChangedPaths)
        {
            return GitFailure.TooLarge($"the push changes more than {limits.MaxChangedPaths} paths, counted for each commit (limit {nameof(ChangeLimits.MaxChangedPaths)})");
        }

        comparison.Findings.Changed(path, has[1] ? Entry(trees[1], cursors[1]) : null, has[0] ? Entry(trees[0], cursors[0]) : null);
        return null;
    }

    private static TreeEntryFacts Entry(TreeObject tree, int entry) => new(tree.ModeOf(entry), RawOid.ToOid(tree.IdOf(entry)));

    private sealed record Comparison(ITreeFindings Findings, GitOid? Tree, GitOid?[] Others, string Prefix, int PathBytes, int Depth);
}

/// <summary>Takes what a comparison of trees finds.</summary>
internal interface ITreeFindings
{
    /// <summary>A path that differs from all trees compared with.</summary>
    /// <param name="path">The path.</param>
    /// <param name="old">What stands there in the first of them.</param>
    /// <param name="now">What stands there in the new tree.</param>
    void Changed(string path, TreeEntryFacts? old, TreeEntryFacts? now);

    /// <summary>A directory of the new tree that differs from all that stand there in the others.</summary>
    void Introduces(GitOid tree);
}
