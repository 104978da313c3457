using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>
/// A blob, read a chunk at a time. Holds no connection or snapshot between reads, so a slow reader costs nothing; a blob deleted meanwhile ends in
/// an exception, never in a shorter blob.
/// </summary>
internal sealed class SqliteBlobStream(SqliteState state, string contentId, long length) : Stream
{
    private byte[] _chunk = [];
    private int _used;
    private long _next;
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
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _position == length)
        {
            return 0;
        }

        if (_used == _chunk.Length)
        {
            _chunk = state.Read(connection => connection.Scalar(
                "SELECT bytes FROM blob_chunk WHERE content = $content AND position = $position",
                ("$content", contentId), ("$position", _next))) as byte[]
                ?? throw new StateUnavailableException("A blob was deleted while it was being read.");
            _next++;
            _used = 0;
        }

        var count = Math.Min(buffer.Length, _chunk.Length - _used);
        _chunk.AsSpan(_used, count).CopyTo(buffer);
        _used += count;
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

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
}
