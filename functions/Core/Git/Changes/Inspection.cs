using System.Collections.Immutable;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Writes;

namespace CursorBroker.Core.Git.Changes;

/// <summary>One inspection of one push, step by step; each step is done for all its refs at once.</summary>
internal sealed class Inspection
{
    private readonly IReadOnlyList<RefUpdate> _updates;
    private readonly PackContents? _pack;
    private readonly GitOid? _defaultTip;
    private readonly IReadOnlyCollection<GitOid>? _visibleTips;
    private readonly InspectedObjects _objects;
    private readonly ChangeLimits _limits;
    private readonly AddedContent? _added;
    private readonly TipPeeler _tips;
    private readonly CommitCounter _counter;
    private readonly PathNumbers _paths = new();
    private readonly Dictionary<GitOid, CommitFindings> _commits = [];
    private readonly Dictionary<(GitOid? Old, GitOid? Now), TipFindings> _tipToTip = [];
    private readonly Dictionary<RefName, TipFindings> _tipToTipOf = [];
    private readonly Dictionary<RefName, ImmutableArray<AddedSecret>> _secrets = [];

    public Inspection(
        InspectedObjects objects, ChangeLimits limits, IReadOnlyList<RefUpdate> updates, PackContents? pack, GitOid? defaultTip, IReadOnlyCollection<GitOid>? visibleTips,
        WriteScanner scanner)
    {
        _updates = updates;
        _pack = pack;
        _defaultTip = defaultTip;
        _visibleTips = visibleTips;
        _limits = limits;
        _objects = objects;
        _added = pack is null ? null : new(objects, pack, scanner, limits);
        _tips = new(_objects, limits);
        _counter = new(limits);
    }

    private IEnumerable<RefUpdate> Kept => _updates.Where(static update => !update.IsDelete);

    public async ValueTask<GitResult<PushInspection>> RunAsync(CancellationToken cancellationToken)
    {
        if (_pack?.CheckReachable(Kept.Select(static update => update.New), cancellationToken) is { } hidden)
        {
            return hidden;
        }

        if (await _tips.PeelAsync(Kept.SelectMany(OldAndNew), cancellationToken) is { } lost)
        {
            return lost;
        }

        if (_visibleTips is not null && await CheckVisibleAsync(new(_objects, _visibleTips), cancellationToken) is { } unseen)
        {
            return unseen;
        }

        var history = await LoadHistoryAsync(cancellationToken);
        if (!history.Succeeded)
        {
            return history.Failure;
        }

        return (_added?.ReadPack(cancellationToken)
            ?? await CompareAsync(history.Value, cancellationToken)
            ?? CountPaths(history.Value)
            ?? await FindSecretsAsync(history.Value, cancellationToken)) is { } failure
            ? failure
            : new PushInspection([.. _updates.Select(update => ChangeSetOf(update, history.Value))]);
    }

    private IEnumerable<GitOid> OldAndNew(RefUpdate update)
    {
        yield return update.New;
        if (!update.IsCreate)
        {
            yield return update.Old;
        }
        else if (_defaultTip is not null)
        {
            yield return _defaultTip;
        }
    }

    /// <summary>The commit that an update is counted from; null for nothing.</summary>
    private GitOid? BasisOf(RefUpdate update) =>
        !update.IsCreate ? _tips.CommitOf(update.Old) : _defaultTip is null ? null : _tips.CommitOf(_defaultTip);

    private async ValueTask<GitFailure?> CheckVisibleAsync(VisibilityGuard guard, CancellationToken cancellationToken)
    {
        var known = new Dictionary<GitOid, HashSet<GitOid>>();
        var updates = new List<(GitOid?, HashSet<GitOid>)>();
        foreach (var update in Kept)
        {
            if (!known.TryGetValue(update.New, out var attached))
            {
                var found = guard.AttachedBy(_tips.CommitOf(update.New), _tips.TagsOf(update.New));
                if (!found.Succeeded)
                {
                    return found.Failure;
                }

                known.Add(update.New, attached = found.Value);
            }

            updates.Add((update.IsCreate ? null : update.Old, [.. attached]));
        }

        return await guard.CheckAsync(updates, cancellationToken);
    }

    private async ValueTask<GitResult<Dictionary<RefName, NewCommits>>> LoadHistoryAsync(CancellationToken cancellationToken)
    {
        var brought = new Dictionary<RefName, NewCommits>();
        foreach (var group in Kept.GroupBy(BasisOf))
        {
            var history = new SharedHistory(_objects, group.Key, _counter);
            if (await history.LoadAsync(group.Select(update => _tips.CommitOf(update.New)), cancellationToken) is { } failure)
            {
                return failure;
            }

            foreach (var update in group)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var commits = history.NewCommitsOf(_tips.CommitOf(update.New));
                if (!commits.Succeeded)
                {
                    return commits.Failure;
                }

                brought.Add(update.Ref, commits.Value);
            }
        }

