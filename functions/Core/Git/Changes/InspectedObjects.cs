using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>The objects of one inspection: the pack's, and what was fetched from the upstream so far, within limits.</summary>
internal sealed class InspectedObjects(PackContents? pack, IUpstreamObjects upstream, ObjectFormat format, ChangeLimits limits)
{
    private readonly Dictionary<GitOid, IObjectSource> _fetched = [];
    private readonly Dictionary<GitOid, CommitObject> _commits = [];
    private readonly Dictionary<GitOid, TreeObject> _trees = [];
    private readonly List<IObjectSource> _histories = [];
    private readonly GitOid _emptyTree = GitOid.Parse(TreeObject.EmptyId(format));
    private int _fetches;
    private long _treeBytes;
    private long _commitBytes;
    private long _objects;

    /// <summary>Whether the pack holds an object.</summary>
    public bool InPack(GitOid id) => pack?.TypeOf(id) is not null;

    /// <summary>An object's type; null when it is not at hand.</summary>
    public GitObjectType? TypeOf(GitOid id) => id == _emptyTree ? GitObjectType.Tree : SourceOf(id)?.TypeOf(id);

    /// <summary>A commit at hand.</summary>
    public GitResult<CommitObject> Commit(GitOid id)
    {
        if (_commits.TryGetValue(id, out var known))
        {
            return known;
        }

        var read = Read(id, GitObjectType.Commit);
        var commit = read.Succeeded ? CommitObject.Parse(id, read.Value.Content.Span, format) : read.Failure;
        if ((_commitBytes += read.Value?.Content.Length ?? 0) > limits.MaxCommitBytesInAll)
        {
            return GitFailure.TooLarge($"the commits to look at have more than {limits.MaxCommitBytesInAll} bytes together (limit {nameof(ChangeLimits.MaxCommitBytesInAll)}): push fewer at once");
        }

        if (commit.Succeeded)
        {
            _commits.Add(id, commit.Value);
        }

        return commit;
    }

    /// <summary>A tag at hand.</summary>
    public GitResult<TagObject> Tag(GitOid id)
    {
        var read = Read(id, GitObjectType.Tag);
        return read.Succeeded ? TagObject.Parse(id, read.Value.Content.Span, format) : read.Failure;
    }

    /// <summary>A tree at hand.</summary>
    public GitResult<TreeObject> Tree(GitOid? id)
    {
        if (id is null || id == _emptyTree)
        {
            return TreeObject.Empty;
        }

        if (_trees.TryGetValue(id, out var known))
        {
            return known;
        }

        var read = Read(id, GitObjectType.Tree);
        var tree = read.Succeeded ? TreeObject.Parse(read.Value.Content, format) : read.Failure;
        if (tree.Succeeded)
        {
            // Neighbouring commits share most of their trees; which are forgotten hardly matters.
            if (_treeBytes + tree.Value.Length > limits.TreeCacheBytes)
            {
                _trees.Clear();
                _treeBytes = 0;
            }

            _trees.Add(id, tree.Value);
            _treeBytes += tree.Value.Length;
        }

        return tree;
    }

    /// <summary>An object at hand, of any size, a piece at a time.</summary>
    public GitFailure? Stream(GitOid id, ObjectPiece take, CancellationToken cancellationToken) =>
        SourceOf(id) is { } source ? source.Stream(id, take, cancellationToken) : GitFailure.NotAllowed($"object {id.Hex} is neither in the pack nor in the repository");

    /// <summary>Fetches those of these objects that are not at hand, in one batch where the upstream gives them so; a failure when one of them cannot be had.</summary>
    public async ValueTask<GitFailure?> EnsureAsync(IEnumerable<GitOid> ids, CancellationToken cancellationToken)
    {
        var missing = ids.Where(id => TypeOf(id) is null).ToHashSet();
        while (missing.Count > 0)
        {
            if (Count(missing.Count) is { } failure)
            {
                return failure;
            }

            var fetch = await upstream.FetchObjectsAsync(missing, cancellationToken);
            if (!fetch.Succeeded)
            {
                return fetch.Failure;
            }

            // Asked for a tree and for one within it, git may leave out the inner one: once met on the way it is filtered, wanted or not
            // (NOT_USER_GIVEN in its list-objects.c). Asked for again without the outer one it comes.
            var came = missing.Where(id => fetch.Value.TypeOf(id) is not null).ToList();
            if (came.Count == 0)
            {
                return GitFailure.NotAllowed($"object {missing.First().Hex} is neither in the pack nor in the repository");
            }

            came.ForEach(id => _fetched.Add(id, fetch.Value));
            missing.ExceptWith(came);
        }

        return null;
    }

    /// <summary>Fetches history; its commits are at hand after that.</summary>
    public async ValueTask<GitResult<IObjectSource>> FetchHistoryAsync(
        IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken)
    {
        if (Count(0) is { } failure)
        {
            return failure;
        }

        var fetch = await upstream.FetchHistoryAsync(wants, haves, cancellationToken);
        if (fetch.Succeeded)
        {
            if (Count(fetch.Value.Count, fetches: 0) is { } large)
            {
                return large;
            }

            _histories.Add(fetch.Value);
        }

        return fetch;
    }

    private GitFailure? Count(int objects, int fetches = 1)
    {
        _objects += objects;
        _fetches += fetches;
        return _objects > limits.MaxFetchedObjects
                ? GitFailure.TooLarge($"working out what the push changes takes more than {limits.MaxFetchedObjects} objects of the repository (limit {nameof(ChangeLimits.MaxFetchedObjects)})")
            : _fetches > limits.MaxFetches
                ? GitFailure.TooLarge($"working out what the push changes takes more than {limits.MaxFetches} fetches (limit {nameof(ChangeLimits.MaxFetches)}): push fewer refs at once")
            : null;
    }

    private GitResult<GitObject> Read(GitOid id, GitObjectType type)
    {
        var source = SourceOf(id);
        if (source is null)
        {
            return GitFailure.NotAllowed($"object {id.Hex} is neither in the pack nor in the repository");
        }

        return source.TypeOf(id) == type ? source.Read(id) : GitFailure.Malformed($"object {id.Hex} is not a {type.ToString().ToLowerInvariant()}");
    }

    private IObjectSource? SourceOf(GitOid id) =>
        InPack(id) ? pack : _fetched.TryGetValue(id, out var source) ? source : _histories.Find(history => history.TypeOf(id) is not null);
}
