using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>A response body that lets so many bytes through and then cuts the connection.</summary>
internal sealed class CuttingStream(HttpContext context, Stream inner, long allowed) : Stream
{
    private long _left = allowed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = buffer[..(int)Math.Min(buffer.Length, _left)];
        _left -= part.Length;
        await inner.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        if (part.Length < buffer.Length || _left == 0)
        {
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
            context.Abort();
            throw new OperationCanceledException("The connection was cut, as planned.");
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
