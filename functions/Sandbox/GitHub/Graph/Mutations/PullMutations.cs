using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Issues;
using CursorBroker.Sandbox.GitHub.Rest.Pulls;

namespace CursorBroker.Sandbox.GitHub.Graph.Mutations;

/// <summary>Pull requests opened, changed, reviewed and merged, by the same rules as over REST.</summary>
internal sealed class PullMutations : IGraphTypes
{
    private const string Write = "pull_requests=write";
    private const string Id = "pullRequestId";

    public void Add(GraphTable table) => table.Type<RootSource>("Mutation")
        .Mutation("createPullRequest", Write, CreateAsync)
        .Mutation("updatePullRequest", Write, static field => ChangeAsync(field, issue => Updated(issue, field)))
        .Mutation("closePullRequest", Write, static field => ChangeAsync(field, static issue => IssueRoutes.Closed(issue, "closed", null, issue.UpdatedAt)))
        .Mutation("reopenPullRequest", Write, static field => ChangeAsync(field, static issue => issue.Pull!.MergedAt is null
            ? IssueRoutes.Closed(issue, "open", null, issue.UpdatedAt)
            : throw GraphRefusal.Unprocessable("Could not open the pull request.")))
        .Mutation("markPullRequestReadyForReview", Write, static field => ChangeAsync(field, static issue => issue with { Pull = issue.Pull! with { Draft = false } }))
        .Mutation("convertPullRequestToDraft", Write, static field => ChangeAsync(field, static issue => issue with { Pull = issue.Pull! with { Draft = true } }))
        .Mutation("requestReviews", Write, RequestAsync)
        .Mutation("addPullRequestReview", Write, ReviewAsync)
        .Mutation("mergePullRequest", "contents=write", MergeAsync)
        .Mutation("updatePullRequestBranch", Write, UpdateBranchAsync);

    private static IssueRecord Updated(IssueRecord issue, GraphField field)
    {
        var input = field.Input;
        return IssueRoutes.Closed(issue, input.Text("state")?.ToLowerInvariant(), null, issue.UpdatedAt) with
        {
            Title = input.Text("title") ?? issue.Title,
            Body = input.Text("body") ?? issue.Body,
            Labels = input.Has("labelIds") ? [.. GraphMutations.Labels(input, "labelIds")] : issue.Labels,
            Assignees = input.Has("assigneeIds") ? [.. GraphMutations.Logins(input, "assigneeIds")] : issue.Assignees,
            Milestone = GraphMutations.Milestone(input) ?? issue.Milestone,
            Pull = issue.Pull! with
            {
                BaseRef = input.Text("baseRefName") ?? issue.Pull.BaseRef,
                MaintainerCanModify = input.Flag("maintainerCanModify") ?? issue.Pull.MaintainerCanModify,
            },
        };
    }

