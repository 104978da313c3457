using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// The best common ancestors of two commits, as git merge-base --all has them, found with at most one fetch. Each of them is a parent of a commit that only one side has, so
/// that these parents are all that needs to be looked at; those that others of them descend from are not the best.
/// </summary>
internal static class MergeBases
{
    /// <summary>Finds them.</summary>
    /// <param name="brought">The commits that head reaches and base does not; at least one.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The merge bases; none when the two have no history in common.</returns>
    public static async ValueTask<GitResult<IReadOnlyCollection<GitOid>>> FindAsync(
        IReadOnlyCollection<CommitObject> brought, InspectedObjects objects, CancellationToken cancellationToken)
    {
        var own = brought.Select(static commit => commit.Id).ToHashSet();
        var edge = brought.SelectMany(static commit => commit.Parents).Where(parent => !own.Contains(parent)).ToHashSet();
        if (edge.Count < 2)
        {
            return GitResult<IReadOnlyCollection<GitOid>>.Of(edge);
        }

        // One of them is enough to stop at: what it reaches is no base, and what the fetch brings holds every way from the others down to it.
        var stop = edge.First();
        var fetch = await objects.FetchHistoryAsync([.. edge.Where(id => id != stop)], [stop], cancellationToken);
        if (!fetch.Succeeded)
        {
            return fetch.Failure;
        }

        var best = edge.Where(id => id == stop || fetch.Value.TypeOf(id) is not null).ToHashSet();
        var reached = Reached(best.Where(id => id != stop), fetch.Value, objects);
        if (!reached.Succeeded)
        {
            return reached.Failure;
        }

        best.ExceptWith(reached.Value);
        return GitResult<IReadOnlyCollection<GitOid>>.Of(best);
    }

    /// <summary>All that these commits descend from, as far as it was fetched and one step beyond.</summary>
    private static GitResult<HashSet<GitOid>> Reached(IEnumerable<GitOid> tips, IObjectSource fetched, InspectedObjects objects)
    {
        var reached = new HashSet<GitOid>();
        var seen = new HashSet<GitOid>();
        var pending = new Stack<GitOid>(tips);
        while (pending.TryPop(out var id))
        {
            if (fetched.TypeOf(id) != GitObjectType.Commit || !seen.Add(id))
            {
                continue;
            }

            var commit = objects.Commit(id);
            if (!commit.Succeeded)
            {
                return commit.Failure;
            }

            foreach (var parent in commit.Value.Parents)
            {
                reached.Add(parent);
                pending.Push(parent);
            }
        }

        return reached;
    }
}
