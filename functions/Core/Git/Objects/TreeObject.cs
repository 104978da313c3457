using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Objects;

/// <summary>A directory: its entries in git's order, checked. Names and ids stay the bytes they are.</summary>
internal sealed class TreeObject
{
    private readonly ReadOnlyMemory<byte> _content;
    private readonly Entry[] _entries;
    private readonly int _idLength;

    private TreeObject(ReadOnlyMemory<byte> content, Entry[] entries, int idLength)
    {
        _content = content;
        _entries = entries;
        _idLength = idLength;
    }

    /// <summary>Nothing.</summary>
    public static TreeObject Empty { get; } = new(default, [], 0);

    /// <summary>How many entries.</summary>
    public int Count => _entries.Length;

    /// <summary>How many bytes.</summary>
    public int Length => _content.Length;

    /// <summary>Parses a tree's content, which must not change after that.</summary>
    public static GitResult<TreeObject> Parse(ReadOnlyMemory<byte> content, ObjectFormat format)
    {
        var entries = new List<Entry>();
        var idLength = RawOid.LengthOf(format);
        var reader = new TreeReader(content.Span, idLength);
        while (reader.Read())
        {
            entries.Add(new(reader.Mode, reader.NameRange.Start.Value, reader.NameRange.End.Value));
        }

        return reader.Failure is { } failure ? failure : new TreeObject(content, [.. entries], idLength);
    }

    /// <summary>The empty tree's id, which git knows without having the object.</summary>
    public static string EmptyId(ObjectFormat format) => format == ObjectFormat.Sha256
        ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
        : "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    /// <summary>An entry's mode.</summary>
    public int ModeOf(int entry) => _entries[entry].Mode;

    /// <summary>Whether an entry is a directory.</summary>
    public bool IsTree(int entry) => _entries[entry].Mode == FileModes.Tree;

    /// <summary>An entry's name.</summary>
    public ReadOnlySpan<byte> NameOf(int entry) => _content.Span[_entries[entry].Start.._entries[entry].End];

    /// <summary>An entry's object id.</summary>
    public ReadOnlySpan<byte> IdOf(int entry) => _content.Span.Slice(_entries[entry].End + 1, _idLength);

    private readonly record struct Entry(int Mode, int Start, int End);
}
