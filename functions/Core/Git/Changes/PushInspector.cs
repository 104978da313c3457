using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Writes;

namespace CursorBroker.Core.Git.Changes;

/// <summary>Works out what a push really does, from its pack and, for what the pack lacks, from the upstream. Holds nothing between pushes.</summary>
/// <param name="upstream">The repository as it is.</param>
/// <param name="limits">What working it out may take.</param>
/// <param name="scanner">Looks through what a pack brings.</param>
public sealed class PushInspector(IUpstreamObjects upstream, ChangeLimits limits, WriteScanner scanner)
{
    /// <summary>Inspects one push.</summary>
    /// <param name="push">Its head.</param>
    /// <param name="pack">Its pack; null when it has none, as it only deletes.</param>
    /// <param name="defaultTip">What the default branch points at, from where a created ref is counted; null in an empty repository.</param>
    /// <param name="visibleTips">What the refs that the caller may see point at; null when they may see all of them.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <returns>One change set for each ref command; a failure when the push may not pass, or when its extent cannot be known.</returns>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    public ValueTask<GitResult<PushInspection>> InspectAsync(
        ReceivePackRequest push, PackContents? pack, GitOid? defaultTip, IReadOnlyCollection<GitOid>? visibleTips, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(push);
        return new Inspection(new(pack, upstream, push.ObjectFormat, limits), limits, push.Updates, pack, defaultTip, visibleTips, scanner).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Inspects updates that bring no pack: every object is at the upstream already, made over its API or pushed before. Where the caller does not see every ref, a ref
    /// may only get commits that visible refs, or the ref itself, lead to: nothing tells whose the others are.
    /// </summary>
    /// <param name="updates">The updates; at least one.</param>
    /// <param name="format">The repository's object format.</param>
    /// <param name="defaultTip">What the default branch points at, from where a created ref is counted; null in an empty repository.</param>
    /// <param name="visibleTips">What the refs that the caller may see point at; null when they may see all of them.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <returns>One change set for each update; a failure when one may not pass, or when its extent cannot be known.</returns>
    public ValueTask<GitResult<PushInspection>> InspectAsync(
        IReadOnlyList<RefUpdate> updates, ObjectFormat format, GitOid? defaultTip, IReadOnlyCollection<GitOid>? visibleTips, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(updates);
        return new Inspection(new(null, upstream, format, limits), limits, updates, null, defaultTip, visibleTips, scanner).RunAsync(cancellationToken);
    }

    /// <summary>Inspects a merge that the upstream is to make: what one commit brings to a branch.</summary>
    /// <param name="merge">The merge.</param>
    /// <param name="format">The repository's object format.</param>
    /// <param name="visibleTips">What the refs that the caller may see point at; null when they may see all of them.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <returns>
    /// What it does to the branch, to <see cref="GitOid.Unmade"/>; nothing at all when the branch has that commit already. A failure when it may not pass, or when its
    /// extent cannot be known.
    /// </returns>
    public ValueTask<GitResult<ChangeSet>> InspectMergeAsync(
        Merge merge, ObjectFormat format, IReadOnlyCollection<GitOid>? visibleTips, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(merge);
        return new MergeInspection(new(null, upstream, format, limits), limits, merge, visibleTips).RunAsync(cancellationToken);
    }

    /// <summary>Looks up what stands at one path of a commit, by the exact bytes of its name; nothing is followed.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="path">The path, <c>/</c>-separated, without empty parts.</param>
    /// <param name="format">The repository's object format.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<GitResult<PathState>> LookUpAsync(GitOid commit, string path, ObjectFormat format, CancellationToken cancellationToken)
    {
        var states = await LookUpAsync(commit, [path], format, cancellationToken);
        return states.Succeeded ? states.Value[0] : states.Failure;
    }

    /// <summary>Looks up what stands at several paths of a commit, in their order.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="paths">The paths, <c>/</c>-separated, without empty parts.</param>
    /// <param name="format">The repository's object format.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<GitResult<IReadOnlyList<PathState>>> LookUpAsync(GitOid commit, IReadOnlyCollection<string> paths, ObjectFormat format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return FindAsync(new(null, upstream, format, limits), commit, paths, cancellationToken);
    }

    /// <summary>Looks through the files at these paths of a commit; what is no file is left out.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="paths">The paths, <c>/</c>-separated, without empty parts.</param>
    /// <param name="format">The repository's object format.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<GitResult<IReadOnlyList<ContentVerdict>>> LookThroughAsync(
        GitOid commit, IReadOnlyCollection<string> paths, ObjectFormat format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var objects = new InspectedObjects(null, upstream, format, limits);
        var states = await FindAsync(objects, commit, paths, cancellationToken);
        return states.Succeeded
            ? await new BlobVerdicts(objects, scanner).OfAsync(states.Value.Select(static state => state.Blob).OfType<GitOid>().ToHashSet(), cancellationToken)
            : states.Failure;
    }

    private static async ValueTask<GitResult<IReadOnlyList<PathState>>> FindAsync(
        InspectedObjects objects, GitOid commit, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        if (await objects.EnsureAsync([commit], cancellationToken) is { } missing)
        {
            return missing;
        }

        var read = objects.Commit(commit);
        if (!read.Succeeded)
        {
            return read.Failure;
        }

        var (found, states) = (new TreePaths(objects), new List<PathState>(paths.Count));
        foreach (var path in paths)
        {
            var state = await found.FindAsync(read.Value.Tree, path, cancellationToken);
            if (!state.Succeeded)
            {
                return state.Failure;
            }

            states.Add(state.Value);
        }

        return states;
    }
}
