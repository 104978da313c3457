using System.Collections;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>What was found in one stream. It counts all, and holds the first and those of the latest chunk: who reads on with every chunk misses none, and memory does not grow with the stream.</summary>
internal sealed class FindingList : IReadOnlyList<MaskFinding>
{
    /// <summary>So many are kept whatever follows.</summary>
    public const int Kept = 10_000;

    private readonly List<MaskFinding> _first = [];
    private readonly List<MaskFinding> _latest = [];

    /// <summary>How many there were, forgotten ones among them.</summary>
    public int Count { get; private set; }

    /// <summary>One of them; those between the first and the latest are not there any more.</summary>
    public MaskFinding this[int index] => index < _first.Count ? _first[index]
        : index >= Count - _latest.Count ? _latest[index - (Count - _latest.Count)]
        : throw new InvalidOperationException($"Of more than {Kept} findings, each is there only until the next chunk.");

    /// <summary>Begins with a chunk.</summary>
    public void Begin() => _latest.Clear();

    public void Add(MaskFinding finding)
    {
        (_first.Count < Kept ? _first : _latest).Add(finding);
        Count++;
    }

    /// <summary>Those that are there.</summary>
    public IEnumerator<MaskFinding> GetEnumerator() => _first.Concat(_latest).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
