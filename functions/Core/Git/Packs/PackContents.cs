using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Packs;

/// <summary>
/// A whole pack that was read and verified: every object inflates, every delta has its base in the pack, every id is the hash of its content,
/// no id occurs twice, the checksum holds and nothing follows it. Only an index is held; content is read again when it is asked for.
/// </summary>
/// <remarks>Source: gitformat-pack(5), version 2. Ids are hashes; whether a SHA-1 was made to collide is not looked for.</remarks>
public sealed class PackContents : IObjectSource
{
    private readonly IPackBytes _bytes;
    private readonly PackLimits _limits;
    private readonly PackTable _table;
    private readonly ObjectCache _cache;
    private readonly EntryReader _reader;
    private readonly InflateBudget _reading;
    private readonly Lock _lock = new();

    private PackContents(IPackBytes bytes, ObjectFormat format, PackLimits limits, PackTable table)
    {
        _bytes = bytes;
        _limits = limits;
        _table = table;
        Format = format;
        _cache = new(limits.ReadCacheBytes);
        _reader = new(bytes, table, limits);
        _reading = new(limits, bytes.Length);
    }

    /// <inheritdoc/>
    public int Count => _table.Count;

    /// <summary>The hash that ids are of.</summary>
    public ObjectFormat Format { get; }

    /// <summary>Reads and verifies a pack.</summary>
    /// <param name="bytes">The pack and nothing else; must outlive what is returned.</param>
    /// <param name="format">The hash that ids are of.</param>
    /// <param name="limits">What it may hold.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    public static GitResult<PackContents> Read(IPackBytes bytes, ObjectFormat format, PackLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(limits);
        var scanner = new PackScanner(bytes, format, limits, new InflateBudget(limits, bytes.Length));
        var scan = scanner.Scan(cancellationToken);
        if (!scan.Succeeded)
        {
            return scan.Failure;
        }

