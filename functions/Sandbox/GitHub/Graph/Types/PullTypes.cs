using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Rest.Issues;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>Pull requests and their reviews.</summary>
internal sealed class PullTypes : IGraphTypes
{
    public void Add(GraphTable table)
    {
        var type = IssueTypes.Shared(table.Type<PullSource>("PullRequest", "pull_requests=read"), static source => source.Issue);
        State(type);
        Sides(type);
        Inside(type);
        Reviews(table);
    }

    public static async Task<object?> ListAsync(SandboxRepository repository, GraphField field, string? branch = null)
    {
        var all = await field.Call.Services.Pulls.AllAsync(repository, field.Call.Records(repository), field.Call.Cancelled).ConfigureAwait(false);
        var (states, head, target, labels) = (field.Arguments.Texts("states"), branch ?? field.Arguments.Text("headRefName"), field.Arguments.Text("baseRefName"), field.Arguments.Texts("labels"));
        var found = all.Select(issue => new PullSource(repository, issue)).Where(source =>
            states?.Contains(Word(source)) != false
            && (head is null || source.Pull.HeadRef == head)
            && (target is null || source.Pull.BaseRef == target)
            && (labels is null || labels.Any(source.Issue.Labels.Contains)));
        return GraphConnection.Of(field, IssueTypes.Ordered(found.Select(static source => source.Issue), field), issue => new PullSource(repository, issue));
    }

    private static string Word(PullSource source) => source.Issue.IsOpen ? "OPEN" : source.Pull.MergedAt is null ? "CLOSED" : "MERGED";

    private static void State(GraphType<PullSource> type) => type
        .Field("state", static source => Word(source))
        .Field("permalink", static (source, field) => IssueTypes.Page(source.Repository, source.Issue, field))
        .Field("merged", static source => source.Pull.MergedAt is not null)
        .Field("mergedAt", static source => IssueJson.Time(source.Pull.MergedAt))
        .Field("mergedBy", static source => source.Pull.MergedBy is { } login ? AccountSource.Of(login) : null)
        .FieldAsync("mergeCommit", static async (source, field) => source.Pull.MergeCommit is { } id ? await CommitTypes.ObjectAsync(field.Call, source.Repository, id).ConfigureAwait(false) : null)
        .Constant(null, "potentialMergeCommit", "autoMergeRequest")
        .FieldAsync("mergeable", static async (source, field) => !source.Issue.IsOpen ? "UNKNOWN" : await IsMergeableAsync(source, field).ConfigureAwait(false) ? "MERGEABLE" : "CONFLICTING")
        .FieldAsync("mergeStateStatus", static async (source, field) => !source.Issue.IsOpen ? "UNKNOWN"
            : !await IsMergeableAsync(source, field).ConfigureAwait(false) ? "DIRTY"
            : source.Pull.Draft ? "DRAFT" : "CLEAN")
        .Field("isDraft", static source => source.Pull.Draft)
        .Field("maintainerCanModify", static source => source.Pull.MaintainerCanModify)
        .Constant(false, "isCrossRepository", "isInMergeQueue", "isMergeQueueEnabled");

    private static void Sides(GraphType<PullSource> type) => type
        .Field("baseRefName", static source => source.Pull.BaseRef)
        .Field("baseRefOid", static source => source.Pull.BaseSha)
        .FieldAsync("baseRef", static (source, field) => RefTypes.FindAsync(source.Repository, "refs/heads/" + source.Pull.BaseRef, field))
        .Field("baseRepository", static source => new RepositorySource(source.Repository))
        .Field("headRefName", static source => source.Pull.HeadRef)
        .Field("headRefOid", static source => source.Pull.HeadSha)
        .FieldAsync("headRef", static (source, field) => RefTypes.FindAsync(source.Repository, "refs/heads/" + source.Pull.HeadRef, field))
        .Field("headRepository", static source => new RepositorySource(source.Repository))
        .Field("headRepositoryOwner", static source => AccountSource.Organization(source.Repository.Owner));

