namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>Bytes in memory, up to a bound; writing beyond it fails.</summary>
/// <param name="maxBytes">The bound.</param>
/// <param name="starting">Called before the first byte.</param>
internal sealed class BoundedBody(int maxBytes, Func<CancellationToken, Task> starting) : Stream
{
    private readonly MemoryStream _bytes = new();

    public bool IsTooLarge { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

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
        cancellationToken.ThrowIfCancellationRequested();
        await starting(cancellationToken);
        if (_bytes.Length + buffer.Length > maxBytes)
        {
            IsTooLarge = true;
            throw new IOException($"The answer is longer than {maxBytes} bytes.");
        }

        _bytes.Write(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken) => await starting(cancellationToken);

    public override void Flush() => throw new NotSupportedException("Nothing in here writes synchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing in here writes synchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
