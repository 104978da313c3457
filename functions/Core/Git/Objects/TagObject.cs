using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Objects;

/// <summary>An annotated tag.</summary>
/// <param name="Target">What it points at.</param>
/// <param name="TargetType">Of which type that is, as the tag says.</param>
/// <param name="Tagger">Who made it; null in very old tags.</param>
internal sealed record TagObject(GitOid Target, GitObjectType TargetType, CommitPerson? Tagger)
{
    /// <summary>Parses a tag's content.</summary>
    public static GitResult<TagObject> Parse(GitOid id, ReadOnlySpan<byte> content, ObjectFormat format)
    {
        var header = new ObjectHeader(content);
        if (!header.TryTakeOid("object"u8, format, out var target)
            || !header.TryTake("type"u8, out var typeName) || TypeOf(typeName) is not { } type
            || !header.TryTake("tag"u8, out var name) || name.IsEmpty)
        {
            return GitFailure.Malformed($"tag {id.Hex} does not begin with its object, type and name");
        }

        var tagger = header.TryTake("tagger"u8, out var person) ? PersonLine.Parse(person, System.Text.Encoding.UTF8) : null;
        while (header.TryTakeAny(out var key, out _))
        {
            if (key.SequenceEqual("object"u8) || key.SequenceEqual("type"u8) || key.SequenceEqual("tag"u8) || key.SequenceEqual("tagger"u8))
            {
                return GitFailure.Malformed($"tag {id.Hex} has a header twice or out of order");
            }
        }

        return header.TryTakeEnd() ? new TagObject(target, type, tagger) : GitFailure.Malformed($"tag {id.Hex} has a header line without a value");
    }

    private static GitObjectType? TypeOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("commit"u8) ? GitObjectType.Commit
        : name.SequenceEqual("tree"u8) ? GitObjectType.Tree
        : name.SequenceEqual("blob"u8) ? GitObjectType.Blob
        : name.SequenceEqual("tag"u8) ? GitObjectType.Tag
        : null;
}
