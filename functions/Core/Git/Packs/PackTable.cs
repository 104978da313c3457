using System.Buffers.Binary;
using System.Security.Cryptography;
using CursorBroker.Core.Git.Objects;

namespace CursorBroker.Core.Git.Packs;

/// <summary>What is known of a pack's objects, in the pack's order, in flat arrays: an object is its number.</summary>
internal sealed class PackTable
{
    /// <summary>The base of an object that is no delta.</summary>
    public const int NoBase = -1;

    /// <summary>The base of a delta that names it by id and was not resolved yet.</summary>
    public const int UnknownBase = -2;

    private readonly byte[] _ids;
    private readonly byte[] _types;
    private readonly long[] _offsets;
    private readonly int[] _bases;
    private readonly int[] _slots;
    private readonly Lock _lock = new();

    // Slots are chosen with random numbers: whoever makes a pack could otherwise make ids that all want the same slot.
    private readonly ulong _add = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private readonly ulong _multiply = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
    private readonly int _shift;

    /// <summary>A table with nothing known.</summary>
    /// <param name="count">How many objects.</param>
    /// <param name="idLength">Bytes of an id.</param>
    public PackTable(int count, int idLength)
    {
        Count = count;
        IdLength = idLength;
        _ids = new byte[(long)count * idLength];
        _types = new byte[count];
        _offsets = new long[count + 1];
        _bases = new int[count];
        var bits = Math.Max(1, 65 - System.Numerics.BitOperations.LeadingZeroCount((ulong)Math.Max(1, count)));
        _slots = new int[1 << bits];
        _shift = 64 - bits;
    }

    /// <summary>How many objects.</summary>
    public int Count { get; }

    /// <summary>Bytes of an id.</summary>
    public int IdLength { get; }

    /// <summary>Notes where an object is and what it builds on.</summary>
    public void Place(int index, long offset, int basis)
    {
        _offsets[index] = offset;
        _bases[index] = basis;
    }

    /// <summary>Notes where the last object ends.</summary>
    public void End(long offset) => _offsets[Count] = offset;

    /// <summary>Where an object's entry begins.</summary>
    public long OffsetOf(int index) => _offsets[index];

    /// <summary>Where an object's entry ends.</summary>
    public long EndOf(int index) => _offsets[index + 1];

    /// <summary>The object whose entry begins exactly there, among the first <paramref name="count"/>; negative when there is none.</summary>
    public int IndexAt(long offset, int count) => Array.BinarySearch(_offsets, 0, count, offset);

    /// <summary>The object that a delta builds on.</summary>
    public int BaseOf(int index) => _bases[index];

    /// <summary>Notes what a delta builds on.</summary>
    public void SetBase(int index, int basis) => _bases[index] = basis;

    /// <summary>The type; null as long as the object is not known.</summary>
    public GitObjectType? TypeOf(int index) => _types[index] == 0 ? null : (GitObjectType)_types[index];

    /// <summary>The id of a known object.</summary>
    public ReadOnlySpan<byte> IdOf(int index) => _ids.AsSpan(index * IdLength, IdLength);

    /// <summary>Makes an object known; false when another one has the same id.</summary>
    public bool Register(int index, ReadOnlySpan<byte> id, GitObjectType type)
    {
        lock (_lock)
        {
            var slot = Slot(id);
            for (; _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
            {
                if (IdOf(_slots[slot] - 1).SequenceEqual(id))
                {
                    return false;
                }
            }

            id.CopyTo(_ids.AsSpan(index * IdLength));
            _types[index] = (byte)type;
            _slots[slot] = index + 1;
            return true;
        }
    }

    /// <summary>The object with this id; negative when it is not known. Not while objects are still being registered.</summary>
    public int Find(ReadOnlySpan<byte> id)
    {
        if (id.Length != IdLength)
        {
            return -1;
        }

        for (var slot = Slot(id); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (IdOf(_slots[slot] - 1).SequenceEqual(id))
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }

    private int Slot(ReadOnlySpan<byte> id) => (int)(((BinaryPrimitives.ReadUInt64LittleEndian(id) ^ _add) * _multiply) >> _shift);
}
