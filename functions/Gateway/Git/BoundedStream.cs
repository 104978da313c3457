using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>Breaks off after a number of bytes: what a small compressed body may become is up to whoever sent it.</summary>
internal sealed class BoundedStream(Stream inner, long maxBytes) : ReadOnlyStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        return _read <= maxBytes ? read : throw new InvalidDataException($"The body inflates to more than {maxBytes} bytes.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
