using System.Buffers.Binary;

namespace CursorBroker.Core.Inspecting;

/// <summary>
/// Which contents were found to hold no secret, by their digest, so that they are not scanned again; only what is clean is remembered. Bounded: what was not asked for
/// longest is forgotten. What was judged by other rules does not count.
/// </summary>
/// <param name="most">Most contents remembered; above one. Each takes about 35 bytes.</param>
public sealed class ScanVerdicts(int most)
{
    private volatile Judged _judged = new("", most);

    /// <summary>What is remembered under these rules.</summary>
    /// <param name="generation">Names the rules and whatever else a verdict depends on. When it changes everything is forgotten.</param>
    public IScanMemory For(string generation)
    {
        ArgumentNullException.ThrowIfNull(generation);
        var judged = _judged;
        return judged.Generation == generation ? judged : _judged = new(generation, most);
    }

    private sealed class Judged(string generation, int most) : IScanMemory
    {
        private readonly Lock _lock = new();
        private HashSet<UInt128> _young = [];
        private HashSet<UInt128> _old = [];

        public string Generation => generation;

        public bool IsClean(ReadOnlySpan<byte> digest)
        {
            var key = KeyOf(digest);
            lock (_lock)
            {
                if (_young.Contains(key))
                {
                    return true;
                }

                if (!_old.Contains(key))
                {
                    return false;
                }

                Add(key);
                return true;
            }
        }

        public void AddClean(ReadOnlySpan<byte> digest)
        {
            var key = KeyOf(digest);
            lock (_lock)
            {
                Add(key);
            }
        }

        private void Add(UInt128 key)
        {
            if (_young.Count >= most / 2)
            {
                (_old, _young) = (_young, []);
            }

            _young.Add(key);
        }

        // 128 bits of a digest: to make two contents that agree in them is harder than to make two of the same SHA-1.
        private static UInt128 KeyOf(ReadOnlySpan<byte> digest) => BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}

/// <summary>Contents that are known to be clean. Safe for any number of threads.</summary>
public interface IScanMemory
{
    /// <summary>Whether the content with this digest is known to hold no secret.</summary>
    /// <param name="digest">A cryptographic hash of it, git's own or another; 16 bytes or more.</param>
    bool IsClean(ReadOnlySpan<byte> digest);

    /// <summary>Remembers that it holds none.</summary>
    void AddClean(ReadOnlySpan<byte> digest);
}
