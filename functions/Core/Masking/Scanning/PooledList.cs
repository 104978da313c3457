using System.Buffers;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>A list in pooled memory that grows.</summary>
internal sealed class PooledList<T> : IDisposable
    where T : unmanaged
{
    private T[] _items = ArrayPool<T>.Shared.Rent(256);

    public int Count { get; private set; }

    public Span<T> Items => _items.AsSpan(0, Count);

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            var larger = ArrayPool<T>.Shared.Rent(Count * 2);
            _items.CopyTo(larger, 0);
            ArrayPool<T>.Shared.Return(_items);
            _items = larger;
        }

        _items[Count++] = item;
    }

    public void RemoveFirst(int count)
    {
        _items.AsSpan(count, Count - count).CopyTo(_items);
        Count -= count;
    }

    public void Clear() => Count = 0;

    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(_items);
        _items = [];
        Count = 0;
    }
}