    private static async Task<Dictionary<string, object?>> CreateAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<RepositorySource>(field, "repositoryId").ConfigureAwait(false);
        var input = field.Input;
        var wish = new PullWish(
            input.Text("title"), input.Text("headRefName")!, input.Text("baseRefName")!, input.Text("body"), input.Flag("draft") ?? false, input.Flag("maintainerCanModify") ?? true, null);
        var (issue, wrong) = await field.Call.Services.Opening.OpenAsync(target.Repository, field.Call.Records(target.Repository), wish, field.Call.Cancelled).ConfigureAwait(false);
        return GraphMutations.Payload("pullRequest", issue is null ? throw GraphMutations.Refused(wrong) : new PullSource(target.Repository, issue));
    }

    private static async Task<Dictionary<string, object?>> ChangeAsync(GraphField field, Func<IssueRecord, IssueRecord> change)
    {
        var target = await GraphNodes.FindAsync<PullSource>(field, Id).ConfigureAwait(false);
        return await ChangedAsync(field, target, change).ConfigureAwait(false);
    }

    private static async Task<Dictionary<string, object?>> ChangedAsync(GraphField field, PullSource target, Func<IssueRecord, IssueRecord> change)
    {
        var records = field.Call.Records(target.Repository);
        var changed = records.ChangeIssue(target.Issue.Number, (old, now) => change(old with { UpdatedAt = now }));
        var fresh = await field.Call.Services.Pulls.RefreshAsync(target.Repository, records, changed, field.Call.Cancelled).ConfigureAwait(false);
        return GraphMutations.Payload("pullRequest", new PullSource(target.Repository, fresh));
    }

    private static async Task<Dictionary<string, object?>> RequestAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<PullSource>(field, Id).ConfigureAwait(false);
        var asked = GraphMutations.Logins(field.Input, "userIds");
        var payload = await ChangedAsync(field, target, issue => issue with
        {
            Pull = issue.Pull! with { Reviewers = field.Input.Flag("union") == true ? [.. issue.Pull.Reviewers.Union(asked)] : [.. asked] },
        }).ConfigureAwait(false);
        payload["requestedReviewersEdge"] = asked.Count == 0 ? null : GraphMutations.Edge(new AccountSource(asked[^1], "User"));
        return payload;
    }

    private static async Task<Dictionary<string, object?>> ReviewAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<PullSource>(field, Id).ConfigureAwait(false);
        var records = field.Call.Records(target.Repository);
        var state = field.Input.Text("event") switch { "APPROVE" => "APPROVED", "COMMENT" => "COMMENTED", "REQUEST_CHANGES" => "CHANGES_REQUESTED", null => "PENDING", var other => throw GraphRefusal.Unprocessable($"Event {other} makes no sense for a new review.") };
        if (target.Issue.User == Accounts.Bot && state is "APPROVED" or "CHANGES_REQUESTED")
        {
            throw GraphRefusal.Unprocessable($"Can not {(state == "APPROVED" ? "approve" : "request changes on")} your own pull request");
        }

        var review = new ReviewRecord(
            records.NextId("review"), Accounts.Bot, field.Input.Text("body") ?? string.Empty, state, field.Input.Text("commitOID") ?? target.Pull.HeadSha, state == "PENDING" ? null : records.Now);
        await ChangedAsync(field, target, issue => issue with { Pull = issue.Pull! with { Reviews = issue.Pull.Reviews.Add(review) } }).ConfigureAwait(false);
        var source = new ReviewSource(target.Repository, target.Issue, review);
        var payload = GraphMutations.Payload("pullRequestReview", source);
        payload["reviewEdge"] = GraphMutations.Edge(source);
        return payload;
    }

    private static async Task<Dictionary<string, object?>> MergeAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<PullSource>(field, Id).ConfigureAwait(false);
        var (input, records) = (field.Input, field.Call.Records(target.Repository));
        var wish = new MergeWish((input.Text("mergeMethod") ?? "MERGE").ToLowerInvariant(), input.Text("expectedHeadOid"), input.Text("commitHeadline"), input.Text("commitBody"));
        var (commit, wrong) = await field.Call.Services.Merging.MergeAsync(target.Repository, records, field.Call.Token, target.Issue, wish, field.Call.Cancelled).ConfigureAwait(false);
        return commit is null
            ? throw GraphMutations.Refused(wrong)
            : GraphMutations.Payload("pullRequest", new PullSource(target.Repository, records.Pull(target.Issue.Number)!));
    }

    private static async Task<Dictionary<string, object?>> UpdateBranchAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<PullSource>(field, Id).ConfigureAwait(false);
        if (field.Input.Text("expectedHeadOid") is { } expected && expected != target.Pull.HeadSha)
        {
            throw GraphRefusal.Unprocessable("The head branch was modified. Review and try again.");
        }

        if (field.Input.Text("updateMethod") == "REBASE")
        {
            throw GraphRefusal.Unprocessable("This stand-in updates branches by merging only.");
        }

        var records = field.Call.Records(target.Repository);
        var isUpdated = await field.Call.Services.Merging.UpdateBranchAsync(target.Repository, records, target.Pull, field.Call.Cancelled).ConfigureAwait(false);
        return isUpdated == true
            ? await ChangedAsync(field, target, static issue => issue).ConfigureAwait(false)
            : throw GraphRefusal.Unprocessable(isUpdated is null ? "merge conflict between base and head" : "There are no new commits on the base branch.");
    }
}
