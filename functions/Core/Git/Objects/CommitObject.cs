using System.Collections.Immutable;
using System.Text;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Objects;

/// <summary>A commit, parsed as strictly as decides what it refers to and leniently where it only says who and why.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tree">Its root directory.</param>
/// <param name="Parents">Its parents, in order; none for a root.</param>
/// <param name="Facts">What a policy and an approver see of it.</param>
internal sealed record CommitObject(GitOid Id, GitOid Tree, ImmutableArray<GitOid> Parents, CommitFacts Facts)
{
    /// <summary>Parses a commit's content.</summary>
    public static GitResult<CommitObject> Parse(GitOid id, ReadOnlySpan<byte> content, ObjectFormat format)
    {
        var header = new ObjectHeader(content);
        if (!header.TryTakeOid("tree"u8, format, out var tree))
        {
            return GitFailure.Malformed($"commit {id.Hex} does not begin with its tree");
        }

        var parents = ImmutableArray.CreateBuilder<GitOid>();
        while (header.TryTakeOid("parent"u8, format, out var parent))
        {
            parents.Add(parent);
        }

        if (!header.TryTake("author"u8, out var author) || !header.TryTake("committer"u8, out var committer))
        {
            return GitFailure.Malformed($"commit {id.Hex} does not name its author and committer after its parents");
        }

        var (signed, latin1) = (false, false);
        while (header.TryTakeAny(out var key, out var value))
        {
            // A second line of these could be taken for the first by another reader.
            if (key.SequenceEqual("tree"u8) || key.SequenceEqual("parent"u8) || key.SequenceEqual("author"u8) || key.SequenceEqual("committer"u8))
            {
                return GitFailure.Malformed($"commit {id.Hex} has a header twice or out of order");
            }

            signed |= key.SequenceEqual("gpgsig"u8) || key.SequenceEqual("gpgsig-sha256"u8);
            latin1 |= key.SequenceEqual("encoding"u8)
                && (Ascii.EqualsIgnoreCase(value, "iso-8859-1"u8) || Ascii.EqualsIgnoreCase(value, "latin-1"u8) || Ascii.EqualsIgnoreCase(value, "latin1"u8));
        }

        if (!header.TryTakeEnd())
        {
            return GitFailure.Malformed($"commit {id.Hex} has a header line without a value");
        }

        var encoding = latin1 ? Encoding.Latin1 : Encoding.UTF8;
        var facts = new CommitFacts(id, PersonLine.Parse(author, encoding), PersonLine.Parse(committer, encoding), signed, MessageOf(header.Rest, encoding));
        return new CommitObject(id, tree, parents.ToImmutable(), facts);
    }

    private static string MessageOf(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        // UTF-8 takes at most three bytes for one UTF-16 character.
        var text = encoding.GetString(bytes[..Math.Min(bytes.Length, 3 * CommitFacts.MaxMessage)]);
        return text.Length <= CommitFacts.MaxMessage ? text : text[..CommitFacts.MaxMessage];
    }
}
