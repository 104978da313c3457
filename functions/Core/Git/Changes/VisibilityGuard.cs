using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// Keeps a caller who sees only some refs from attaching commits they may not see to a ref of theirs: whoever knows an id could read it that way.
/// </summary>
/// <param name="objects">The objects.</param>
/// <param name="visible">What the refs that the caller sees point at.</param>
internal sealed class VisibilityGuard(InspectedObjects objects, IReadOnlyCollection<GitOid> visible)
{
    /// <summary>A failure when an update leads to objects of the repository that neither a visible ref nor the updated ref itself leads to.</summary>
    /// <param name="updates">What each update leads to outside the pack, and what its ref points at now; null for nothing.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async ValueTask<GitFailure?> CheckAsync(IReadOnlyCollection<(GitOid? Old, HashSet<GitOid> Attached)> updates, CancellationToken cancellationToken)
    {
        foreach (var (old, attached) in updates)
        {
            attached.ExceptWith(visible);
            if (old is not null)
            {
                attached.Remove(old);
            }
        }

        var all = updates.SelectMany(static update => update.Attached).ToHashSet();
        if (all.Count == 0)
        {
            return null;
        }

        var (hidden, failure) = await HiddenAsync(all, visible, cancellationToken);
        if (failure is not null || hidden is null)
        {
            return failure;
        }

        // What is hidden otherwise may still be what the updated ref has already. Whoever pushes without seeing it changes nothing in that.
        foreach (var group in updates.Where(static update => update.Attached.Count > 0).GroupBy(static update => update.Old))
        {
            var wants = group.SelectMany(static update => update.Attached).ToHashSet();
            (hidden, failure) = await HiddenAsync(wants, group.Key is null ? visible : [.. visible, group.Key], cancellationToken);
            if (failure is not null || hidden is not null)
            {
                return failure ?? GitFailure.NotAllowed($"the push points at commits you may not see ({hidden!.Hex})");
            }
        }

        return null;
    }

    private async ValueTask<(GitOid? Hidden, GitFailure? Failure)> HiddenAsync(
        IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken)
    {
        var fetch = await objects.FetchHistoryAsync(wants, haves, cancellationToken);
        if (!fetch.Succeeded)
        {
            return (null, fetch.Failure);
        }

        return (fetch.Value.Count == 0 ? null : wants.FirstOrDefault(id => fetch.Value.TypeOf(id) is not null) ?? wants.First(), null);
    }

    /// <summary>What a tip leads to outside the pack: the tags and the commits at which the pack ends.</summary>
    public GitResult<HashSet<GitOid>> AttachedBy(GitOid tip, IEnumerable<GitOid> tags)
    {
        var attached = tags.Where(tag => !objects.InPack(tag)).ToHashSet();
        var seen = new HashSet<GitOid>();
        var pending = new Stack<GitOid>([tip]);
        while (pending.TryPop(out var id))
        {
            if (!objects.InPack(id))
            {
                attached.Add(id);
            }
            else if (seen.Add(id))
            {
                var commit = objects.Commit(id);
                if (!commit.Succeeded)
                {
                    return commit.Failure;
                }

                foreach (var parent in commit.Value.Parents)
                {
                    pending.Push(parent);
                }
            }
        }

        return attached;
    }
}