    private static void Inside(GraphType<PullSource> type) => type
        .FieldAsync("additions", static async (source, field) => (await FilesAsync(source, field).ConfigureAwait(false)).Sum(static file => file.Additions))
        .FieldAsync("deletions", static async (source, field) => (await FilesAsync(source, field).ConfigureAwait(false)).Sum(static file => file.Deletions))
        .FieldAsync("changedFiles", static async (source, field) => (await FilesAsync(source, field).ConfigureAwait(false)).Count)
        .FieldAsync("files", static async (source, field) => GraphConnection.Of(field, await FilesAsync(source, field).ConfigureAwait(false), static file => new Dictionary<string, object?>
        {
            ["path"] = file.Path,
            ["additions"] = file.Additions,
            ["deletions"] = file.Deletions,
            ["changeType"] = file.Status switch { "added" => "ADDED", "removed" => "DELETED", "renamed" => "RENAMED", "copied" => "COPIED", "modified" => "MODIFIED", _ => "CHANGED" },
        }))
        .FieldAsync("commits", static async (source, field) => GraphConnection.Of(
            field,
            await field.Call.Services.Pulls.CommitsAsync(source.Repository, source.Pull, field.Call.Cancelled).ConfigureAwait(false),
            commit => new PullCommitSource(source.Repository, source.Issue, commit)))
        .Field("statusCheckRollup", static (source, field) => CheckTypes.Rollup(source.Repository, source.Pull.HeadSha, field))
        .Field("closingIssuesReferences", static (_, field) => GraphConnection.Of<object>(field, [], static one => one));

    private static void Reviews(GraphTable table)
    {
        table.Type<PullSource>("PullRequest")
            .Field("reviewDecision", static source => source.Pull.Reviews.LastOrDefault(static review => review.State is "APPROVED" or "CHANGES_REQUESTED")?.State)
            .Field("reviews", static (source, field) => GraphConnection.Of(field, source.Pull.Reviews, review => new ReviewSource(source.Repository, source.Issue, review)))
            .Field("latestReviews", static (source, field) => GraphConnection.Of(
                field, [.. source.Pull.Reviews.GroupBy(static review => review.User).Select(static group => group.Last())], review => new ReviewSource(source.Repository, source.Issue, review)))
            .Field("reviewRequests", static (source, field) => GraphConnection.Of(field, source.Pull.Reviewers, login => new Dictionary<string, object?>
            {
                ["id"] = NodeIds.Of("RR", source.Repository.Id, $"{source.Issue.Number}/{login}"),
                ["asCodeOwner"] = false,
                ["requestedReviewer"] = AccountSource.Of(login),
            }));
        table.Type<ReviewSource>("PullRequestReview", "pull_requests=read")
            .Field("id", static source => NodeIds.Of("PRR", source.Repository.Id, source.Review.Id))
            .Field("repository", static source => new RepositorySource(source.Repository))
            .Field("pullRequest", static source => new PullSource(source.Repository, source.Issue))
            .Field("databaseId", static source => AccountTypes.Number(source.Review.Id))
            .Field("author", static source => AccountSource.Of(source.Review.User))
            .Field("authorAssociation", static source => IssueJson.Association(source.Review.User))
            .Field("body", static source => source.Review.Body)
            .Field("state", static source => source.Review.State)
            .Field("submittedAt", static source => IssueJson.Time(source.Review.SubmittedAt))
            .Field("createdAt", static source => GitHubAnswer.Time(source.Review.SubmittedAt ?? source.Issue.UpdatedAt))
            .Field("url", static (source, field) => $"{IssueTypes.Page(source.Repository, source.Issue, field)}#pullrequestreview-{source.Review.Id}")
            .Constant(false, "includesCreatedEdit")
            .Constant(Array.Empty<object>(), "reactionGroups")
            .FieldAsync("commit", static async (source, field) => await CommitTypes.ObjectAsync(field.Call, source.Repository, source.Review.Commit).ConfigureAwait(false));
        table.Type<PullCommitSource>("PullRequestCommit")
            .Field("id", static source => NodeIds.Of("PURC", source.Repository.Id, $"{source.Issue.Number}/{source.Commit.Id}"))
            .Field("commit", static source => new CommitSource(source.Repository, source.Commit))
            .Field("url", static (source, field) => $"{IssueTypes.Page(source.Repository, source.Issue, field)}/commits/{source.Commit.Id}");
    }

    private static async Task<bool> IsMergeableAsync(PullSource source, GraphField field) =>
        await field.Call.Services.Merge.TreeAsync(source.Repository, source.Pull.BaseSha, source.Pull.HeadSha, field.Call.Cancelled).ConfigureAwait(false) is not null;

    private static async Task<IReadOnlyList<FileChange>> FilesAsync(PullSource source, GraphField field)
    {
        var start = await field.Call.Services.Pulls.StartAsync(source.Repository, source.Pull, field.Call.Cancelled).ConfigureAwait(false);
        return await field.Call.Services.Diff.FilesAsync(source.Repository, start, source.Pull.HeadSha, field.Call.Cancelled).ConfigureAwait(false);
    }
}

/// <summary>A commit of a pull request.</summary>
internal sealed record PullCommitSource(SandboxRepository Repository, Records.IssueRecord Issue, GitCommit Commit) : RepositoryPart("PullRequestCommit", Repository);
