using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>What stands at one path.</summary>
/// <param name="Entry">The entry, a directory's too; null when there is none.</param>
/// <param name="InTheWay">A file, link or submodule that stands where the path has a directory; null when there is none.</param>
public sealed record PathState(TreeEntryFacts? Entry, string? InTheWay)
{
    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Entry?.Mode == FileModes.Tree;

    /// <summary>The blob of the file or link that it is; null when it is none.</summary>
    public GitOid? Blob => Entry is { Mode: not (FileModes.Tree or FileModes.Submodule) } ? Entry.Id : null;
}

/// <summary>Looks single paths up: one fetch for each directory on the way that is not at hand.</summary>
internal sealed class TreePaths(InspectedObjects objects)
{
    /// <summary>What stands at a path below a root.</summary>
    /// <param name="root">The root; null for nothing.</param>
    /// <param name="path">The path, <c>/</c>-separated, without empty parts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<GitResult<PathState>> FindAsync(GitOid? root, string path, CancellationToken cancellationToken)
    {
        var entry = root is null ? null : new TreeEntryFacts(FileModes.Tree, root);
        for (var start = 0; entry is not null && start < path.Length;)
        {
            if (entry.Mode != FileModes.Tree)
            {
                return new PathState(null, path[..(start - 1)]);
            }

            if (await objects.EnsureAsync([entry.Id], cancellationToken) is { } missing)
            {
                return missing;
            }

            var tree = objects.Tree(entry.Id);
            if (!tree.Succeeded)
            {
                return tree.Failure;
            }

            var slash = path.IndexOf('/', start);
            var end = slash < 0 ? path.Length : slash;
            entry = Find(tree.Value, Encoding.UTF8.GetBytes(path[start..end]));
            start = end + 1;
        }

        return new PathState(entry, null);
    }

    private static TreeEntryFacts? Find(TreeObject tree, byte[] name)
    {
        for (var i = 0; i < tree.Count; i++)
        {
            if (tree.NameOf(i).SequenceEqual(name))
            {
                return new(tree.ModeOf(i), RawOid.ToOid(tree.IdOf(i)));
            }
        }

        return null;
    }
}
