using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>Reads a scanned pack's entries at any place, and makes objects of chains of deltas. Not for concurrent use.</summary>
internal sealed class EntryReader
{
    private const int WindowBytes = 32 * 1024;

    private readonly PackTable _table;
    private readonly PackLimits _limits;
    private readonly PackWindow _window;
    private readonly PackInflater _inflater;
    private readonly Stack<int> _chain = new();
    private readonly byte[] _piece = new byte[64 * 1024];
    private byte[] _delta = new byte[4096];

    public EntryReader(IPackBytes bytes, PackTable table, PackLimits limits)
    {
        _table = table;
        _limits = limits;
        _window = new PackWindow(bytes, WindowBytes);
        _inflater = new PackInflater(_window);
    }

    /// <summary>How many bytes of objects were made so far.</summary>
    public long Made { get; private set; }

    /// <summary>Reads an object that is no delta.</summary>
    public GitFailure? ReadWhole(int index, out byte[] content)
    {
        content = [];
        if (Seek(index, out var entry) is { } failure)
        {
            return failure;
        }

        if (entry.Size > _limits.MaxObjectBytes)
        {
            return ObjectSizes.TooLarge(_limits, entry.Size, _table.OffsetOf(index));
        }

        content = GC.AllocateUninitializedArray<byte>((int)entry.Size);
        Made += content.Length;
        _inflater.Begin();
        return _inflater.Read(content, 0, content.Length) ?? _inflater.End();
    }

    /// <summary>Reads an object that is no delta, of any size, a piece at a time.</summary>
    public GitFailure? StreamWhole(int index, ObjectPiece take, CancellationToken cancellationToken) => ReadPieces(
        index,
        _piece,
        (piece, isLast) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            take(piece.Span, isLast);
            return null;
        });

    /// <summary>Reads an object that is no delta piece by piece, whatever its size.</summary>
    /// <param name="index">The object.</param>
    /// <param name="piece">Where each piece is put; not empty.</param>
    /// <param name="take">Takes a piece, and whether it is the last.</param>
    public GitFailure? ReadPieces(int index, byte[] piece, Func<ReadOnlyMemory<byte>, bool, GitFailure?> take)
    {
        if (Seek(index, out var entry) is { } failure)
        {
            return failure;
        }

        _inflater.Begin();
        var left = entry.Size;
        do
        {
            var count = (int)Math.Min(left, piece.Length);
            left -= count;
            if ((_inflater.Read(piece, 0, count) ?? take(piece.AsMemory(0, count), left == 0)) is { } bad)
            {
                return bad;
            }
        }
        while (left > 0);
        return _inflater.End();
    }

    /// <summary>Makes the object of a delta.</summary>
    public GitFailure? ReadDelta(int index, ReadOnlySpan<byte> basis, out byte[] content)
    {
        content = [];
        if (Seek(index, out var entry) is { } failure)
        {
            return failure;
        }

        var size = (int)entry.Size;
        if (_delta.Length < size)
        {
            _delta = new byte[Math.Max(size, Math.Min(2 * _delta.Length, _limits.MaxObjectBytes))];
        }

        _inflater.Begin();
        if ((_inflater.Read(_delta, 0, size) ?? _inflater.End()) is { } bad)
        {
            return bad;
        }

        // Both sizes were checked against the limits as the pack was scanned.
        var delta = _delta.AsSpan(0, size);
        if (!PackDelta.TryReadSizes(delta, out _, out var resultSize, out _))
        {
            return GitFailure.Malformed($"the delta at {_table.OffsetOf(index)} has no head");
        }

        content = GC.AllocateUninitializedArray<byte>((int)resultSize);
        Made += content.Length;
        return PackDelta.Apply(basis, delta, content);
    }

    /// <summary>Makes any object whose chain of bases is known.</summary>
    /// <param name="index">The object.</param>
    /// <param name="cache">Objects that are at hand already; takes in what is made on the way. Null for none.</param>
    /// <param name="content">The object.</param>
    public GitFailure? ReadAny(int index, ObjectCache? cache, out byte[] content)
    {
        _chain.Clear();
        byte[]? basis = null;
        var at = index;
        while ((basis = cache?.Get(at)) is null && _table.BaseOf(at) >= 0)
        {
            _chain.Push(at);
            at = _table.BaseOf(at);
        }

        content = basis ?? [];
        if (basis is null)
        {
            if (ReadWhole(at, out content) is { } failure)
            {
                return failure;
            }

            cache?.Add(at, content);
        }

        while (_chain.TryPop(out var next))
        {
            if (ReadDelta(next, content, out var made) is { } failure)
            {
                return failure;
            }

            content = made;
            cache?.Add(next, content);
        }

        return null;
    }

    private GitFailure? Seek(int index, out PackEntry entry)
    {
        Span<byte> id = stackalloc byte[RawOid.MaxLength];
        _window.Seek(_table.OffsetOf(index), _table.EndOf(index));
        return PackEntry.Read(_window, id[.._table.IdLength], out entry);
    }
}
