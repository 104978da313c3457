using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>GitHub's JSON for issues and what hangs on them.</summary>
internal static class IssueJson
{
    public static JsonObject Of(IssueRecord issue, SandboxRepository repository, RepositoryRecords records, Links links)
    {
        var here = links.To(repository);
        var url = here.Api($"issues/{issue.Number}");
        var page = here.Page($"{(issue.Pull is null ? "issues" : "pull")}/{issue.Number}");
        var json = new JsonObject
        {
            ["url"] = url,
            ["repository_url"] = here.Api(),
            ["labels_url"] = url + "/labels{/name}",
            ["comments_url"] = url + "/comments",
            ["events_url"] = url + "/events",
            ["html_url"] = page,
            ["id"] = StableId.Of($"{repository.Id}/issue/{issue.Number}"),
            ["node_id"] = NodeId(issue, repository),
            ["number"] = issue.Number,
            ["title"] = issue.Title,
            ["user"] = Accounts.Json(issue.User, links),
            ["labels"] = Labels(issue, repository, records, links),
            ["state"] = issue.IsOpen ? "open" : "closed",
            ["locked"] = issue.Locked,
            ["assignee"] = issue.Assignees.IsEmpty ? null : Accounts.Json(issue.Assignees[0], links),
            ["assignees"] = People(issue.Assignees, links),
            ["milestone"] = Milestone(issue.Milestone, repository, records, links),
            ["comments"] = issue.Comments.Length,
            ["created_at"] = GitHubAnswer.Time(issue.CreatedAt),
            ["updated_at"] = GitHubAnswer.Time(issue.UpdatedAt),
            ["closed_at"] = Time(issue.ClosedAt),
            ["author_association"] = Association(issue.User),
            ["active_lock_reason"] = null,
            ["body"] = issue.Body,
            ["closed_by"] = issue.ClosedBy is null ? null : Accounts.Json(issue.ClosedBy, links),
            ["reactions"] = Reactions(url, issue.Reactions),
            ["sub_issues_summary"] = Parts(issue, records),
            ["timeline_url"] = url + "/timeline",
            ["performed_via_github_app"] = null,
            ["state_reason"] = issue.StateReason,
        };
        if (issue.Parent is { } parent)
        {
            json["parent_issue_url"] = here.Api($"issues/{parent}");
        }

        if (issue.Pull is not null)
        {
            json["draft"] = issue.Pull.Draft;
            json["pull_request"] = new JsonObject
            {
                ["url"] = here.Api($"pulls/{issue.Number}"),
                ["html_url"] = page,
                ["diff_url"] = page + ".diff",
                ["patch_url"] = page + ".patch",
                ["merged_at"] = Time(issue.Pull.MergedAt),
            };
        }

        return json;
    }

    public static JsonObject Of(IssueRecord issue, RestCall call) => Of(issue, call.Repository, call.Records, call.Links);

    public static string NodeId(IssueRecord issue, SandboxRepository repository) => NodeIds.Of(issue.Pull is null ? "I" : "PR", repository.Id, issue.Number);

    public static JsonArray People(IEnumerable<string> logins, Links links) => [.. logins.Select(login => (JsonNode?)Accounts.Json(login, links))];

    public static JsonArray Labels(IssueRecord issue, SandboxRepository repository, RepositoryRecords records, Links links) =>
        [.. issue.Labels.Select(records.Label).OfType<LabelRecord>().Select(label => (JsonNode?)Label(label, repository, links))];

    public static JsonObject Label(LabelRecord label, SandboxRepository repository, Links links) => new()
    {
        ["id"] = label.Id,
        ["node_id"] = NodeIds.Of("LA", repository.Id, label.Name),
        ["url"] = links.To(repository).Api("labels/" + Uri.EscapeDataString(label.Name)),
        ["name"] = label.Name,
        ["color"] = label.Color,
        ["default"] = label.IsDefault,
        ["description"] = label.Description,
    };

    public static JsonObject? Milestone(int? number, SandboxRepository repository, RepositoryRecords records, Links links)
    {
        if (number is not { } key || !records.Milestones.TryGetValue(key, out var milestone))
        {
            return null;
        }

        var url = links.To(repository).Api($"milestones/{key}");
        var issues = records.Issues.Values.Where(issue => issue.Milestone == key).ToList();
        return new JsonObject
        {
            ["url"] = url,
            ["html_url"] = links.To(repository).Page($"milestone/{key}"),
            ["labels_url"] = url + "/labels",
            ["id"] = StableId.Of($"{repository.Id}/milestone/{key}"),
            ["node_id"] = NodeIds.Of("MI", repository.Id, key),
            ["number"] = key,
            ["title"] = milestone.Title,
            ["description"] = milestone.Description,
            ["creator"] = Accounts.Json(milestone.Creator, links),
            ["open_issues"] = issues.Count(static issue => issue.IsOpen),
            ["closed_issues"] = issues.Count(static issue => !issue.IsOpen),
            ["state"] = milestone.ClosedAt is null ? "open" : "closed",
            ["created_at"] = GitHubAnswer.Time(milestone.CreatedAt),
            ["updated_at"] = GitHubAnswer.Time(milestone.ClosedAt ?? milestone.CreatedAt),
            ["due_on"] = Time(milestone.DueOn),
            ["closed_at"] = Time(milestone.ClosedAt),
        };
    }

    public static JsonObject Comment(CommentRecord comment, IssueRecord issue, SandboxRepository repository, Links links)
    {
        var here = links.To(repository);
        var url = here.Api($"issues/comments/{comment.Id}");
        return new JsonObject
        {
            ["url"] = url,
            ["html_url"] = here.Page($"{(issue.Pull is null ? "issues" : "pull")}/{issue.Number}#issuecomment-{comment.Id}"),
            ["issue_url"] = here.Api($"issues/{issue.Number}"),
            ["id"] = comment.Id,
            ["node_id"] = NodeIds.Of("IC", repository.Id, comment.Id),
            ["user"] = Accounts.Json(comment.User, links),
            ["created_at"] = GitHubAnswer.Time(comment.CreatedAt),
            ["updated_at"] = GitHubAnswer.Time(comment.UpdatedAt),
            ["author_association"] = Association(comment.User),
            ["body"] = comment.Body,
            ["reactions"] = Reactions(url, comment.Reactions),
            ["performed_via_github_app"] = null,
        };
    }

    public static string Association(string login) => Accounts.IsMember(login) ? "MEMBER" : "NONE";

    public static string? Time(DateTimeOffset? at) => at is { } time ? GitHubAnswer.Time(time) : null;

    public static JsonObject Reactions(string url, IReadOnlyCollection<ReactionRecord> all)
    {
        var json = new JsonObject { ["url"] = url + "/reactions", ["total_count"] = all.Count };
        foreach (var name in ReactionRoutes.Contents)
        {
            json[name] = all.Count(reaction => reaction.Content == name);
        }

        return json;
    }

    private static JsonObject Parts(IssueRecord issue, RepositoryRecords records)
    {
        var parts = records.Issues.Values.Where(one => one.Parent == issue.Number).ToList();
        var done = parts.Count(static one => !one.IsOpen);
        return new JsonObject { ["total"] = parts.Count, ["completed"] = done, ["percent_completed"] = parts.Count == 0 ? 0 : done * 100 / parts.Count };
    }
}
