using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Objects;

/// <summary>
/// Reads a tree's entries in order, strictly: what git fsck calls an error is refused here, since two readers could see two different
/// directories in it.
/// </summary>
internal ref struct TreeReader
{
    private readonly ReadOnlySpan<byte> _content;
    private readonly int _idLength;
    private int _at;
    private int _previous;
    private int _previousLength;
    private bool _previousIsTree;
    private List<(int Start, int Length)>? _files;

    /// <summary>A reader over a tree's content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="idLength">Bytes of an object id.</param>
    public TreeReader(ReadOnlySpan<byte> content, int idLength)
    {
        _content = content;
        _idLength = idLength;
        _previous = -1;
    }

    /// <summary>The entry's mode.</summary>
    public int Mode { get; private set; }

    /// <summary>Where the entry's name is.</summary>
    public Range NameRange { get; private set; }

    /// <summary>The entry's name.</summary>
    public readonly ReadOnlySpan<byte> Name => _content[NameRange];

    /// <summary>The entry's object id.</summary>
    public readonly ReadOnlySpan<byte> Id => _content.Slice(_at - _idLength, _idLength);

    /// <summary>Why reading stopped early; null when it did not.</summary>
    public GitFailure? Failure { get; private set; }

    /// <summary>Moves to the next entry; false at the end and at a failure.</summary>
    public bool Read()
    {
        if (Failure is not null || _at == _content.Length)
        {
            return false;
        }

        var rest = _content[_at..];
        var space = rest.IndexOf((byte)' ');
        var mode = space is 5 or 6 ? FileModes.Parse(rest[..space]) : 0;
        if (mode == 0)
        {
            return Fail("a tree has an entry of an unknown mode");
        }

        var nul = rest[(space + 1)..].IndexOf((byte)0);
        if (nul < 0 || rest.Length - space - 2 - nul < _idLength)
        {
            return Fail("a tree ends inside an entry");
        }

        var start = _at + space + 1;
        var problem = TreeNames.Problem(_content.Slice(start, nul)) ?? OrderProblem(start, nul, mode == FileModes.Tree);
        if (problem is not null)
        {
            return Fail(problem);
        }

        Mode = mode;
        NameRange = new Range(start, start + nul);
        (_previous, _previousLength, _previousIsTree) = (start, nul, mode == FileModes.Tree);
        _at = start + nul + 1 + _idLength;
        return true;
    }

    // Directories sort as if their names ended in a slash, so that a file "a" and a directory "a" need not be neighbours: files whose name
    // begins the present one are remembered until the order has passed them.
    private string? OrderProblem(int start, int length, bool isTree)
    {
        var name = _content.Slice(start, length);
        if (_previous >= 0)
        {
            var previous = _content.Slice(_previous, _previousLength);
            var order = Compare(previous, _previousIsTree, name, isTree);
            if (order > 0)
            {
                return "a tree's entries are not in order";
            }

            if (order == 0 || previous.SequenceEqual(name))
            {
                return "a tree has two entries of the same name";
            }

            if (!_previousIsTree && name.StartsWith(previous))
            {
                (_files ??= []).Add((_previous, _previousLength));
            }
        }

        while (_files is { Count: > 0 })
        {
            var (fileStart, fileLength) = _files[^1];
            var file = _content.Slice(fileStart, fileLength);
            if (name.StartsWith(file))
            {
                return name.Length == fileLength ? "a tree has two entries of the same name" : null;
            }

            _files.RemoveAt(_files.Count - 1);
        }

        return null;
    }

    /// <summary>Git's order of a tree's entries.</summary>
    public static int Compare(ReadOnlySpan<byte> left, bool leftIsTree, ReadOnlySpan<byte> right, bool rightIsTree)
    {
        var common = Math.Min(left.Length, right.Length);
        var order = left[..common].SequenceCompareTo(right[..common]);
        return order != 0 ? order : At(left, common, leftIsTree) - At(right, common, rightIsTree);
    }

    private static int At(ReadOnlySpan<byte> name, int index, bool isTree) => index < name.Length ? name[index] : isTree ? '/' : 0;

    private bool Fail(string message)
    {
        Failure = GitFailure.Malformed(message);
        return false;
    }
}
