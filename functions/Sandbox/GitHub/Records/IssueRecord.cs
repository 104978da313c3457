using System.Collections.Immutable;

namespace CursorBroker.Sandbox.GitHub.Records;

/// <summary>An issue, or a pull request, which is one too.</summary>
internal sealed record IssueRecord
{
    public required int Number { get; init; }

    public required string Title { get; init; }

    public required string? Body { get; init; }

    public required string User { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? ClosedBy { get; init; }

    /// <summary><c>completed</c>, <c>not_planned</c>, <c>reopened</c>; null while it was never closed.</summary>
    public string? StateReason { get; init; }

    public bool Locked { get; init; }

    public ImmutableArray<string> Labels { get; init; } = [];

    public ImmutableArray<string> Assignees { get; init; } = [];

    public int? Milestone { get; init; }

    public ImmutableArray<CommentRecord> Comments { get; init; } = [];

    public ImmutableArray<ReactionRecord> Reactions { get; init; } = [];

    /// <summary>The issue that this one is a part of; null when it is one of its own.</summary>
    public int? Parent { get; init; }

    /// <summary>What makes it a pull request; null for an issue.</summary>
    public PullRecord? Pull { get; init; }

    public bool IsOpen => ClosedAt is null;
}

/// <summary>A comment under an issue or pull request.</summary>
internal sealed record CommentRecord(long Id, string User, string Body, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public ImmutableArray<ReactionRecord> Reactions { get; init; } = [];
}

/// <summary>What somebody thinks of an issue or a comment, in one sign: <c>+1</c>, <c>heart</c> ...</summary>
internal sealed record ReactionRecord(long Id, string User, string Content, DateTimeOffset CreatedAt);

/// <summary>What a pull request has besides being an issue.</summary>
internal sealed record PullRecord
{
    /// <summary>The branch whose commits are asked to be taken.</summary>
    public required string HeadRef { get; init; }

    /// <summary>The branch they are to go to.</summary>
    public required string BaseRef { get; init; }

    /// <summary>Where the head was last seen: what counts once the branch is gone or the pull request is closed.</summary>
    public required string HeadSha { get; init; }

    /// <summary>Where the base was last seen.</summary>
    public required string BaseSha { get; init; }

    public bool Draft { get; init; }

    public bool MaintainerCanModify { get; init; }

    public DateTimeOffset? MergedAt { get; init; }

    public string? MergedBy { get; init; }

    public string? MergeCommit { get; init; }

    public ImmutableArray<string> Reviewers { get; init; } = [];

    public ImmutableArray<ReviewRecord> Reviews { get; init; } = [];

    public ImmutableArray<ThreadRecord> Threads { get; init; } = [];
}

/// <summary>
/// A review of a pull request. Its state is <c>PENDING</c>, <c>COMMENTED</c>, <c>APPROVED</c>, <c>CHANGES_REQUESTED</c> or
/// <c>DISMISSED</c>.
/// </summary>
internal sealed record ReviewRecord(long Id, string User, string Body, string State, string Commit, DateTimeOffset? SubmittedAt);

/// <summary>What is said about one line of a pull request's files. It is known by its first comment's id.</summary>
internal sealed record ThreadRecord(string Path, int Line, string Side, string Commit, ImmutableArray<ThreadCommentRecord> Comments)
{
    public long Id => Comments[0].Id;

    /// <summary>Who called it settled; null while nobody has.</summary>
    public string? ResolvedBy { get; init; }
}

/// <summary>A comment of a thread; <c>Review</c> is the review that it came with.</summary>
internal sealed record ThreadCommentRecord(long Id, long Review, string User, string Body, DateTimeOffset CreatedAt);
