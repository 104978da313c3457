using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Issues;
using CursorBroker.Sandbox.GitHub.Rest.Pulls;

namespace CursorBroker.Sandbox.GitHub.Rest.Search;

/// <summary>Issues and pull requests by words and qualifiers.</summary>
internal sealed class IssueSearch(WorldRecords world, PullState state)
{
    public async Task<IReadOnlyList<JsonObject>> FindAsync(SearchScope scope) =>
        [.. (await FindRecordsAsync(scope).ConfigureAwait(false)).Select(one => IssueJson.Of(one.Issue, one.Repository, world.Of(one.Repository), scope.Links))];

    /// <summary>What is found, latest first.</summary>
    public async Task<IReadOnlyList<(IssueRecord Issue, SandboxRepository Repository)>> FindRecordsAsync(SearchScope scope)
    {
        var found = new List<(IssueRecord Issue, SandboxRepository Repository)>();
        foreach (var repository in scope.Repositories)
        {
            await state.AllAsync(repository, world.Of(repository), scope.Cancelled).ConfigureAwait(false);
            found.AddRange(world.Of(repository).Issues.Values.Where(issue => Fits(issue, scope)).Select(issue => (issue, repository)));
        }

        return [.. found.OrderByDescending(static one => one.Issue.CreatedAt).ThenByDescending(static one => one.Issue.Number)];
    }

    private static bool Fits(IssueRecord issue, SearchScope scope)
    {
        var query = scope.Query;
        return scope.Token.Allows(issue.Pull is null ? "issues" : "pull_requests", PermissionLevel.Read)
            && query.All("is", value => Is(issue, value))
            && query.All("type", value => Is(issue, value))
            && query.All("state", value => Is(issue, value))
            && query.All("label", value => issue.Labels.Contains(value, StringComparer.OrdinalIgnoreCase))
            && query.All("author", value => IsLogin(issue.User, value))
            && query.All("assignee", value => issue.Assignees.Any(login => IsLogin(login, value)))
            && query.All("review-requested", value => issue.Pull?.Reviewers.Any(login => IsLogin(login, value)) == true)
            && query.All("involves", value => issue.Assignees.Add(issue.User).Concat(issue.Comments.Select(static comment => comment.User)).Any(login => IsLogin(login, value)))
            && query.All("mentions", value => Texts(issue).Any(text => text.Contains("@" + (value == "@me" ? SandboxGitHub.AppSlug : value), StringComparison.OrdinalIgnoreCase)))
            && query.All("head", value => issue.Pull?.HeadRef == value)
            && query.All("base", value => issue.Pull?.BaseRef == value)
            && query.All("draft", value => issue.Pull?.Draft == (value == "true"))
            && query.Words.All(word => Texts(issue).Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    // Who asks is the App's bot.
    private static bool IsLogin(string login, string value) => string.Equals(login, value == "@me" ? Accounts.Bot : value, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Texts(IssueRecord issue) => [issue.Title, issue.Body ?? string.Empty, .. issue.Comments.Select(static comment => comment.Body)];

    private static bool Is(IssueRecord issue, string value) => value.ToLowerInvariant() switch
    {
        "issue" => issue.Pull is null,
        "pr" or "pull-request" => issue.Pull is not null,
        "open" => issue.IsOpen,
        "closed" => !issue.IsOpen,
        "merged" => issue.Pull?.MergedAt is not null,
        "unmerged" => issue.Pull is { MergedAt: null },
        "draft" => issue.Pull?.Draft == true,
        "private" or "public" => true,
        _ => false,
    };
}
