using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Writes;

/// <summary>
/// Verdicts on git objects by their ids, which are digests of what they hold: whoever pushes the same history again does not pay again. Those asked for last are kept. Safe for any
/// number of threads.
/// </summary>
/// <param name="most">Most verdicts and findings in them, together; above 1.</param>
public sealed class VerdictMemory(int most = VerdictMemory.Most)
{
    /// <summary>Verdicts and findings kept by default: about 30 MB.</summary>
    public const int Most = 128 * 1024;

    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<GitOid, ContentVerdict> _young = new();
    private volatile ConcurrentDictionary<GitOid, ContentVerdict> _old = new();
    private int _weight;

    /// <summary>Finds a verdict.</summary>
    public bool TryGet(GitOid id, [NotNullWhen(true)] out ContentVerdict? verdict)
    {
        if (_young.TryGetValue(id, out verdict))
        {
            return true;
        }

        if (!_old.TryGetValue(id, out verdict))
        {
            return false;
        }

        Add(id, verdict);
        return true;
    }

    /// <summary>Remembers a verdict.</summary>
    public void Add(GitOid id, ContentVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        if (verdict.TooMany || !_young.TryAdd(id, verdict) || Interlocked.Add(ref _weight, 1 + verdict.Found.Length) < most / 2)
        {
            return;
        }

        lock (_gate)
        {
            // Those of the older half that were not asked for since are forgotten.
            if (Volatile.Read(ref _weight) >= most / 2)
            {
                (_old, _young) = (_young, new());
                Volatile.Write(ref _weight, 0);
            }
        }
    }
}
