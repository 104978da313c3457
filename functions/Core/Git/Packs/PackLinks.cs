using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Packs;

/// <summary>Notes which objects of a pack are named by others. Safe for any number of threads: a mark is only ever set.</summary>
internal sealed class PackLinks(PackTable table, ObjectFormat format)
{
    private readonly bool[] _named = new bool[table.Count];

    /// <summary>Notes that an object is named; nothing for a negative number.</summary>
    public void Mark(int index)
    {
        if (index >= 0)
        {
            _named[index] = true;
        }
    }

    /// <summary>Notes what an object names; a failure when it is not well formed. Submodules name commits of other repositories.</summary>
    public GitFailure? Take(int index, GitObjectType type, ReadOnlySpan<byte> content) => type switch
    {
        GitObjectType.Tree => TakeTree(index, content),
        GitObjectType.Commit => TakeCommit(RawOid.ToOid(table.IdOf(index)), content),
        GitObjectType.Tag => TakeTag(RawOid.ToOid(table.IdOf(index)), content),
        _ => null,
    };

    /// <summary>A failure when an object is not named.</summary>
    public GitFailure? CheckAllMarked()
    {
        var hidden = Array.IndexOf(_named, false);
        return hidden < 0 ? null : GitFailure.NotAllowed(
            $"the pack holds {Kind(hidden)} {Convert.ToHexStringLower(table.IdOf(hidden))}, which no ref of this push leads to");
    }

    private GitFailure? TakeTree(int index, ReadOnlySpan<byte> content)
    {
        var reader = new TreeReader(content, table.IdLength);
        while (reader.Read())
        {
            if (reader.Mode != FileModes.Submodule)
            {
                var named = table.Find(reader.Id);
                if (named >= 0 && table.TypeOf(named) != (reader.Mode == FileModes.Tree ? GitObjectType.Tree : GitObjectType.Blob))
                {
                    return GitFailure.Malformed($"tree {Convert.ToHexStringLower(table.IdOf(index))} names an object of another type than its mode says");
                }

                Mark(named);
            }
        }

        return reader.Failure is { } failure ? failure with { Message = $"{failure.Message} ({Convert.ToHexStringLower(table.IdOf(index))})" } : null;
    }

    private GitFailure? TakeCommit(GitOid id, ReadOnlySpan<byte> content)
    {
        var commit = CommitObject.Parse(id, content, format);
        if (!commit.Succeeded)
        {
            return commit.Failure;
        }

        return Mark(commit.Value.Tree, GitObjectType.Tree, id) ?? commit.Value.Parents.Select(parent => Mark(parent, GitObjectType.Commit, id)).FirstOrDefault(static bad => bad is not null);
    }

    private GitFailure? TakeTag(GitOid id, ReadOnlySpan<byte> content)
    {
        var tag = TagObject.Parse(id, content, format);
        return tag.Succeeded ? Mark(tag.Value.Target, tag.Value.TargetType, id) : tag.Failure;
    }

    private GitFailure? Mark(GitOid id, GitObjectType type, GitOid by)
    {
        Span<byte> raw = stackalloc byte[RawOid.MaxLength];
        var named = table.Find(raw[..RawOid.Write(id, raw)]);
        Mark(named);
        return named < 0 || table.TypeOf(named) == type ? null : GitFailure.Malformed($"{by.Hex} names {id.Hex} as an object of another type than it is");
    }

    private string Kind(int index) => table.TypeOf(index) switch
    {
        GitObjectType.Commit => "commit",
        GitObjectType.Tree => "tree",
        GitObjectType.Tag => "tag",
        _ => "blob",
    };
}
