namespace CursorBroker.Gateway.Pipeline;

/// <summary>A number of bytes, written by one and read by another.</summary>
internal sealed class ByteCount
{
    private long _total;

    public long Total => Interlocked.Read(ref _total);

    public void Add(int bytes) => Interlocked.Add(ref _total, bytes);
}
