namespace CursorBroker.Gateway.Limits;

/// <summary>How many things each key has under way.</summary>
/// <typeparam name="TKey">Who has them.</typeparam>
/// <param name="most">Most for one key; above zero.</param>
internal sealed class CallerSlots<TKey>(int most)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, int> _underWay = [];

    /// <summary>Begins one; false when there are as many as there may be.</summary>
    public bool TryEnter(TKey key)
    {
        lock (_lock)
        {
            var underWay = _underWay.GetValueOrDefault(key);
            if (underWay >= most)
            {
                return false;
            }

            _underWay[key] = underWay + 1;
            return true;
        }
    }

    /// <summary>Ends one that was begun.</summary>
    public void Leave(TKey key)
    {
        lock (_lock)
        {
            if (_underWay[key] == 1)
            {
                _underWay.Remove(key);
            }
            else
            {
                _underWay[key]--;
            }
        }
    }
}
