namespace CursorBroker.Adapters.GitHub;

/// <summary>A small cache whose entries end, and which never grows beyond its size: then the entry that would end first goes.</summary>
internal sealed class BoundedCache<TKey, TValue>(int size, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, (TValue Value, DateTimeOffset Until)> _entries = [];

    public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            var found = _entries.TryGetValue(key, out var entry) && time.GetUtcNow() < entry.Until;
            value = found ? entry.Value : default;
            return found;
        }
    }

    public void Set(TKey key, TValue value, TimeSpan keep)
    {
        lock (_lock)
        {
            if (_entries.Count >= size && !_entries.ContainsKey(key))
            {
                _entries.Remove(_entries.MinBy(static pair => pair.Value.Until).Key);
            }

            _entries[key] = (value, time.GetUtcNow() + keep);
        }
    }

    public void Remove(TKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }
}
