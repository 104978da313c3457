using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Issues;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>GitHub's JSON for pull requests.</summary>
internal static class PullJson
{
    /// <summary>As it stands in lists.</summary>
    public static JsonObject Of(IssueRecord issue, RestCall call)
    {
        var (pull, here) = (issue.Pull!, call.Here);
        var (url, page, asIssue) = (here.Api($"pulls/{issue.Number}"), here.Page($"pull/{issue.Number}"), here.Api($"issues/{issue.Number}"));
        var statuses = here.Api("statuses/" + pull.HeadSha);
        return new JsonObject
        {
            ["url"] = url,
            ["id"] = StableId.Of($"{call.Repository.Id}/pull/{issue.Number}"),
            ["node_id"] = IssueJson.NodeId(issue, call.Repository),
            ["html_url"] = page,
            ["diff_url"] = page + ".diff",
            ["patch_url"] = page + ".patch",
            ["issue_url"] = asIssue,
            ["number"] = issue.Number,
            ["state"] = issue.IsOpen ? "open" : "closed",
            ["locked"] = issue.Locked,
            ["title"] = issue.Title,
            ["user"] = Accounts.Json(issue.User, call.Links),
            ["body"] = issue.Body,
            ["created_at"] = GitHubAnswer.Time(issue.CreatedAt),
            ["updated_at"] = GitHubAnswer.Time(issue.UpdatedAt),
            ["closed_at"] = IssueJson.Time(issue.ClosedAt),
            ["merged_at"] = IssueJson.Time(pull.MergedAt),
            ["merge_commit_sha"] = pull.MergeCommit,
            ["assignee"] = issue.Assignees.IsEmpty ? null : Accounts.Json(issue.Assignees[0], call.Links),
            ["assignees"] = IssueJson.People(issue.Assignees, call.Links),
            ["requested_reviewers"] = IssueJson.People(pull.Reviewers, call.Links),
            ["requested_teams"] = new JsonArray(),
            ["labels"] = IssueJson.Labels(issue, call.Repository, call.Records, call.Links),
            ["milestone"] = IssueJson.Milestone(issue.Milestone, call.Repository, call.Records, call.Links),
            ["draft"] = pull.Draft,
            ["commits_url"] = url + "/commits",
            ["review_comments_url"] = url + "/comments",
            ["review_comment_url"] = here.Api("pulls/comments{/number}"),
            ["comments_url"] = asIssue + "/comments",
            ["statuses_url"] = statuses,
            ["head"] = Side(pull.HeadRef, pull.HeadSha, call),
            ["base"] = Side(pull.BaseRef, pull.BaseSha, call),
            ["_links"] = new JsonObject
            {
                ["self"] = Link(url),
                ["html"] = Link(page),
                ["issue"] = Link(asIssue),
                ["comments"] = Link(asIssue + "/comments"),
                ["review_comments"] = Link(url + "/comments"),
                ["review_comment"] = Link(here.Api("pulls/comments{/number}")),
                ["commits"] = Link(url + "/commits"),
                ["statuses"] = Link(statuses),
            },
            ["author_association"] = IssueJson.Association(issue.User),
            ["auto_merge"] = null,
            ["active_lock_reason"] = null,
        };
    }

    public static JsonObject Review(ReviewRecord review, IssueRecord issue, RestCall call)
    {
        var page = call.Here.Page($"pull/{issue.Number}#pullrequestreview-{review.Id}");
        var json = new JsonObject
        {
            ["id"] = review.Id,
            ["node_id"] = NodeIds.Of("PRR", call.Repository.Id, review.Id),
            ["user"] = Accounts.Json(review.User, call.Links),
            ["body"] = review.Body,
            ["state"] = review.State,
            ["html_url"] = page,
            ["pull_request_url"] = call.Here.Api($"pulls/{issue.Number}"),
            ["author_association"] = IssueJson.Association(review.User),
            ["_links"] = new JsonObject { ["html"] = Link(page), ["pull_request"] = Link(call.Here.Api($"pulls/{issue.Number}")) },
            ["commit_id"] = review.Commit,
        };
        if (review.SubmittedAt is { } at)
        {
            json["submitted_at"] = GitHubAnswer.Time(at);
        }

        return json;
    }

    private static JsonObject Link(string address) => new() { ["href"] = address };

    private static JsonObject Side(string branch, string sha, RestCall call) => new()
    {
        ["label"] = $"{call.Repository.Owner}:{branch}",
        ["ref"] = branch,
        ["sha"] = sha,
        ["user"] = Accounts.Json(call.Repository.Owner, call.Links, "Organization"),
        ["repo"] = RepositoryJson.Of(call.Repository, call.Records, call.Links),
    };
}