        return brought;
    }

    private async ValueTask<GitFailure?> CompareAsync(Dictionary<RefName, NewCommits> brought, CancellationToken cancellationToken)
    {
        foreach (var commit in brought.Values.SelectMany(static commits => commits.Commits))
        {
            _commits.TryAdd(commit.Id, new(commit, _paths, _visibleTips is not null && _objects.InPack(commit.Id) ? _objects : null, _objects.InPack(commit.Id) ? _added : null));
        }

        var tips = Kept.SelectMany(update => (GitOid?[])[BasisOf(update), _tips.CommitOf(update.New)]).OfType<GitOid>();
        if (await _objects.EnsureAsync(_commits.Values.SelectMany(static finding => finding.Commit.Parents).Concat(tips), cancellationToken) is { } missing)
        {
            return missing;
        }

        var diffs = new TreeDiffs(_objects, _limits);
        return AddTips(diffs) ?? AddCommits(diffs) ?? await diffs.RunAsync(cancellationToken)
            ?? (_visibleTips is null ? null : await new TreeListings(_objects, _limits).CheckAsync(_commits.Values, cancellationToken));
    }

    private GitFailure? AddCommits(TreeDiffs diffs)
    {
        foreach (var finding in _commits.Values)
        {
            var parents = finding.Commit.Parents;
            var others = parents.IsEmpty ? [null] : new GitOid?[parents.Length];
            for (var i = 0; i < parents.Length; i++)
            {
                if (TreeOf(parents[i], out others[i]) is { } failure)
                {
                    return failure;
                }
            }

            diffs.Add(finding, finding.Commit.Tree, others);
        }

        return null;
    }

    private GitFailure? AddTips(TreeDiffs diffs)
    {
        foreach (var update in Kept)
        {
            GitOid? old = null;
            if ((BasisOf(update) is { } basis ? TreeOf(basis, out old) : null) is { } lost)
            {
                return lost;
            }

            if (TreeOf(_tips.CommitOf(update.New), out var now) is { } failure)
            {
                return failure;
            }

            if (!_tipToTip.TryGetValue((old, now), out var findings))
            {
                _tipToTip.Add((old, now), findings = new());
                diffs.Add(findings, now, [old]);
            }

            _tipToTipOf.Add(update.Ref, findings);
        }

        return null;
    }

    private GitFailure? TreeOf(GitOid commit, out GitOid? tree)
    {
        var read = _objects.Commit(commit);
        tree = read.Value?.Tree;
        return read.Failure;
    }

    // Refs share what was compared, but each has its paths, and each is decided by them: many refs over one large commit are as much work as many such commits.
    private GitFailure? CountPaths(Dictionary<RefName, NewCommits> brought)
    {
        var paths = Kept.Sum(update => _tipToTipOf[update.Ref].Paths.Count + brought[update.Ref].Commits.Sum(commit => (long)_commits[commit.Id].Paths.Count));
        return paths <= _limits.MaxChangedPaths ? null : GitFailure.TooLarge(
            $"the push changes more than {_limits.MaxChangedPaths} paths, counted for each ref and commit (limit {nameof(ChangeLimits.MaxChangedPaths)}): push fewer refs at once");
    }

    private async ValueTask<GitFailure?> FindSecretsAsync(Dictionary<RefName, NewCommits> brought, CancellationToken cancellationToken)
    {
        if (_added is null)
        {
            return null;
        }

        var byCommit = await _added.FindAsync(_commits.Values, cancellationToken);
        if (!byCommit.Succeeded)
        {
            return byCommit.Failure;
        }

        foreach (var update in Kept)
        {
            var tags = _added.OfTags(_tips.TagsOf(update.New));
            if (!tags.Succeeded)
            {
                return tags.Failure;
            }

            // The oldest commit first: that is where each came from.
            _secrets.Add(update.Ref, [.. tags.Value, .. brought[update.Ref].Commits.Reverse().SelectMany(commit => byCommit.Value.GetValueOrDefault(commit.Id) ?? [])]);
        }

        return null;
    }

    private ChangeSet ChangeSetOf(RefUpdate update, Dictionary<RefName, NewCommits> brought)
    {
        if (update.IsDelete)
        {
            return new() { Update = update, Commits = [], Paths = [], TipToTip = [], Forced = false };
        }

        var commits = brought[update.Ref];
        var tipToTip = _tipToTipOf[update.Ref].Paths;
        var paths = commits.Commits.SelectMany(commit => _commits[commit.Id].Paths).Distinct().Select(number => _paths[number])
            .Concat(tipToTip.Select(static path => path.Path)).Distinct(StringComparer.Ordinal);
        return new()
        {
            Update = update,
            Commits = [.. commits.Commits.Select(static commit => commit.Facts)],
            Paths = [.. paths.Order(StringComparer.Ordinal)],
            TipToTip = [.. tipToTip.OrderBy(static path => path.Path, StringComparer.Ordinal)],
            Forced = !update.IsCreate && commits.Diverged,
            AddedSecrets = _secrets.GetValueOrDefault(update.Ref, []),
        };
    }
}
