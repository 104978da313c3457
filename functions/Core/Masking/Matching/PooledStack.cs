using System.Buffers;

namespace CursorBroker.Core.Masking.Matching;

/// <summary>A stack in pooled memory that grows.</summary>
internal sealed class PooledStack<T> : IDisposable
    where T : unmanaged
{
    private T[] _items = ArrayPool<T>.Shared.Rent(128);
    private int _count;

    public void Push(T item)
    {
        if (_count == _items.Length)
        {
            var larger = ArrayPool<T>.Shared.Rent(_count * 2);
            _items.CopyTo(larger, 0);
            ArrayPool<T>.Shared.Return(_items);
            _items = larger;
        }

        _items[_count++] = item;
    }

    public bool TryPop(out T item)
    {
        if (_count == 0)
        {
            item = default;
            return false;
        }

        item = _items[--_count];
        return true;
    }

    public void Clear() => _count = 0;

    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(_items);
        _items = [];
        _count = 0;
    }
}
