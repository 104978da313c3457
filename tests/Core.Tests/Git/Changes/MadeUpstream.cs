using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>An upstream that has some of the objects made, answers exactly, and counts.</summary>
internal sealed class MadeUpstream(MadeHistory history, HashSet<GitOid> has) : IUpstreamObjects
{
    public int HistoryFetches { get; private set; }

    public int ObjectFetches { get; private set; }

    /// <summary>Everything that was fetched by id.</summary>
    public HashSet<GitOid> FetchedIds { get; } = [];

    public ValueTask<GitResult<IObjectSource>> FetchHistoryAsync(IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken)
    {
        HistoryFetches++;
        Assert.IsNotEmpty(wants, "a fetch wants something");
        if (wants.FirstOrDefault(want => !has.Contains(want)) is { } absent)
        {
            return new(GitFailure.NotAllowed($"not our ref {absent.Hex}"));
        }

        var known = Reach(haves.Where(has.Contains));
        return new(new Source(history, Reach(wants).Except(known).ToHashSet()));
    }

    public ValueTask<GitResult<IObjectSource>> FetchObjectsAsync(IReadOnlyCollection<GitOid> ids, CancellationToken cancellationToken)
    {
        ObjectFetches++;
        Assert.IsNotEmpty(ids, "a fetch wants something");
        if (ids.FirstOrDefault(id => !has.Contains(id)) is { } absent)
        {
            return new(GitFailure.NotAllowed($"not our ref {absent.Hex}"));
        }

        FetchedIds.UnionWith(ids);
        return new(new Source(history, [.. ids]));
    }

    private HashSet<GitOid> Reach(IEnumerable<GitOid> tips)
    {
        var seen = new HashSet<GitOid>();
        var pending = new Stack<GitOid>(tips);
        while (pending.TryPop(out var id))
        {
            var (type, content) = history[id];
            if (type is GitObjectType.Commit or GitObjectType.Tag && seen.Add(id))
            {
                Assert.IsTrue(has.Contains(id), "the upstream's history is all there");
                foreach (var next in type == GitObjectType.Commit ? history.CommitOf(id).Parents.AsEnumerable() : [TagObject.Parse(id, content, history.Format).Value!.Target])
                {
                    pending.Push(next);
                }
            }
        }

        return seen;
    }

    private sealed class Source(MadeHistory history, HashSet<GitOid> ids) : IObjectSource
    {
        public int Count => ids.Count;

        public GitObjectType? TypeOf(GitOid id) => ids.Contains(id) ? history[id].Type : null;

        public GitResult<GitObject> Read(GitOid id) =>
            ids.Contains(id) ? new GitObject(id, history[id].Type, history[id].Content) : GitFailure.Malformed("not here");
    }
}
