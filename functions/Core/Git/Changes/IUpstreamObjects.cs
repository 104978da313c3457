using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// Objects that the upstream has and a push's pack lacks, fetched from it in whole batches. What cannot be had is a failure, never an empty
/// answer: a change whose extent is unknown is refused.
/// </summary>
public interface IUpstreamObjects
{
    /// <summary>
    /// The commits (and the annotated tags on the way) reachable from <paramref name="wants"/> and from none of <paramref name="haves"/>, without
    /// trees and blobs: one fetch with <c>filter tree:0</c>.
    /// </summary>
    ValueTask<GitResult<IObjectSource>> FetchHistoryAsync(IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken);

    /// <summary>Exactly these objects, by id and of whatever type, with nothing that they refer to.</summary>
    ValueTask<GitResult<IObjectSource>> FetchObjectsAsync(IReadOnlyCollection<GitOid> ids, CancellationToken cancellationToken);
}
