using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>Something that a GraphQL object is made from. <see cref="Type"/> is the object's type in the schema.</summary>
internal abstract record GraphSource(string Type);

/// <summary>Where queries and mutations begin.</summary>
internal sealed record RootSource(string Kind) : GraphSource(Kind);

/// <summary>An account.</summary>
internal sealed record AccountSource(string Login, string Kind) : GraphSource(Kind)
{
    /// <summary>A person, or the App's bot.</summary>
    public static AccountSource Of(string login) => new(login, login == Accounts.Bot ? "Bot" : "User");

    public static AccountSource Organization(string login) => new(login, "Organization");
}

/// <summary>Something of a repository.</summary>
internal abstract record RepositoryPart(string Type, SandboxRepository Repository) : GraphSource(Type);

internal sealed record RepositorySource(SandboxRepository Repository) : RepositoryPart("Repository", Repository);

internal sealed record IssueSource(SandboxRepository Repository, IssueRecord Issue) : RepositoryPart("Issue", Repository);

internal sealed record PullSource(SandboxRepository Repository, IssueRecord Issue) : RepositoryPart("PullRequest", Repository)
{
    public PullRecord Pull => Issue.Pull!;
}

internal sealed record CommentSource(SandboxRepository Repository, IssueRecord Issue, CommentRecord Comment) : RepositoryPart("IssueComment", Repository);

internal sealed record ReviewSource(SandboxRepository Repository, IssueRecord Issue, ReviewRecord Review) : RepositoryPart("PullRequestReview", Repository);

internal sealed record LabelSource(SandboxRepository Repository, LabelRecord Label) : RepositoryPart("Label", Repository);

internal sealed record MilestoneSource(SandboxRepository Repository, MilestoneRecord Milestone) : RepositoryPart("Milestone", Repository);

internal sealed record RefSource(SandboxRepository Repository, GitRef Ref) : RepositoryPart("Ref", Repository);

internal sealed record CommitSource(SandboxRepository Repository, GitCommit Commit) : RepositoryPart("Commit", Repository);

internal sealed record TreeSource(SandboxRepository Repository, string Id, string Path) : RepositoryPart("Tree", Repository);

internal sealed record BlobSource(SandboxRepository Repository, string Id) : RepositoryPart("Blob", Repository);

internal sealed record TagSource(SandboxRepository Repository, GitTag Tag) : RepositoryPart("Tag", Repository);

internal sealed record ReleaseSource(SandboxRepository Repository, ReleaseRecord Release) : RepositoryPart("Release", Repository);

internal sealed record CheckSource(SandboxRepository Repository, CheckRecord Check) : RepositoryPart("CheckRun", Repository);

internal sealed record StatusSource(SandboxRepository Repository, StatusRecord Status) : RepositoryPart("StatusContext", Repository);
