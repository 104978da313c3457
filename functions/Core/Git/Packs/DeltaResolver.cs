using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>The second pass: makes every delta's object, on a few threads, and learns its id.</summary>
internal sealed class DeltaResolver(IPackBytes bytes, PackTable table, DeltaTree tree, ObjectFormat format, PackLimits limits)
{
    // What is made again costs as much as what is made: a base that many build on, at the end of a long chain, would cost the chain for each of them.
    private readonly InflateBudget _again = new(limits, bytes.Length);

    /// <summary>Resolves all deltas.</summary>
    /// <param name="idDeltas">Those that name their base by id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public GitFailure? Resolve(List<(int Index, byte[] Base)> idDeltas, CancellationToken cancellationToken)
    {
        for (var index = 0; idDeltas.Count > 0 && index < table.Count; index++)
        {
            if (table.TypeOf(index) is not null)
            {
                tree.Known(index);
            }
        }

        var hashers = new List<ObjectHasher>();
        try
        {
            return new PackWorkers(table.Count, limits.Threads).Run(() => NewWorker(hashers), cancellationToken) ?? CheckAllKnown(idDeltas);
        }
        finally
        {
            hashers.ForEach(static hasher => hasher.Dispose());
        }
    }

    private Func<int, CancellationToken, GitFailure?> NewWorker(List<ObjectHasher> hashers)
    {
        var hasher = new ObjectHasher(format);
        lock (hashers)
        {
            hashers.Add(hasher);
        }

        var walk = new DeltaWalk(
            new(bytes, table, limits), tree, (index, type, content) => Learn(hasher, index, type, content), limits.MaxDeltaDepth, limits.BaseCacheBytes / limits.Threads, _again);

        return (index, token) => table.BaseOf(index) == PackTable.NoBase && tree.HasChildren(index)
            ? walk.Run(index, table.TypeOf(index)!.Value, visitRoot: false, token)
            : null;
    }

    private GitFailure? Learn(ObjectHasher hasher, int index, GitObjectType type, ReadOnlySpan<byte> content)
    {
        if (ObjectSizes.Check(limits, type, content.Length, table.OffsetOf(index)) is { } large)
        {
            return large;
        }

        Span<byte> id = stackalloc byte[RawOid.MaxLength];
        id = id[..table.IdLength];
        hasher.Begin(type, content.Length);
        hasher.Append(content);
        hasher.End(id);
        if (!table.Register(index, id, type))
        {
            return PackScanner.Twice(id);
        }

        tree.Known(index);
        return null;
    }

    private GitFailure? CheckAllKnown(List<(int Index, byte[] Base)> idDeltas)
    {
        // What hangs on such a delta is unknown too; the cause is one that names its base by id.
        var lost = idDeltas.FindIndex(delta => table.TypeOf(delta.Index) is null && table.BaseOf(delta.Index) == PackTable.UnknownBase);
        return lost < 0 ? null : GitFailure.Malformed(
            $"the delta at {table.OffsetOf(idDeltas[lost].Index)} builds on {Convert.ToHexStringLower(idDeltas[lost].Base)}, which is not in the pack: thin packs and circles of deltas are not accepted");
    }
}
