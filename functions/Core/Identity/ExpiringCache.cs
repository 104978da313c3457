using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Identity;

/// <summary>
/// A small in-process memory: every entry lives equally long from when it was last set, and when it is full the oldest goes.
/// Safe for concurrent use.
/// </summary>
internal sealed class ExpiringCache<TKey, TValue>(TimeProvider time, TimeSpan lifetime, int capacity)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _byKey = [];

    // Oldest first: one lifetime for all makes setting order the order of expiry.
    private readonly LinkedList<Entry> _byAge = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byKey.Count;
            }
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var node) && node.Value.Expires > time.GetUtcNow())
            {
                value = node.Value.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public void Set(TKey key, TValue value)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_byKey.TryGetValue(key, out var old))
            {
                Remove(old);
            }

            while (_byAge.First is { } first && (first.Value.Expires <= now || _byKey.Count >= capacity))
            {
                Remove(first);
            }

            _byKey[key] = _byAge.AddLast(new Entry(key, value, now + lifetime));
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byAge.Remove(node);
        _byKey.Remove(node.Value.Key);
    }

    private readonly record struct Entry(TKey Key, TValue Value, DateTimeOffset Expires);
}
