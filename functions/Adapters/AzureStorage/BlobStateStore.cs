using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>State's records as blobs, one each. Every change is one conditional request; a record that has expired is not there.</summary>
internal sealed class BlobStateStore(StateBlobs blobs) : IStateStore
{
    /// <summary>Records read at once when listing, to bound memory (at most this many times 256 KiB).</summary>
    private const int ReadAtOnce = 16;

    /// <inheritdoc/>
    public ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        var blob = blobs.Blob(StateBlobs.Records, key);
        return StateGuard.RunAsync("read", () => ReadAsync(key, blob, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<StateVersion?> CreateAsync(
        StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var blob = blobs.Blob(StateBlobs.Records, key);
        var bytes = Copy(value);
        var write = Stamp.NewWrite();
        cancellationToken.ThrowIfCancellationRequested();
        return StateGuard.RunAsync("written", async () =>
            await blobs.CreateAsync(blob, write, conditions => PutAsync(blob, bytes, write, expires, conditions)) is { } etag
                ? RecordVersion.Of(etag, expires)
                : null);
    }

    /// <inheritdoc/>
    public ValueTask<StateVersion?> ReplaceAsync(
        StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var blob = blobs.Blob(StateBlobs.Records, key);
        var bytes = Copy(value);
        cancellationToken.ThrowIfCancellationRequested();
        return StateGuard.RunAsync("written", async () =>
            await ReplaceAsync(blob, bytes, expected, expires) is { } etag ? RecordVersion.Of(etag, expires) : null);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The record is first replaced by one that has expired, because a request that deletes leaves nothing by which to tell, when its answer is
    /// lost, who did it. What remains is removed at once if that works, else by the next purge.
    /// </remarks>
    public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken)
    {
        var blob = blobs.Blob(StateBlobs.Records, key);
        cancellationToken.ThrowIfCancellationRequested();
        return StateGuard.RunAsync("written", async () =>
        {
            if (await ReplaceAsync(blob, [], expected, DateTimeOffset.MinValue) is not { } marked)
            {
                return false;
            }

            await RemoveMarkAsync(blob, marked);
            return true;
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StateRecord> ListAsync(string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalidCollection(collection);
        var prefix = StateBlobs.Prefix(collection);
        var live = blobs.ListAsync(prefix, cancellationToken)
            .Where(item => !item.Stamp.HasExpired(blobs.Now))
            .Select(item => StateBlobs.IdIn(item.Name, prefix))
            .OfType<string>()
            .Chunk(ReadAtOnce);
        await using var chunks = live.GetAsyncEnumerator(cancellationToken);
        while (await StateGuard.RunAsync("read", () => chunks.MoveNextAsync()))
        {
            var records = await Task.WhenAll(chunks.Current.Select(id => ReadAsync(new StateKey(collection, id), cancellationToken).AsTask()));
            foreach (var record in records.OfType<StateRecord>())
            {
                yield return record;
            }
        }
    }

    private async ValueTask<StateRecord?> ReadAsync(StateKey key, BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var found = await blobs.Retry.RunAsync(token => blob.DownloadContentAsync(token), cancellationToken);
            var stamp = Stamp.Read(found.Value.Details.Metadata, found.Value.Details.ETag);
            return stamp.HasExpired(blobs.Now)
                ? null
                : new StateRecord(key, found.Value.Content.ToMemory(), RecordVersion.Of(stamp.ETag, stamp.Expires), stamp.Expires);
        }
        catch (RequestFailedException absent) when (StorageFailure.IsAbsent(absent))
        {
            return null;
        }
    }

    private async ValueTask<ETag?> ReplaceAsync(BlockBlobClient blob, byte[] bytes, StateVersion expected, DateTimeOffset? expires)
    {
        if (!RecordVersion.TryParse(expected, out var known) || known.HasExpired(blobs.Now))
        {
            return null;
        }

        var write = Stamp.NewWrite();
        var conditions = new BlobRequestConditions { IfMatch = known.ETag };
        return await blobs.ChangeAsync(blob, write, () => PutAsync(blob, bytes, write, expires, conditions));
    }

    private async ValueTask RemoveMarkAsync(BlockBlobClient blob, ETag marked)
    {
        try
        {
            _ = await blobs.RemoveAsync(blob.Name, marked, CancellationToken.None);
        }
        catch (Exception failed) when (failed is StorageException or RequestFailedException)
        {
            // The record is gone for everybody; the purge reports what it cannot remove.
        }
    }

    private static async Task<ETag> PutAsync(
        BlockBlobClient blob, byte[] bytes, string write, DateTimeOffset? expires, BlobRequestConditions conditions)
    {
        using var content = new MemoryStream(bytes, writable: false);
        var put = await blob.UploadAsync(
            content, new BlobUploadOptions { Metadata = Stamp.Metadata(write, expires), Conditions = conditions }, CancellationToken.None);
        return put.Value.ETag;
    }

    /// <summary>Copied now: the caller may reuse its buffer while the write is tried again.</summary>
    private static byte[] Copy(ReadOnlyMemory<byte> value) => value.Length <= StateRecord.MaxValueBytes
        ? value.ToArray()
        : throw new ArgumentException($"A State record of {value.Length} bytes; the most is {StateRecord.MaxValueBytes}. Use a blob.", nameof(value));
}
