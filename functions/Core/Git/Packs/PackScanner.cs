using System.Buffers.Binary;
using System.Security.Cryptography;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>The first pass over a pack: from its first byte to its last, once. Finds every entry, hashes what is no delta, verifies the pack's checksum.</summary>
internal sealed class PackScanner(IPackBytes bytes, ObjectFormat format, PackLimits limits, InflateBudget budget)
{
    private const int HeadLength = 12;
    private const int ShortestEntry = 9;
    private const int WindowBytes = 256 * 1024;

    private readonly int _idLength = RawOid.LengthOf(format);
    private readonly byte[] _piece = new byte[64 * 1024];

    /// <summary>Deltas that name their base by id, in the pack's order: the object's number and the base's id.</summary>
    public List<(int Index, byte[] Base)> IdDeltas { get; } = [];

    /// <summary>Scans.</summary>
    public GitResult<PackTable> Scan(CancellationToken cancellationToken)
    {
        using var digest = ObjectHasher.Create(format);
        var end = bytes.Length - _idLength;
        var window = new PackWindow(bytes, WindowBytes, digest);
        window.Seek(0, end);
        if (ReadHead(window, end, out var count) is { } failure)
        {
            return failure;
        }

        var table = new PackTable(count, _idLength);
        var inflater = new PackInflater(window);
        using var hasher = new ObjectHasher(format);
        for (var index = 0; index < count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ScanEntry(window, inflater, hasher, table, index) is { } bad)
            {
                return bad;
            }
        }

        table.End(window.Position);
        return window.Position != end
            ? GitFailure.Malformed("bytes follow the last object that the pack's head counts")
            : CheckTrailer(digest, end) is { } wrong ? wrong : table;
    }

    private GitFailure? ReadHead(PackWindow window, long end, out int count)
    {
        count = 0;
        if (end < HeadLength || !window.Fill() || window.Available < HeadLength)
        {
            return GitFailure.Truncated("the pack is shorter than an empty one");
        }

        var head = window.Buffer.AsSpan(0, HeadLength);
        if (!head.StartsWith("PACK"u8) || BinaryPrimitives.ReadInt32BigEndian(head[4..]) != 2)
        {
            return GitFailure.Malformed("this is not a pack of version 2");
        }

        var counted = BinaryPrimitives.ReadUInt32BigEndian(head[8..]);
        window.Skip(HeadLength);
        if (counted > limits.MaxObjects)
        {
            return GitFailure.TooLarge($"the pack has {counted} objects, more than {limits.MaxObjects} (limit {nameof(PackLimits.MaxObjects)})");
        }

        count = (int)counted;
        return counted * ShortestEntry <= end - HeadLength ? null : GitFailure.Truncated("the pack is too short for the objects that its head counts");
    }

    private GitFailure? ScanEntry(PackWindow window, PackInflater inflater, ObjectHasher hasher, PackTable table, int index)
    {
        Span<byte> id = stackalloc byte[RawOid.MaxLength];
        id = id[.._idLength];
        var at = window.Position;
        if (PackEntry.Read(window, id, out var entry) is { } failure)
        {
            return failure;
        }

        var basis = PackTable.NoBase;
        if (entry.Kind == PackEntry.OffsetDelta)
        {
            basis = table.IndexAt(at - entry.Distance, index);
            if (basis < 0)
            {
                return GitFailure.Malformed($"the delta at {at} builds on no object of the pack");
            }
        }
        else if (entry.Kind == PackEntry.IdDelta)
        {
            basis = PackTable.UnknownBase;
            IdDeltas.Add((index, id.ToArray()));
        }

        table.Place(index, at, basis);
        inflater.Begin();
        return entry.IsDelta ? ScanDelta(inflater, entry, at) : ScanWhole(inflater, hasher, table, index, entry, id, at);
    }

    private GitFailure? ScanWhole(PackInflater inflater, ObjectHasher hasher, PackTable table, int index, PackEntry entry, Span<byte> id, long at)
    {
        var type = (GitObjectType)entry.Kind;
        if (ObjectSizes.Check(limits, type, entry.Size, at) is { } large)
        {
            return large;
        }

        if (budget.Spend(entry.Size) is { } spent)
        {
            return spent;
        }

        hasher.Begin(type, entry.Size);
        for (var left = entry.Size; left > 0;)
        {
            var count = (int)Math.Min(left, _piece.Length);
            if (inflater.Read(_piece, 0, count) is { } bad)
            {
                return bad;
            }

            hasher.Append(_piece.AsSpan(0, count));
            left -= count;
        }

        hasher.End(id);
        return inflater.End() is { } unended ? unended : table.Register(index, id, type) ? null : Twice(id);
    }

    // Only its sizes are looked at now; what it makes is known once its base is.
    private GitFailure? ScanDelta(PackInflater inflater, PackEntry entry, long at)
    {
        if (entry.Size > limits.MaxObjectBytes)
        {
            return ObjectSizes.TooLarge(limits, entry.Size, at);
        }

        for (var left = entry.Size; left > 0;)
        {
            var count = (int)Math.Min(left, _piece.Length);
            if (inflater.Read(_piece, 0, count) is { } bad)
            {
                return bad;
            }

            if (left == entry.Size && CheckSizes(_piece.AsSpan(0, Math.Min(count, PackDelta.MaxHead)), at) is { } wrong)
            {
                return wrong;
            }

            left -= count;
        }

        return entry.Size == 0 ? GitFailure.Malformed($"the delta at {at} has no head") : inflater.End();
    }

    private GitFailure? CheckSizes(ReadOnlySpan<byte> head, long at) =>
        !PackDelta.TryReadSizes(head, out var baseSize, out var resultSize, out _) ? GitFailure.Malformed($"the delta at {at} has no head")
        : Math.Max(baseSize, resultSize) > limits.MaxObjectBytes ? ObjectSizes.TooLarge(limits, Math.Max(baseSize, resultSize), at)
        : budget.Spend(resultSize);

    private GitFailure? CheckTrailer(IncrementalHash digest, long end)
    {
        Span<byte> told = stackalloc byte[RawOid.MaxLength];
        Span<byte> computed = stackalloc byte[RawOid.MaxLength];
        told = told[..bytes.Read(end, told[.._idLength])];
        computed = computed[..digest.GetHashAndReset(computed)];
        return told.SequenceEqual(computed) ? null : GitFailure.Malformed("the pack's checksum is wrong");
    }

    internal static GitFailure Twice(ReadOnlySpan<byte> id) => GitFailure.Malformed($"the pack holds object {Convert.ToHexStringLower(id)} twice");
}
