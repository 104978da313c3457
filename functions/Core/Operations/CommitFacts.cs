namespace CursorBroker.Core.Operations;

/// <summary>What a policy and an approver see of one commit that an update brings.</summary>
/// <param name="Id">The commit.</param>
/// <param name="Author">Who wrote it, as the commit itself says; nobody vouches for that.</param>
/// <param name="Committer">Who committed it, likewise.</param>
/// <param name="HasSignature">Whether it carries a signature (<c>gpgsig</c>, <c>gpgsig-sha256</c>). Whose, and whether it holds, is not checked.</param>
/// <param name="Message">The message, decoded leniently, at most <see cref="MaxMessage"/> characters; not made safe for showing.</param>
public sealed record CommitFacts(GitOid Id, CommitPerson Author, CommitPerson Committer, bool HasSignature, string Message)
{
    /// <summary>Most characters of a message that are kept.</summary>
    public const int MaxMessage = 4096;

    /// <summary>The message's first line.</summary>
    public string Subject => Message.AsSpan().IndexOf('\n') is >= 0 and var end ? Message[..end] : Message;
}

/// <summary>An author or committer line (git-commit-tree(1)); everything in it is the client's own word.</summary>
/// <param name="Name">The name; may be empty.</param>
/// <param name="Email">What stands between the angle brackets; may be empty.</param>
/// <param name="When">The time; null when it makes no sense.</param>
public sealed record CommitPerson(string Name, string Email, DateTimeOffset? When);
