using System.Security.Cryptography;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>What approvers are shown, as blobs (<c>approval-snapshot</c>). What is read is what was approved, or nothing.</summary>
internal sealed class SnapshotStore(IBlobStore blobs)
{
    public const string Collection = "approval-snapshot";

    /// <summary>Largest snapshot, in bytes of JSON. Whoever makes one bounds it; this only keeps a mistake from filling the store.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <exception cref="InvalidOperationException">It is too large.</exception>
    public static (byte[] Json, string Sha256) Seal(ApprovalSnapshot snapshot)
    {
        var json = SnapshotJson.Write(snapshot);
        return json.Length <= MaxBytes
            ? (json, Convert.ToHexStringLower(SHA256.HashData(json)))
            : throw new InvalidOperationException($"A snapshot for approvers has {json.Length} bytes; the most is {MaxBytes}. Its maker has to show less.");
    }

    public async ValueTask StoreAsync(ApprovalId id, byte[] json, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(json, writable: false);
        if (!await blobs.CreateAsync(KeyOf(id), content, expires, cancellationToken))
        {
            throw new StateUnavailableException($"another snapshot is stored for {id}");
        }
    }

    /// <summary>Null when it is gone or is not what the digest says.</summary>
    public async ValueTask<ApprovalSnapshot?> ReadAsync(Approval approval, CancellationToken cancellationToken)
    {
        if (await blobs.OpenReadAsync(KeyOf(approval.Id), cancellationToken) is not { } content)
        {
            return null;
        }

        await using (content)
        {
            // One byte more than the most, so that a longer one is seen without being read.
            var buffer = new byte[MaxBytes + 1];
            var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            var json = buffer.AsSpan(0, length);
            return string.Equals(Convert.ToHexStringLower(SHA256.HashData(json)), approval.SnapshotSha256, StringComparison.Ordinal)
                ? SnapshotJson.Read(json)
                : null;
        }
    }

    public ValueTask DeleteAsync(ApprovalId id, CancellationToken cancellationToken) => blobs.DeleteAsync(KeyOf(id), cancellationToken);

    private static StateKey KeyOf(ApprovalId id) => new(Collection, id.Value);
}
