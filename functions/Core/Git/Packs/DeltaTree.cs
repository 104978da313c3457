namespace CursorBroker.Core.Git.Packs;

/// <summary>Which deltas build on which objects.</summary>
internal sealed class DeltaTree
{
    private const int None = -1;

    private readonly PackTable _table;
    private readonly int[] _first;
    private readonly int[] _next;
    private readonly (int Index, byte[] Base)[] _byId;

    /// <param name="table">The scanned pack.</param>
    /// <param name="idDeltas">The deltas that name their base by id.</param>
    /// <param name="only">Which deltas count, by number; null for all of them.</param>
    public DeltaTree(PackTable table, List<(int Index, byte[] Base)> idDeltas, bool[]? only = null)
    {
        _table = table;
        _first = new int[table.Count];
        _next = new int[table.Count];
        Array.Fill(_first, None);
        for (var index = table.Count - 1; index >= 0; index--)
        {
            if (table.BaseOf(index) >= 0 && only?[index] != false)
            {
                Add(table.BaseOf(index), index);
            }
        }

        _byId = [.. idDeltas];
        Array.Sort(_byId, static (left, right) => left.Base.AsSpan().SequenceCompareTo(right.Base));
    }

    /// <summary>Tells that an object's id is known now: deltas that name it by id are its own from here on. Once for each object, by whoever made it known.</summary>
    public void Known(int index)
    {
        var id = _table.IdOf(index);
        var (low, high) = (0, _byId.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _byId[middle].Base.AsSpan().SequenceCompareTo(id) < 0 ? (middle + 1, high) : (low, middle);
        }

        for (; low < _byId.Length && _byId[low].Base.AsSpan().SequenceEqual(id); low++)
        {
            _table.SetBase(_byId[low].Index, index);
            Add(index, _byId[low].Index);
        }
    }

    /// <summary>True when some delta builds on the object.</summary>
    public bool HasChildren(int index) => _first[index] != None;

    /// <summary>The first delta that builds on the object; negative when there is none.</summary>
    public int First(int index) => _first[index];

    /// <summary>The next delta that builds on the same object; negative after the last.</summary>
    public int Next(int index) => _next[index];

    private void Add(int basis, int index)
    {
        _next[index] = _first[basis];
        _first[basis] = index;
    }
}
