using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Commits;
using CursorBroker.Sandbox.GitHub.Rest.Issues;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>Pull requests: lists, one, its files and commits, opening and changing.</summary>
internal sealed class PullRoutes(PullState state, PullOpening opening, GitReader git, GitDiff diff, GitMerge merge) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("pulls", "pull_requests=read", ListAsync);
        table.Get("pulls/{number:n}", "pull_requests=read; contents=read", OneAsync);
        table.Get("pulls/{number:n}/files", "pull_requests=read", FilesAsync);
        table.Get("pulls/{number:n}/commits", "pull_requests=read", CommitsAsync);
        table.Get("commits/{sha}/pulls", "pull_requests=read", OfCommitAsync);
        table.Post("pulls", "pull_requests=write", CreateAsync);
        table.Patch("pulls/{number:n}", "pull_requests=write", ChangeAsync);
    }

    private async Task<RestAnswer> ListAsync(RestCall call)
    {
        var (wanted, head, target) = (call.Query("state") ?? "open", call.Query("head"), call.Query("base"));
        var all = await state.AllAsync(call.Repository, call.Records, call.Cancelled).ConfigureAwait(false);
        var found = all.Where(issue =>
            (wanted == "all" || issue.IsOpen == (wanted == "open"))
            && (head is null || $"{call.Repository.Owner}:{issue.Pull!.HeadRef}".Equals(head, StringComparison.OrdinalIgnoreCase))
            && (target is null || issue.Pull!.BaseRef == target));
        return RestAnswer.List([.. IssueRoutes.Sorted(found, call)], issue => PullJson.Of(issue, call));
    }

    private async Task<RestAnswer> OneAsync(RestCall call)
    {
        if (await state.FindAsync(call).ConfigureAwait(false) is not { Pull: { } pull } issue)
        {
            return RestAnswer.NotFound;
        }

        switch (call.Media.Form)
        {
            case "diff":
                var start = await state.StartAsync(call.Repository, pull, call.Cancelled).ConfigureAwait(false);
                return new RestAnswer.Raw("application/vnd.github.diff; charset=utf-8", (await diff.TextAsync(call.Repository, start, pull.HeadSha, call.Cancelled).ConfigureAwait(false)).Bytes);
            case "patch":
                return new RestAnswer.Raw("application/vnd.github.patch; charset=utf-8", (await diff.MailAsync(call.Repository, $"{pull.BaseSha}..{pull.HeadSha}", call.Cancelled).ConfigureAwait(false)).Bytes);
            default:
                return RestAnswer.Of(await WholeAsync(issue, call).ConfigureAwait(false));
        }
    }

    private async Task<JsonObject> WholeAsync(IssueRecord issue, RestCall call)
    {
        var pull = issue.Pull!;
        var files = await FilesOfAsync(pull, call).ConfigureAwait(false);
        var isMergeable = issue.IsOpen ? await merge.TreeAsync(call.Repository, pull.BaseSha, pull.HeadSha, call.Cancelled).ConfigureAwait(false) is not null : (bool?)null;
        var json = PullJson.Of(issue, call);
        json["merged"] = pull.MergedAt is not null;
        json["mergeable"] = isMergeable;
        json["rebaseable"] = isMergeable;
        json["mergeable_state"] = isMergeable switch { null => "unknown", false => "dirty", true when pull.Draft => "draft", _ => "clean" };
        json["merged_by"] = pull.MergedBy is null ? null : Accounts.Json(pull.MergedBy, call.Links);
        json["comments"] = issue.Comments.Length;
        json["review_comments"] = 0;
        json["maintainer_can_modify"] = pull.MaintainerCanModify;
        json["commits"] = (await state.CommitsAsync(call.Repository, pull, call.Cancelled).ConfigureAwait(false)).Count;
        json["additions"] = files.Sum(static file => file.Additions);
        json["deletions"] = files.Sum(static file => file.Deletions);
        json["changed_files"] = files.Length;
        return json;
    }

    private async Task<ImmutableArray<FileChange>> FilesOfAsync(PullRecord pull, RestCall call)
    {
        var start = await state.StartAsync(call.Repository, pull, call.Cancelled).ConfigureAwait(false);
        return await diff.FilesAsync(call.Repository, start, pull.HeadSha, call.Cancelled).ConfigureAwait(false);
    }

    private async Task<RestAnswer> FilesAsync(RestCall call) => await state.FindAsync(call).ConfigureAwait(false) is { Pull: { } pull }
        ? RestAnswer.List(await FilesOfAsync(pull, call).ConfigureAwait(false), file => CommitJson.File(file, pull.HeadSha, call.Here))
        : RestAnswer.NotFound;

    private async Task<RestAnswer> CommitsAsync(RestCall call) => await state.FindAsync(call).ConfigureAwait(false) is { Pull: { } pull }
        ? RestAnswer.List(await state.CommitsAsync(call.Repository, pull, call.Cancelled).ConfigureAwait(false), commit => CommitJson.Of(commit, call))
        : RestAnswer.NotFound;

    private async Task<RestAnswer> OfCommitAsync(RestCall call)
    {
        if (await git.CommitAsync(call.Repository, call["sha"], call.Cancelled).ConfigureAwait(false) is not { } sha)
        {
            return RestAnswer.Unprocessable($"No commit found for SHA: {call["sha"]}");
        }

        var found = new List<IssueRecord>();
        foreach (var issue in await state.AllAsync(call.Repository, call.Records, call.Cancelled).ConfigureAwait(false))
        {
            if (issue.Pull!.MergeCommit == sha || (await state.CommitsAsync(call.Repository, issue.Pull, call.Cancelled).ConfigureAwait(false)).Any(commit => commit.Id == sha))
            {
                found.Add(issue);
            }
        }

        return RestAnswer.List(found, issue => PullJson.Of(issue, call));
    }

    private async Task<RestAnswer> CreateAsync(RestCall call)
    {
        var body = call.Body;
        var wish = new PullWish(
            body.Text("title"),
            body.RequiredText("head"),
            body.RequiredText("base"),
            body.Text("body"),
            body.Flag("draft") ?? false,
            body.Flag("maintainer_can_modify") ?? false,
            body.Number("issue"));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        var (issue, wrong) = await opening.OpenAsync(call.Repository, call.Records, wish, call.Cancelled).ConfigureAwait(false);
        return issue is null
            ? wrong!
            : RestAnswer.Created(await WholeAsync(issue, call).ConfigureAwait(false), new Uri(call.Here.Api($"pulls/{issue.Number}")));
    }

    private async Task<RestAnswer> ChangeAsync(RestCall call)
    {
        var body = call.Body;
        var (title, text, wanted, target, modify) = (body.Text("title"), body.Text("body"), body.Text("state"), body.Text("base"), body.Flag("maintainer_can_modify"));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await state.FindAsync(call).ConfigureAwait(false) is not { Pull: { } pull } issue)
        {
            return RestAnswer.NotFound;
        }

        if (target is not null && await git.RefAsync(call.Repository, "refs/heads/" + target, call.Cancelled).ConfigureAwait(false) is null)
        {
            return RestAnswer.Invalid("PullRequest", "base", "invalid");
        }

        if (wanted is not (null or "open" or "closed") || (wanted == "open" && pull.MergedAt is not null))
        {
            return RestAnswer.Invalid("PullRequest", "state", "invalid");
        }

        var changed = call.Records.ChangeIssue(issue.Number, (old, now) => IssueRoutes.Closed(old, wanted, null, now) with
        {
            Title = title ?? old.Title,
            Body = body.Names("body") ? text : old.Body,
            UpdatedAt = now,
            Pull = old.Pull! with { BaseRef = target ?? old.Pull.BaseRef, MaintainerCanModify = modify ?? old.Pull.MaintainerCanModify },
        });
        return RestAnswer.Of(await WholeAsync(await state.RefreshAsync(call.Repository, call.Records, changed, call.Cancelled).ConfigureAwait(false), call).ConfigureAwait(false));
    }
}
