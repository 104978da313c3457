using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Known;

/// <summary>Four bytes to the forms that have them, and where. Added to by one thread at a time; read by any number meanwhile, who may not see what is just being added.</summary>
internal sealed class GramTable
{
    /// <summary>Bytes of a gram.</summary>
    public const int Gram = 4;

    /// <summary>A form is known by so many grams that begin beside each other: one of them stands where a text is looked at that far apart.</summary>
    public const int Stride = 8;

    private volatile Chains _chains = new(1024);

    /// <summary>What is there now.</summary>
    public Chains Heads => _chains;

    /// <summary>The gram that begins at a place.</summary>
    public static uint GramAt(ReadOnlySpan<byte> text, int at) => MemoryMarshal.Read<uint>(text.Slice(at, Gram));

    /// <summary>Adds one place of one form.</summary>
    public void Add(uint gram, int form, int offset)
    {
        if (!_chains.TryAdd(gram, form, offset))
        {
            var larger = new Chains(_chains.Capacity * 2);
            larger.AddAll(_chains);
            _chains = larger;
            larger.TryAdd(gram, form, offset);
        }
    }

    /// <summary>A hash table with chains. Before it stand bits, sixteen for an entry, so that nearly every gram of a text that is none of a form ends there.</summary>
    /// <param name="capacity">Most entries; a power of two.</param>
    internal sealed class Chains(int capacity)
    {
        private const int BitsOfEntry = 16;
        private const uint Multiplier = 0x9E3779B1;

        private readonly ulong[] _bits = new ulong[capacity * BitsOfEntry / 64];
        private readonly int[] _heads = new int[capacity];
        private readonly Entry[] _entries = new Entry[capacity];
        private readonly int _shift = 32 - int.Log2(capacity * BitsOfEntry);
        private int _count;

        public int Capacity => capacity;

        /// <summary>The first place, of every <see cref="Stride"/>th from one on, at which a gram begins that may be there; below 0 when there is none.</summary>
        /// <param name="text">The text.</param>
        /// <param name="at">Where to begin.</param>
        /// <param name="end">Where no place is looked at any more.</param>
        public int FirstPlace(ReadOnlySpan<byte> text, int at, int end)
        {
            ReadOnlySpan<ulong> bits = _bits;
            var shift = _shift;
            for (end = Math.Min(end, text.Length - Gram + 1); at < end; at += Stride)
            {
                var hash = (GramAt(text, at) * Multiplier) >> shift;
                if ((bits[(int)(hash / 64)] & (1UL << (int)hash)) != 0)
                {
                    return at;
                }
            }

            return -1;
        }

        /// <summary>The first entry that may be of this gram; below 0 when there is none.</summary>
        public int First(uint gram) => Volatile.Read(ref _heads[HashOf(gram) / BitsOfEntry]) - 1;

        /// <summary>The next one; below 0 when it was the last.</summary>
        public int Next(int entry) => _entries[entry].Next - 1;

        /// <summary>Whether an entry is of this gram, and of which form and place.</summary>
        public bool IsOf(int entry, uint gram, out int form, out int offset)
        {
            ref readonly var found = ref _entries[entry];
            (form, offset) = (found.Form, found.Offset);
            return found.Gram == gram;
        }

        /// <summary>Adds an entry; false when it is full.</summary>
        public bool TryAdd(uint gram, int form, int offset)
        {
            if (_count == capacity)
            {
                return false;
            }

            var hash = HashOf(gram);
            ref var head = ref _heads[hash / BitsOfEntry];
            _entries[_count++] = new(gram, form, offset, head);

            // Written last: who sees it sees the entry.
            Volatile.Write(ref head, _count);
            Volatile.Write(ref _bits[hash / 64], _bits[hash / 64] | (1UL << (int)(hash % 64)));
            return true;
        }

        public void AddAll(Chains other)
        {
            for (var entry = 0; entry < other._count; entry++)
            {
                ref readonly var each = ref other._entries[entry];
                TryAdd(each.Gram, each.Form, each.Offset);
            }
        }

        private uint HashOf(uint gram) => (gram * Multiplier) >> _shift;

        private readonly record struct Entry(uint Gram, int Form, int Offset, int Next);
    }
}
