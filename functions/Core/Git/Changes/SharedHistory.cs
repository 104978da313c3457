using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>The history of all updates of a push that are counted from the same commit: what of it is new to them.</summary>
/// <param name="objects">The objects.</param>
/// <param name="basis">The commit counted from; null for nothing.</param>
/// <param name="counter">Counts commits over the whole push.</param>
internal sealed class SharedHistory(InspectedObjects objects, GitOid? basis, CommitCounter counter)
{
    private const int MaxHaves = 2000;

    private readonly HashSet<GitOid> _excluded = [];
    private readonly HashSet<GitOid> _upstream = [];
    private readonly Dictionary<GitOid, NewCommits> _walks = [];

    /// <summary>Learns what lies between the commit counted from and these tips, in at most two fetches.</summary>
    public async ValueTask<GitFailure?> LoadAsync(IEnumerable<GitOid> tips, CancellationToken cancellationToken)
    {
        var inPack = new HashSet<GitOid>();
        var boundary = new HashSet<GitOid>();
        if (WalkPack(tips, inPack, boundary) is { } failure)
        {
            return failure;
        }

        if (basis is not null && objects.InPack(basis) && WalkPack([basis], _excluded, []) is { } bad)
        {
            return bad;
        }

        var met = basis is not null && (boundary.Remove(basis) || _excluded.Count > 0);
        if (boundary.Count > 0)
        {
            var fetch = await objects.FetchHistoryAsync(boundary, basis is null ? [] : [basis], cancellationToken);
            if (!fetch.Succeeded)
            {
                return fetch.Failure;
            }

            if (WalkFetched(fetch.Value, boundary, _upstream, out var met2) is { } lost)
            {
                return lost;
            }

            met |= met2;
        }

        return basis is null || met || inPack.Count == 0 ? null : await ExcludeWhatBasisHasAsync(inPack, boundary, cancellationToken);
    }

    /// <summary>The commits that a tip brings.</summary>
    public GitResult<NewCommits> NewCommitsOf(GitOid tip)
    {
        if (_walks.TryGetValue(tip, out var known))
        {
            return counter.Add(known.Commits.Length) is { } failure ? failure : known;
        }

        var seen = new HashSet<GitOid>();
        var commits = new List<CommitObject>();
        var pending = new Stack<GitOid>([tip]);
        var forced = basis is not null && basis != tip;
        while (pending.TryPop(out var id))
        {
            if (_excluded.Contains(id) || !(objects.InPack(id) || _upstream.Contains(id)) || !seen.Add(id))
            {
                continue;
            }

            var commit = objects.Commit(id);
            if (!commit.Succeeded)
            {
                return commit.Failure;
            }

            if (counter.Add(1) is { } failure)
            {
                return failure;
            }

            commits.Add(commit.Value);
            foreach (var parent in commit.Value.Parents)
            {
                forced &= parent != basis;
                pending.Push(parent);
            }
        }

        return _walks[tip] = new(NewestFirst.Sort(commits), forced);
    }

    // A client that does not know the repository's present tips sends commits that it has already. The pack cannot tell; the way from the commit
    // counted from down to what the pack holds can.
    private async ValueTask<GitFailure?> ExcludeWhatBasisHasAsync(HashSet<GitOid> inPack, HashSet<GitOid> boundary, CancellationToken cancellationToken)
    {
        var step = 1 + (inPack.Count / MaxHaves);
        var haves = inPack.Where((_, number) => number % step == 0).Concat(boundary).ToHashSet();
        var fetch = await objects.FetchHistoryAsync([basis!], haves, cancellationToken);
        if (!fetch.Succeeded)
        {
            return fetch.Failure;
        }

        var pending = new Stack<GitOid>([basis!]);
        var seen = new HashSet<GitOid>();
        var shared = new HashSet<GitOid>();
        while (pending.TryPop(out var id))
        {
            if (!seen.Add(id))
            {
                continue;
            }

            if (inPack.Contains(id))
            {
                shared.Add(id);
            }
            else if (fetch.Value.TypeOf(id) == GitObjectType.Commit)
            {
                var commit = objects.Commit(id);
                if (!commit.Succeeded)
                {
                    return commit.Failure;
                }

                Push(pending, commit.Value);
            }
        }

        return WalkPack(shared, _excluded, []);
    }

    private GitFailure? WalkPack(IEnumerable<GitOid> tips, HashSet<GitOid> inPack, HashSet<GitOid> boundary)
    {
        var pending = new Stack<GitOid>(tips);
        while (pending.TryPop(out var id))
        {
            if (!objects.InPack(id))
            {
                boundary.Add(id);
            }
            else if (inPack.Add(id))
            {
                var commit = objects.Commit(id);
                if (!commit.Succeeded)
                {
                    return commit.Failure;
                }

                Push(pending, commit.Value);
            }
        }

        return null;
    }

    private GitFailure? WalkFetched(IObjectSource fetched, HashSet<GitOid> wants, HashSet<GitOid> found, out bool metBasis)
    {
        metBasis = false;
        var pending = new Stack<GitOid>(wants);
        while (pending.TryPop(out var id))
        {
            metBasis |= id == basis;
            if (fetched.TypeOf(id) == GitObjectType.Commit && found.Add(id))
            {
                var commit = objects.Commit(id);
                if (!commit.Succeeded)
                {
                    return commit.Failure;
                }

                Push(pending, commit.Value);
            }
        }

        return null;
    }

    private static void Push(Stack<GitOid> pending, CommitObject commit)
    {
        foreach (var parent in commit.Parents)
        {
            pending.Push(parent);
        }
    }
}
