namespace CursorBroker.Core.Inspecting.Files;

/// <summary>What was read already, and then the rest.</summary>
internal sealed class HeadedContent(ReadOnlyMemory<byte> head, Stream rest) : ForwardStream
{
    private ReadOnlyMemory<byte> _head = head;

    public override int Read(Span<byte> buffer)
    {
        if (_head.IsEmpty)
        {
            return rest.Read(buffer);
        }

        var count = Math.Min(buffer.Length, _head.Length);
        _head.Span[..count].CopyTo(buffer);
        _head = _head[count..];
        return count;
    }
}

/// <summary>Counts what is unpacked, for somebody who may end it.</summary>
internal sealed class CountedContent(Stream content, Action<int> spend) : ForwardStream
{
    /// <summary>How many bytes there were.</summary>
    public long Total { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var read = content.Read(buffer);
        Total += read;
        spend(read);
        return read;
    }
}

/// <summary>Shows somebody what is read.</summary>
internal sealed class WatchedContent(Stream content, WatchedContent.Watch watch) : ForwardStream
{
    public delegate bool Watch(ReadOnlySpan<byte> piece);

    private bool _isWatched = true;

    public override int Read(Span<byte> buffer)
    {
        var read = content.Read(buffer);
        _isWatched = _isWatched && watch(buffer[..read]);
        return read;
    }
}
