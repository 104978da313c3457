using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Issues;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>Comments on lines of a pull request's files. Those on one line make a thread; that there are threads only GraphQL tells.</summary>
internal sealed class ReviewCommentRoutes(PullState state, GitDiff diff) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("pulls/{number:n}/comments", "pull_requests=read", async call =>
            await state.FindAsync(call).ConfigureAwait(false) is { } issue ? RestAnswer.List([.. All(issue)], one => Json(one.Thread, one.Comment, issue, call)) : RestAnswer.NotFound);
        table.Post("pulls/{number:n}/comments", "pull_requests=write", CreateAsync);
        table.Post("pulls/{number:n}/comments/{id:n}/replies", "pull_requests=write", call => ReplyAsync(call, call.Number("id")));
    }

    private static IEnumerable<(ThreadRecord Thread, ThreadCommentRecord Comment)> All(IssueRecord issue) =>
        issue.Pull!.Threads.SelectMany(static thread => thread.Comments.Select(comment => (thread, comment)));

    private async Task<RestAnswer> CreateAsync(RestCall call)
    {
        if (call.Body.Number("in_reply_to") is { } first)
        {
            return await ReplyAsync(call, first).ConfigureAwait(false);
        }

        var (text, path, commit, line, side) =
            (call.Body.RequiredText("body"), call.Body.RequiredText("path"), call.Body.RequiredText("commit_id"), call.Body.Number("line"), call.Body.Text("side") ?? "RIGHT");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await state.FindAsync(call).ConfigureAwait(false) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        var start = await state.StartAsync(call.Repository, issue.Pull!, call.Cancelled).ConfigureAwait(false);
        var files = await diff.FilesAsync(call.Repository, start, issue.Pull!.HeadSha, call.Cancelled).ConfigureAwait(false);
        if (!files.Any(file => file.Path == path) || line is not (> 0 and <= int.MaxValue) || side is not ("LEFT" or "RIGHT"))
        {
            return RestAnswer.Invalid("PullRequestReviewComment", !files.Any(file => file.Path == path) ? "pull_request_review_thread.path" : "pull_request_review_thread.line", "invalid");
        }

        // A single comment is a review of its own, submitted at once.
        var records = call.Records;
        var review = new ReviewRecord(records.NextId("review"), Accounts.Bot, string.Empty, "COMMENTED", commit, records.Now);
        var comment = new ThreadCommentRecord(records.NextId("thread"), review.Id, Accounts.Bot, text, records.Now);
        var thread = new ThreadRecord(path, (int)line.Value, side, commit, [comment]);
        var changed = records.ChangeIssue(issue.Number, (old, now) => old with
        {
            UpdatedAt = now,
            Pull = old.Pull! with { Reviews = old.Pull.Reviews.Add(review), Threads = old.Pull.Threads.Add(thread) },
        });
        return RestAnswer.Created(Json(thread, comment, changed, call), new Uri(call.Here.Api($"pulls/comments/{comment.Id}")));
    }

    private async Task<RestAnswer> ReplyAsync(RestCall call, long first)
    {
        var text = call.Body.RequiredText("body");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await state.FindAsync(call).ConfigureAwait(false) is not { } issue || issue.Pull!.Threads.FirstOrDefault(one => one.Id == first) is not { } thread)
        {
            return RestAnswer.NotFound;
        }

        var comment = new ThreadCommentRecord(call.Records.NextId("thread"), thread.Comments[0].Review, Accounts.Bot, text, call.Records.Now);
        var longer = thread with { Comments = thread.Comments.Add(comment) };
        var changed = call.Records.ChangeIssue(issue.Number, (old, now) => old with { UpdatedAt = now, Pull = old.Pull! with { Threads = old.Pull.Threads.Replace(thread, longer) } });
        return RestAnswer.Created(Json(longer, comment, changed, call), new Uri(call.Here.Api($"pulls/comments/{comment.Id}")));
    }

    private static JsonObject Json(ThreadRecord thread, ThreadCommentRecord comment, IssueRecord issue, RestCall call)
    {
        var url = call.Here.Api($"pulls/comments/{comment.Id}");
        var json = new JsonObject
        {
            ["url"] = url,
            ["pull_request_review_id"] = comment.Review,
            ["id"] = comment.Id,
            ["node_id"] = NodeIds.Of("PRRC", call.Repository.Id, comment.Id),
            ["diff_hunk"] = string.Create(CultureInfo.InvariantCulture, $"@@ -{thread.Line} +{thread.Line} @@"),
            ["path"] = thread.Path,
            ["commit_id"] = issue.Pull!.HeadSha,
            ["original_commit_id"] = thread.Commit,
            ["user"] = Accounts.Json(comment.User, call.Links),
            ["body"] = comment.Body,
            ["created_at"] = GitHubAnswer.Time(comment.CreatedAt),
            ["updated_at"] = GitHubAnswer.Time(comment.CreatedAt),
            ["html_url"] = call.Here.Page($"pull/{issue.Number}#discussion_r{comment.Id}"),
            ["pull_request_url"] = call.Here.Api($"pulls/{issue.Number}"),
            ["author_association"] = IssueJson.Association(comment.User),
            ["reactions"] = IssueJson.Reactions(url, []),
            ["start_line"] = null,
            ["original_start_line"] = null,
            ["start_side"] = null,
            ["line"] = thread.Line,
            ["original_line"] = thread.Line,
            ["side"] = thread.Side,
            ["subject_type"] = "line",
        };
        if (comment.Id != thread.Id)
        {
            json["in_reply_to_id"] = thread.Id;
        }

        return json;
    }
}
