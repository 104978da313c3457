using CursorBroker.Core.Git.Packs;

namespace CursorBroker.Core.Inspecting.Files;

/// <summary>A range of bytes as a stream.</summary>
internal sealed class ByteRange(IPackBytes bytes, long offset, long length) : ForwardStream
{
    private readonly long _end = offset + length;
    private long _at = offset;

    public override int Read(Span<byte> buffer)
    {
        var count = bytes.Read(_at, buffer[..(int)Math.Min(buffer.Length, _end - _at)]);
        _at += count;
        return count;
    }
}

/// <summary>Bytes in memory.</summary>
internal sealed class HeldBytes(ReadOnlyMemory<byte> held) : IPackBytes
{
    public long Length => held.Length;

    public int Read(long offset, Span<byte> buffer)
    {
        if (offset >= held.Length)
        {
            return 0;
        }

        var rest = held.Span[(int)offset..];
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }
}
