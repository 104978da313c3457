namespace CursorBroker.Gateway.Pipeline;

/// <summary>Counts what is read through it.</summary>
internal sealed class CountingStream(Stream inner, ByteCount count) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        count.Add(read);
        return read;
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

/// <summary>A number of bytes, written by one and read by another.</summary>
internal sealed class ByteCount
{
    private long _total;

    public long Total => Interlocked.Read(ref _total);

    public void Add(int bytes) => Interlocked.Add(ref _total, bytes);
}
