using System.Collections.Immutable;

namespace CursorBroker.Sandbox.GitHub.Records;

/// <summary>A label that issues may carry.</summary>
internal sealed record LabelRecord(long Id, string Name, string Color, string? Description, bool IsDefault);

/// <summary>A milestone.</summary>
internal sealed record MilestoneRecord(
    int Number, string Title, string? Description, string Creator, DateTimeOffset CreatedAt, DateTimeOffset? DueOn, DateTimeOffset? ClosedAt);

/// <summary>A release. Its tag is git's, unless it is a draft.</summary>
internal sealed record ReleaseRecord
{
    public required long Id { get; init; }

    public required string Tag { get; init; }

    public required string Target { get; init; }

    public required string? Name { get; init; }

    public required string? Body { get; init; }

    public required string Author { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public bool Draft { get; init; }

    public bool Prerelease { get; init; }

    public ImmutableArray<AssetRecord> Assets { get; init; } = [];
}

/// <summary>A file of a release.</summary>
internal sealed record AssetRecord(long Id, string Name, string? Label, string ContentType, byte[] Content, string Uploader, DateTimeOffset CreatedAt);

/// <summary>A commit's status.</summary>
internal sealed record StatusRecord(
    long Id, string Sha, string State, string Context, string? Description, string? TargetUrl, string Creator, DateTimeOffset CreatedAt);

/// <summary>A check run.</summary>
internal sealed record CheckRecord(
    long Id, string Sha, string Name, string Status, string? Conclusion, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, string? Title, string? Summary);

/// <summary>An Actions secret: its name, and when it came. What was sealed is kept for tests alone.</summary>
internal sealed record SecretRecord(string Name, string Sealed, string KeyId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>What can be set of a repository.</summary>
internal sealed record RepositorySettings(string? Description, string? Homepage, bool IsArchived, bool HasIssues, bool HasWiki, bool HasProjects, ImmutableArray<string> Topics);
