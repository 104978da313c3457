namespace CursorBroker.Core.Git.Packs;

/// <summary>Objects at hand, the least recently used given up first. Not for concurrent use.</summary>
/// <param name="capacity">Most bytes.</param>
internal sealed class ObjectCache(long capacity)
{
    private readonly Dictionary<int, LinkedListNode<(int Index, byte[] Content)>> _nodes = [];
    private readonly LinkedList<(int Index, byte[] Content)> _order = new();
    private long _bytes;

    /// <summary>How many bytes are at hand.</summary>
    public long Bytes => _bytes;

    /// <summary>Gives up all of them.</summary>
    public void Clear()
    {
        _nodes.Clear();
        _order.Clear();
        _bytes = 0;
    }

    /// <summary>The object; null when it is not at hand.</summary>
    public byte[]? Get(int index)
    {
        if (!_nodes.TryGetValue(index, out var node))
        {
            return null;
        }

        _order.Remove(node);
        _order.AddFirst(node);
        return node.Value.Content;
    }

    /// <summary>Keeps an object, which must not be at hand yet.</summary>
    public void Add(int index, byte[] content)
    {
        if (content.Length > capacity / 4)
        {
            return;
        }

        _nodes.Add(index, _order.AddFirst((index, content)));
        for (_bytes += content.Length; _bytes > capacity; _bytes -= _order.Last!.Value.Content.Length, _order.RemoveLast())
        {
            _nodes.Remove(_order.Last!.Value.Index);
        }
    }
}
