using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>What is said about lines of a pull request's files.</summary>
internal sealed class ThreadTypes : IGraphTypes
{
    private const string MayRead = "pull_requests=read";

    public void Add(GraphTable table)
    {
        table.Type<PullSource>("PullRequest")
            .Field("reviewThreads", static (source, field) => GraphConnection.Of(field, source.Pull.Threads, thread => new ThreadSource(source.Repository, source.Issue, thread)));
        table.Type<ThreadSource>("PullRequestReviewThread", MayRead)
            .Field("id", static source => NodeIds.Of("PRRT", source.Repository.Id, source.Thread.Id))
            .Field("repository", static source => new RepositorySource(source.Repository))
            .Field("pullRequest", static source => new PullSource(source.Repository, source.Issue))
            .Field("isResolved", static source => source.Thread.ResolvedBy is not null)
            .Field("resolvedBy", static source => source.Thread.ResolvedBy is { } login ? new AccountSource(login, "User") : null)
            .Field("isOutdated", static source => source.Thread.Commit != source.Issue.Pull!.HeadSha)
            .Field("isCollapsed", static source => source.Thread.ResolvedBy is not null)
            .Field("path", static source => source.Thread.Path)
            .Field("line", static source => source.Thread.Line)
            .Field("comments", static (source, field) => GraphConnection.Of(field, source.Thread.Comments, comment => new ThreadCommentSource(source.Repository, source.Issue, source.Thread, comment)));
        table.Type<ThreadCommentSource>("PullRequestReviewComment", MayRead)
            .Field("id", static source => NodeIds.Of("PRRC", source.Repository.Id, source.Comment.Id))
            .Field("repository", static source => new RepositorySource(source.Repository))
            .Field("pullRequest", static source => new PullSource(source.Repository, source.Issue))
            .Field("databaseId", static source => AccountTypes.Number(source.Comment.Id))
            .Field("author", static source => AccountSource.Of(source.Comment.User))
            .Field("body", static source => source.Comment.Body)
            .Field("path", static source => source.Thread.Path)
            .Field("line", static source => source.Thread.Line)
            .Field("createdAt", static source => GitHubAnswer.Time(source.Comment.CreatedAt))
            .Field("updatedAt", static source => GitHubAnswer.Time(source.Comment.CreatedAt))
            .Field("url", static (source, field) => $"{IssueTypes.Page(source.Repository, source.Issue, field)}#discussion_r{source.Comment.Id}");
    }
}

/// <summary>A thread of a pull request.</summary>
internal sealed record ThreadSource(SandboxRepository Repository, IssueRecord Issue, ThreadRecord Thread) : RepositoryPart("PullRequestReviewThread", Repository);

/// <summary>A comment of such a thread.</summary>
internal sealed record ThreadCommentSource(SandboxRepository Repository, IssueRecord Issue, ThreadRecord Thread, ThreadCommentRecord Comment) : RepositoryPart("PullRequestReviewComment", Repository);
