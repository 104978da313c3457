using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// Larger things as block blobs, in blocks, so that none is ever whole in memory. A blob exists from the moment its list of blocks is committed;
/// blocks of an upload that broke off are seen by nobody, and the service throws them away after a week.
/// </summary>
internal sealed class BlobBlobStore(StateBlobs blobs) : IBlobStore
{
    /// <summary>Size of every block but the last, in bytes.</summary>
    internal const int ChunkBytes = 1024 * 1024;

    /// <summary>Most blocks of one blob; the service's own limit.</summary>
    private const int MostBlocks = 50_000;

    /// <inheritdoc/>
    public async ValueTask<bool> CreateAsync(StateKey key, Stream content, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var blob = blobs.Blob(StateBlobs.Blobs, key);
        if (await StateGuard.RunAsync("read", () => IsLiveAsync(blob, cancellationToken)))
        {
            return false;
        }

        var write = Stamp.NewWrite();
        var blocks = await StoreBlocksAsync(blob, write, content, cancellationToken);
        return await StateGuard.RunAsync("written", async () =>
            await blobs.CreateAsync(blob, write, conditions => CommitAsync(blob, blocks, write, expires, conditions)) is not null);
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        var blob = blobs.Blob(StateBlobs.Blobs, key);
        return StateGuard.RunAsync<Stream?>("read", async () =>
            await blobs.FindAsync(blob, cancellationToken) is { } found && !found.Stamp.HasExpired(blobs.Now)
                ? new BlobReadStream(blob, found.Stamp.ETag, found.Length, blobs.Retry)
                : null);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(StateKey key, CancellationToken cancellationToken)
    {
        var blob = blobs.Blob(StateBlobs.Blobs, key);
        _ = await StateGuard.RunAsync("written", () => DeleteAsync(blob, cancellationToken));
    }

    private async ValueTask<bool> IsLiveAsync(BlockBlobClient blob, CancellationToken cancellationToken) =>
        await blobs.FindAsync(blob, cancellationToken) is { } found && !found.Stamp.HasExpired(blobs.Now);

    private async ValueTask<bool> DeleteAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        // Repeating is safe: a blob that somebody makes between two tries is deleted as if this call had come a moment later.
        var deleted = await blobs.Retry.RunAsync(
            token => blob.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: token), cancellationToken);
        return deleted.Value;
    }

    /// <summary>Sends the content in blocks that nobody sees yet; their ids, in order. Failures of the source come out as they are.</summary>
    private async ValueTask<List<string>> StoreBlocksAsync(
        BlockBlobClient blob, string write, Stream content, CancellationToken cancellationToken)
    {
        var blocks = new List<string>();
        var chunk = new byte[ChunkBytes];
        while (true)
        {
            var read = await content.ReadAtLeastAsync(chunk, ChunkBytes, throwOnEndOfStream: false, cancellationToken);
            if (read > 0)
            {
                var id = BlockId(write, blocks.Count);
                blocks.Add(blocks.Count < MostBlocks
                    ? id
                    : throw new ArgumentException($"A blob of more than {(long)MostBlocks * ChunkBytes} bytes.", nameof(content)));
                _ = await StateGuard.RunAsync("written", () => StageAsync(blob, id, chunk, read, cancellationToken));
            }

            if (read < ChunkBytes)
            {
                return blocks;
            }
        }
    }

    private async ValueTask<bool> StageAsync(BlockBlobClient blob, string id, byte[] chunk, int length, CancellationToken cancellationToken)
    {
        _ = await blobs.Retry.RunAsync(
            async token =>
            {
                using var block = new MemoryStream(chunk, 0, length, writable: false);
                return await blob.StageBlockAsync(id, block, cancellationToken: token);
            },
            cancellationToken);
        return true;
    }

    private static async Task<ETag> CommitAsync(
        BlockBlobClient blob, List<string> blocks, string write, DateTimeOffset? expires, BlobRequestConditions conditions)
    {
        var committed = await blob.CommitBlockListAsync(
            blocks, new CommitBlockListOptions { Metadata = Stamp.Metadata(write, expires), Conditions = conditions }, CancellationToken.None);
        return committed.Value.ETag;
    }

    /// <summary>Ids of one blob must be of one length; with the write's id in them, two uploads at once never share a block.</summary>
    private static string BlockId(string write, int number) =>
        Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{write}-{number:D5}"));
}
