using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// A blob, read a chunk at a time, always of the version that was opened. Holds no connection between reads, so a slow reader costs nothing; a
/// blob deleted meanwhile ends in an exception, never in a shorter blob.
/// </summary>
internal sealed class BlobReadStream(BlockBlobClient blob, ETag etag, long length, StorageRetry retry) : Stream
{
    private ReadOnlyMemory<byte> _chunk;
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="StateUnavailableException">State cannot be read, or the blob was deleted since it was opened.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position == length)
        {
            return 0;
        }

        if (_chunk.IsEmpty)
        {
            _chunk = await StateGuard.RunAsync("read", () => FetchAsync(cancellationToken));
        }

        var count = Math.Min(buffer.Length, _chunk.Length);
        _chunk[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<ReadOnlyMemory<byte>> FetchAsync(CancellationToken cancellationToken)
    {
        var wanted = Math.Min(BlobBlobStore.ChunkBytes, length - _position);
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(_position, wanted),
            Conditions = new BlobRequestConditions { IfMatch = etag },
        };
        try
        {
            var part = await retry.RunAsync(token => blob.DownloadContentAsync(options, token), cancellationToken);
            return part.Value.Content.ToMemory() is { } bytes && bytes.Length == wanted
                ? bytes
                : throw new StorageException("the service gave another part of a blob than it was asked for.");
        }
        catch (RequestFailedException gone) when (StorageFailure.IsConditionNotMet(gone) || StorageFailure.IsAbsent(gone))
        {
            throw new StorageException("a blob was deleted while it was being read.", gone);
        }
    }
}
