using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>Works out what a push really does, from its pack and, for what the pack lacks, from the upstream. Holds nothing between pushes.</summary>
/// <param name="upstream">The repository as it is.</param>
/// <param name="limits">What working it out may take.</param>
public sealed class PushInspector(IUpstreamObjects upstream, ChangeLimits limits)
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
        return new Inspection(upstream, limits, push, pack, defaultTip, visibleTips).RunAsync(cancellationToken);
    }
}