        var tree = new DeltaTree(scan.Value, scanner.IdDeltas);
        return new DeltaResolver(bytes, scan.Value, tree, format, limits).Resolve(scanner.IdDeltas, cancellationToken) is { } failure
            ? failure
            : new PackContents(bytes, format, limits, scan.Value);
    }

    /// <inheritdoc/>
    public GitObjectType? TypeOf(GitOid id) => Find(id) is >= 0 and var index ? _table.TypeOf(index) : null;

    /// <inheritdoc/>
    public GitResult<GitObject> Read(GitOid id)
    {
        var index = Find(id);
        if (index < 0)
        {
            return GitFailure.Malformed($"object {id.Hex} is not in the pack");
        }

        lock (_lock)
        {
            var before = _reader.Made;
            return (_reader.ReadAny(index, _cache, out var content) ?? _reading.Spend(_reader.Made - before)) is { } failure
                ? failure
                : new GitObject(id, _table.TypeOf(index)!.Value, content);
        }
    }

    /// <inheritdoc/>
    public GitFailure? Stream(GitOid id, ObjectPiece take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(take);
        var index = Find(id);
        if (index >= 0 && _table.BaseOf(index) == PackTable.NoBase)
        {
            // Deltas are of what fits into memory; what stands for itself may be larger.
            lock (_lock)
            {
                return _reader.StreamWhole(index, take, cancellationToken);
            }
        }

        var read = Read(id);
        if (read.Succeeded)
        {
            take(read.Value.Content.Span, end: true);
        }

        return read.Failure;
    }

    /// <summary>Reads every blob, commit and tag once more, each once, in the order that makes the least of them anew, on a few threads.</summary>
    /// <param name="newReader">Makes what takes them; one for each thread.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal GitFailure? ReadContents(Func<IContentReader> newReader, CancellationToken cancellationToken)
    {
        var tree = new DeltaTree(_table, []);
        var again = new InflateBudget(_limits, _bytes.Length);
        return new PackWorkers(_table.Count, _limits.Threads).Run(() => NewContentWorker(tree, newReader(), again), cancellationToken);
    }

    private Func<int, CancellationToken, GitFailure?> NewContentWorker(DeltaTree tree, IContentReader reader, InflateBudget again)
    {
        var entries = new EntryReader(_bytes, _table, _limits);
        var walk = new DeltaWalk(entries, tree, Take, int.MaxValue, _limits.BaseCacheBytes / _limits.Threads, again);
        return (index, token) =>
        {
            if (_table.BaseOf(index) != PackTable.NoBase || _table.TypeOf(index) is not { } type || type == GitObjectType.Tree)
            {
                return null;
            }

            if (tree.HasChildren(index))
            {
                return walk.Run(index, type, visitRoot: true, token);
            }

            var id = RawOid.ToOid(_table.IdOf(index));
            return reader.Begin(id) ? entries.StreamWhole(index, reader.Take, token) ?? reader.End(id, type) : null;
        };

        GitFailure? Take(int index, GitObjectType type, ReadOnlySpan<byte> content)
        {
            var id = RawOid.ToOid(_table.IdOf(index));
            if (!reader.Begin(id))
            {
                return null;
            }

            reader.Take(content, end: true);
            return reader.End(id, type);
        }
    }

    /// <summary>How many bytes of its objects are kept at hand.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_lock)
            {
                return _cache.Bytes;
            }
        }
    }

    /// <summary>Gives up what is kept at hand; whatever is read again is made again.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _cache.Clear();
        }
    }

    /// <summary>
    /// Reads every commit, tree and tag once more, checks that each is well formed, and makes sure that every object is either one of these tips
    /// or named by another object of the pack. Since no object can name itself, directly or through others, all are then reached from the tips.
    /// </summary>
    /// <param name="tips">What the push's refs will point at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal GitFailure? CheckReachable(IEnumerable<GitOid> tips, CancellationToken cancellationToken)
    {
        var links = new PackLinks(_table, Format);
        foreach (var tip in tips)
        {
            links.Mark(Find(tip));
        }

        var tree = new DeltaTree(_table, []);
        var workers = new PackWorkers(_table.Count, _limits.Threads);
        var again = new InflateBudget(_limits, _bytes.Length);
        return workers.Run(() => NewLinkWorker(tree, links, again), cancellationToken) ?? links.CheckAllMarked();
    }

    private Func<int, CancellationToken, GitFailure?> NewLinkWorker(DeltaTree tree, PackLinks links, InflateBudget again)
    {
        var walk = new DeltaWalk(new(_bytes, _table, _limits), tree, links.Take, int.MaxValue, _limits.BaseCacheBytes / _limits.Threads, again);
        return (index, token) => _table.BaseOf(index) == PackTable.NoBase && _table.TypeOf(index) is { } type and not GitObjectType.Blob
            ? walk.Run(index, type, visitRoot: true, token)
            : null;
    }

    /// <summary>Reads objects once more, on a few threads: those that the visitors want, and what those are deltas of.</summary>
    /// <param name="isWanted">Whether an object, by its number, is wanted; asked once for each.</param>
    /// <param name="newVisitor">Makes the visitor of one thread. A failure of a visitor ends the visit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    internal GitFailure? Visit(Func<int, bool> isWanted, Func<IPackVisitor> newVisitor, CancellationToken cancellationToken)
    {
        var (wanted, needed) = (new bool[_table.Count], new bool[_table.Count]);
        for (var index = 0; index < wanted.Length; index++)
        {
            wanted[index] = isWanted(index);
            for (var at = index; wanted[index] && at >= 0 && !needed[at]; at = _table.BaseOf(at))
            {
                needed[at] = true;
            }
        }

        var tree = new DeltaTree(_table, [], needed);
        var again = new InflateBudget(_limits, _bytes.Length);
        return new PackWorkers(_table.Count, _limits.Threads).Run(() => NewVisit(tree, wanted, needed, newVisitor(), again), cancellationToken);
    }

    private Func<int, CancellationToken, GitFailure?> NewVisit(DeltaTree tree, bool[] wanted, bool[] needed, IPackVisitor visitor, InflateBudget again)
    {
        var reader = new EntryReader(_bytes, _table, _limits);
        var piece = new byte[64 * 1024];
        var walk = new DeltaWalk(
            reader, tree, (index, type, content) => wanted[index] ? visitor.Take(index, type, content, isLast: true) : null, int.MaxValue, _limits.BaseCacheBytes / _limits.Threads, again);
        return (index, token) => !needed[index] || _table.BaseOf(index) != PackTable.NoBase ? null
            : tree.HasChildren(index) || _table.TypeOf(index) != GitObjectType.Blob ? walk.Run(index, _table.TypeOf(index)!.Value, visitRoot: true, token)
            : reader.ReadPieces(index, piece, (part, isLast) =>
            {
                token.ThrowIfCancellationRequested();
                return visitor.Take(index, _table.TypeOf(index)!.Value, part.Span, isLast);
            });
    }

    /// <summary>The index of its objects.</summary>
    internal PackTable Table => _table;

    private int Find(GitOid id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Span<byte> raw = stackalloc byte[RawOid.MaxLength];
        return _table.Find(raw[..RawOid.Write(id, raw)]);
    }
}
