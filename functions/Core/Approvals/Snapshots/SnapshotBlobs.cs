using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>The contents that a snapshot shows: from the push's pack, and what that lacks from the upstream in one batch.</summary>
internal sealed class SnapshotBlobs
{
    private readonly Dictionary<GitOid, ReadOnlyMemory<byte>> _contents = [];

    /// <summary>The blob; null when it, or all of them together, is too large to be looked at.</summary>
    public ReadOnlyMemory<byte>? Find(GitOid id)
    {
        // Not "? content : null": null would become an array, and that an empty memory, and a file that is too large an emptied one.
        if (_contents.TryGetValue(id, out var content))
        {
            return content;
        }

        return null;
    }

    /// <summary>Reads them, in this order until a limit is reached. A failure when one cannot be had.</summary>
    public static async ValueTask<GitResult<SnapshotBlobs>> ReadAsync(
        IEnumerable<GitOid> ids, IObjectSource pack, IUpstreamObjects upstream, SnapshotLimits limits, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().Take(limits.Blobs).ToList();
        var missing = wanted.Where(id => pack.TypeOf(id) is null).ToList();
        IObjectSource? fetched = null;
        if (missing.Count > 0)
        {
            var answer = await upstream.FetchObjectsAsync(missing, cancellationToken).ConfigureAwait(false);
            if (!answer.Succeeded && answer.Failure.Kind != GitFailureKind.TooLarge)
            {
                return answer.Failure;
            }

            fetched = answer.Value;
        }

        var blobs = new SnapshotBlobs();
        var left = limits.BytesInAll;
        foreach (var id in wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var source = pack.TypeOf(id) is null ? fetched : pack;
            if (source is not null && blobs.Take(id, source.Read(id), Math.Min(left, limits.BlobBytes), ref left) is { } failure)
            {
                return failure;
            }
        }

        return blobs;
    }

    private GitFailure? Take(GitOid id, GitResult<GitObject> read, int most, ref int left)
    {
        if (!read.Succeeded)
        {
            return read.Failure.Kind == GitFailureKind.TooLarge ? null : read.Failure;
        }

        if (read.Value.Type != GitObjectType.Blob)
        {
            return GitFailure.Malformed($"Object {id.Hex} stands in a tree as a file and is none.");
        }

        if (read.Value.Content.Length <= most)
        {
            _contents.Add(id, read.Value.Content);
            left -= read.Value.Content.Length;
        }

        return null;
    }
}
