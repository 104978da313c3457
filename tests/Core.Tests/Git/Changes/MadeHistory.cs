using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Git.Packs;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>Objects made by hand, whoever has them.</summary>
internal sealed class MadeHistory(ObjectFormat format = ObjectFormat.Sha1)
{
    private readonly Dictionary<GitOid, (GitObjectType Type, byte[] Content)> _objects = [];
    private int _time = 1_700_000_000;

    public ObjectFormat Format => format;

    public (GitObjectType Type, byte[] Content) this[GitOid id] => _objects[id];

    public bool Has(GitOid id) => _objects.ContainsKey(id);

    public GitOid Add(GitObjectType type, byte[] content)
    {
        var id = PackBuilder.IdOf(type, content, format);
        _objects[id] = (type, content);
        return id;
    }

    public GitOid Blob(string text) => Add(GitObjectType.Blob, Encoding.UTF8.GetBytes(text));

    /// <summary>A tree of entries as they are: mode in octal, name, id.</summary>
    public GitOid Tree(params (string Mode, string Name, GitOid Id)[] entries) => Add(
        GitObjectType.Tree, [.. entries.SelectMany(static entry => (byte[])[.. Encoding.UTF8.GetBytes($"{entry.Mode} {entry.Name}\0"), .. Convert.FromHexString(entry.Id.Hex)])]);

    /// <summary>Nested trees from paths to contents; a content may begin with a mode and a colon, and of a submodule it is an id.</summary>
    public GitOid Files(params (string Path, string Content)[] files)
    {
        var entries = new List<(string Mode, string Name, GitOid Id)>();
        foreach (var group in files.GroupBy(static file => file.Path.Split('/')[0]))
        {
            foreach (var (_, content) in group.Where(static file => !file.Path.Contains('/', StringComparison.Ordinal)))
            {
                var (mode, text) = content.IndexOf(':', StringComparison.Ordinal) == 6 ? (content[..6], content[7..]) : ("100644", content);
                entries.Add((mode, group.Key, mode == "160000" ? GitOid.Parse(text) : Blob(text)));
            }

            var below = group.Where(static file => file.Path.Contains('/', StringComparison.Ordinal)).Select(file => (file.Path[(group.Key.Length + 1)..], file.Content)).ToArray();
            if (below.Length > 0)
            {
                entries.Add(("40000", group.Key, Files(below)));
            }
        }

        return Tree([.. entries.OrderBy(static entry => entry.Mode == "40000" ? entry.Name + "/" : entry.Name, StringComparer.Ordinal)]);
    }

    public GitOid Commit(GitOid tree, params GitOid[] parents) => Add(GitObjectType.Commit, Encoding.UTF8.GetBytes(
        $"tree {tree.Hex}\n{string.Concat(parents.Select(static parent => $"parent {parent.Hex}\n"))}author A <a@x> {++_time} +0000\ncommitter C <c@x> {_time} +0000\n\nmessage {_time}\n"));

    public GitOid Tag(GitOid target, GitObjectType type, string name = "v1") => Add(GitObjectType.Tag, Encoding.UTF8.GetBytes(
        $"object {target.Hex}\ntype {type.ToString().ToLowerInvariant()}\ntag {name}\ntagger T <t@x> {++_time} +0000\n\ntagged\n"));

    public GitOid TreeOf(GitOid commit) => CommitOf(commit).Tree;

    public CommitObject CommitOf(GitOid id) => CommitObject.Parse(id, _objects[id].Content, format).Value!;

    /// <summary>Everything that these reach, as far as it was made.</summary>
    public HashSet<GitOid> Closure(params GitOid[] tips)
    {
        var seen = new HashSet<GitOid>();
        var pending = new Stack<GitOid>(tips);
        while (pending.TryPop(out var id))
        {
            if (!_objects.TryGetValue(id, out var made) || !seen.Add(id))
            {
                continue;
            }

            foreach (var next in made.Type switch
            {
                GitObjectType.Commit => [CommitOf(id).Tree, .. CommitOf(id).Parents],
                GitObjectType.Tag => [TagObject.Parse(id, made.Content, format).Value!.Target],
                GitObjectType.Tree => EntriesOf(made.Content),
                _ => [],
            })
            {
                pending.Push(next);
            }
        }

        return seen;
    }

    public byte[] Pack(IEnumerable<GitOid> ids)
    {
        var builder = new PackBuilder(format);
        foreach (var id in ids)
        {
            builder.Add(_objects[id].Type, _objects[id].Content);
        }

        return builder.Build();
    }

    private GitOid[] EntriesOf(byte[] content)
    {
        var tree = TreeObject.Parse(content, format);
        return !tree.Succeeded ? [] : [.. Enumerable.Range(0, tree.Value.Count).Where(i => tree.Value.ModeOf(i) != FileModes.Submodule).Select(i => RawOid.ToOid(tree.Value.IdOf(i)))];
    }
}
