using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Inspecting;

/// <summary>
/// Where objects of a pack stand, by its own commits and directories: for people, and only as far as it can be told. What no directory of the pack names is named by its id.
/// </summary>
internal sealed class PackPaths(PackContents pack) : IPackVisitor
{
    private const int None = -1;
    private const int MaxDepth = 256;
    private const int Abbreviated = 7;

    private readonly int[] _directories = Filled(pack.Count);
    private readonly int[] _commits = Filled(pack.Count);

    /// <summary>Reads all commits and directories.</summary>
    public void Read(CancellationToken cancellationToken) =>

        // What cannot be read names nothing, and that it cannot be read is nobody's matter here.
        _ = pack.Visit(index => pack.Table.TypeOf(index) is GitObjectType.Commit or GitObjectType.Tree, () => this, cancellationToken);

    /// <summary>Names a secret's place.</summary>
    public FoundSecret Name(int index, MaskFinding secret)
    {
        var id = IdOf(index);
        var type = pack.Table.TypeOf(index);
        var (path, commit) = type is GitObjectType.Blob or GitObjectType.Tree ? PathOf(index) : (null, null);
        var place = type switch
        {
            GitObjectType.Commit => $"commit {id.Hex[..Abbreviated]}",
            GitObjectType.Tag => TagName(id) is { } name ? $"tag {name}" : $"tag object {id.Hex}",
            GitObjectType.Tree => path is null ? $"a name in directory {id.Hex}" : $"a name in directory /{path}",
            _ => path ?? $"file {id.Hex}",
        };
        return new(place, secret.Line, secret.RuleId, secret.Digest) { Commit = commit };
    }

    public GitFailure? Take(int index, GitObjectType type, ReadOnlySpan<byte> piece, bool isLast)
    {
        if (type == GitObjectType.Tree)
        {
            var reader = new TreeReader(piece, pack.Table.IdLength);
            while (reader.Read())
            {
                Note(_directories, pack.Table.Find(reader.Id), index);
            }
        }
        else if (CommitObject.Parse(IdOf(index), piece, pack.Format) is { Succeeded: true, Value.Tree: var tree })
        {
            Span<byte> raw = stackalloc byte[RawOid.MaxLength];
            Note(_commits, pack.Table.Find(raw[..RawOid.Write(tree, raw)]), index);
        }

        return null;
    }

    // The first in the pack, which are the newest.
    private static void Note(int[] by, int index, int value)
    {
        if (index < 0)
        {
            return;
        }

        for (var seen = Volatile.Read(ref by[index]); seen == None || value < seen;)
        {
            var before = Interlocked.CompareExchange(ref by[index], value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private (string? Path, string? Commit) PathOf(int index)
    {
        var path = "";
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            if (_commits[index] != None)
            {
                return (path, IdOf(_commits[index]).Hex[..Abbreviated]);
            }

            var directory = _directories[index];
            if (directory == None || NameIn(directory, index) is not { } name)
            {
                return (null, null);
            }

            path = path.Length == 0 ? name : $"{name}/{path}";
            index = directory;
        }

        return (null, null);
    }

    private string? NameIn(int directory, int index)
    {
        if (pack.Read(IdOf(directory)) is not { Succeeded: true, Value.Content: var content })
        {
            return null;
        }

        var reader = new TreeReader(content.Span, pack.Table.IdLength);
        while (reader.Read())
        {
            if (reader.Id.SequenceEqual(pack.Table.IdOf(index)))
            {
                return Encoding.UTF8.GetString(reader.Name);
            }
        }

        return null;
    }

    private string? TagName(GitOid id)
    {
        if (pack.Read(id) is not { Succeeded: true, Value.Content: var content })
        {
            return null;
        }

        foreach (var line in content.Span.Split((byte)'\n'))
        {
            if (content.Span[line].StartsWith("tag "u8))
            {
                return Encoding.UTF8.GetString(content.Span[line]["tag ".Length..]);
            }
        }

        return null;
    }

    private GitOid IdOf(int index) => RawOid.ToOid(pack.Table.IdOf(index));

    private static int[] Filled(int count)
    {
        var array = new int[count];
        Array.Fill(array, None);
        return array;
    }
}
