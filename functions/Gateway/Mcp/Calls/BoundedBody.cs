using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>Bytes in memory, up to a bound; writing beyond it fails.</summary>
/// <param name="maxBytes">The bound.</param>
/// <param name="share">What holds them all together within bounds.</param>
/// <param name="starting">Called before the first byte.</param>
internal sealed class BoundedBody(int maxBytes, BudgetShare share, Func<CancellationToken, Task> starting) : Stream
{
    private const int First = 4096;

    private readonly MemoryStream _bytes = new();

    /// <summary>Whether it was to be longer than its own bound.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Whether there was no room for it beside the others.</summary>
    public bool IsCrowdedOut { get; private set; }

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

        Reserve((int)_bytes.Length + buffer.Length);
        _bytes.Write(buffer.Span);
    }

    private void Reserve(int length)
    {
        if (length <= _bytes.Capacity)
        {
            return;
        }

        var capacity = (int)Math.Min(Math.Max(Math.Max(length, 2L * _bytes.Capacity), First), Math.Max(length, maxBytes));
        if (!share.TryTake(capacity - _bytes.Capacity))
        {
            IsCrowdedOut = true;
            throw new IOException("There is no room for the answer beside others.");
        }

        _bytes.Capacity = capacity;
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
