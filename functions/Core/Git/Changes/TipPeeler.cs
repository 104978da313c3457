using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>Follows annotated tags to the commits that they end at, all of a push at once: one fetch for each step that leaves the pack.</summary>
internal sealed class TipPeeler(InspectedObjects objects, ChangeLimits limits)
{
    private readonly Dictionary<GitOid, GitOid> _next = [];

    /// <summary>Follows these ids, so that <see cref="CommitOf"/> can tell; a failure when one does not end at a commit.</summary>
    public async ValueTask<GitFailure?> PeelAsync(IEnumerable<GitOid> tips, CancellationToken cancellationToken)
    {
        var level = tips.Where(tip => !_next.ContainsKey(tip)).ToHashSet();
        for (var depth = 0; level.Count > 0; depth++)
        {
            if (await objects.EnsureAsync(level, cancellationToken) is { } missing)
            {
                return missing;
            }

            var targets = new HashSet<GitOid>();
            foreach (var id in level)
            {
                if (Step(id, out var target) is { } failure)
                {
                    return failure;
                }

                if (target != id && depth == limits.MaxTagDepth)
                {
                    return GitFailure.TooLarge($"a chain of more than {limits.MaxTagDepth} tags leads to a commit (limit {nameof(ChangeLimits.MaxTagDepth)})");
                }

                _next[id] = target;
                if (!_next.ContainsKey(target))
                {
                    targets.Add(target);
                }
            }

            level = targets;
        }

        return null;
    }

    /// <summary>The commit that a followed id ends at.</summary>
    public GitOid CommitOf(GitOid tip)
    {
        while (_next[tip] != tip)
        {
            tip = _next[tip];
        }

        return tip;
    }

    /// <summary>The tags on the way to the commit.</summary>
    public IEnumerable<GitOid> TagsOf(GitOid tip)
    {
        for (; _next[tip] != tip; tip = _next[tip])
        {
            yield return tip;
        }
    }

    private GitFailure? Step(GitOid id, out GitOid target)
    {
        target = id;
        var type = objects.TypeOf(id);
        if (type == GitObjectType.Commit)
        {
            return null;
        }

        if (type != GitObjectType.Tag)
        {
            return GitFailure.NotAllowed($"a ref may lead to commits only, and {id.Hex} is a {(type == GitObjectType.Tree ? "tree" : "blob")}");
        }

        var tag = objects.Tag(id);
        target = tag.Succeeded ? tag.Value.Target : id;
        return tag.Failure;
    }
}
