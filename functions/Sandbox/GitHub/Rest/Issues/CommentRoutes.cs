using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>Comments under issues and pull requests.</summary>
internal sealed class CommentRoutes : IRestGroup
{
    private const string MayRead = "issues=read; pull_requests=read";
    private const string MayWrite = "issues=write; pull_requests=write";

    public void Add(RestTable table)
    {
        table.Get("issues/comments", MayRead, static call => Task.FromResult(RestAnswer.List(
            [.. call.Records.Issues.Values.SelectMany(static issue => issue.Comments.Select(comment => (Issue: issue, Comment: comment)))], one => Json(one.Comment, one.Issue, call))));
        table.Get("issues/{number:n}/comments", MayRead, static call => Task.FromResult(
            call.Records.Issue(call.Number("number")) is { } issue ? RestAnswer.List(issue.Comments, comment => Json(comment, issue, call)) : RestAnswer.NotFound));
        table.Post("issues/{number:n}/comments", MayWrite, static call => Task.FromResult(Create(call)));
        table.Get("issues/comments/{id:n}", MayRead, static call => Task.FromResult(
            Find(call) is var (issue, comment) ? RestAnswer.Of(Json(comment, issue, call)) : RestAnswer.NotFound));
        table.Patch("issues/comments/{id:n}", MayWrite, static call => Task.FromResult(Change(call)));
        table.Delete("issues/comments/{id:n}", MayWrite, static call => Task.FromResult(Delete(call)));
    }

    /// <summary>Adds a comment by the App's bot.</summary>
    public static (IssueRecord Issue, CommentRecord Comment) Add(RepositoryRecords records, int number, string text)
    {
        var comment = new CommentRecord(records.NextId("comment"), Accounts.Bot, text, records.Now, records.Now);
        return (records.ChangeIssue(number, old => old with { Comments = old.Comments.Add(comment), UpdatedAt = records.Now }), comment);
    }

    private static System.Text.Json.Nodes.JsonObject Json(CommentRecord comment, IssueRecord issue, RestCall call) =>
        IssueJson.Comment(comment, issue, call.Repository, call.Links);

    /// <summary>The comment that an address names, and where it stands; null when there is none.</summary>
    public static (IssueRecord Issue, CommentRecord Comment)? Find(RestCall call)
    {
        foreach (var issue in call.Records.Issues.Values)
        {
            if (issue.Comments.FirstOrDefault(comment => comment.Id == call.Number("id")) is { } comment)
            {
                return (issue, comment);
            }
        }

        return null;
    }

    private static RestAnswer Create(RestCall call)
    {
        var text = call.Body.RequiredText("body");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (call.Records.Issue(call.Number("number")) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        if (!IssueRoutes.MayWrite(call, issue))
        {
            return RestAnswer.Forbidden;
        }

        if (text.Length == 0)
        {
            return RestAnswer.Invalid("IssueComment", "body", "missing_field");
        }

        var (changed, comment) = Add(call.Records, issue.Number, text);
        return RestAnswer.Created(Json(comment, changed, call), new Uri(call.Here.Api($"issues/comments/{comment.Id}")));
    }

    private static RestAnswer Change(RestCall call)
    {
        var text = call.Body.RequiredText("body");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (Find(call) is not var (issue, comment))
        {
            return RestAnswer.NotFound;
        }

        if (!IssueRoutes.MayWrite(call, issue))
        {
            return RestAnswer.Forbidden;
        }

        var changed = comment with { Body = text, UpdatedAt = call.Records.Now };
        var after = call.Records.ChangeIssue(issue.Number, old => old with { Comments = old.Comments.Replace(comment, changed) });
        return RestAnswer.Of(Json(changed, after, call));
    }

    private static RestAnswer Delete(RestCall call)
    {
        if (Find(call) is not var (issue, comment))
        {
            return RestAnswer.NotFound;
        }

        if (!IssueRoutes.MayWrite(call, issue))
        {
            return RestAnswer.Forbidden;
        }

        call.Records.ChangeIssue(issue.Number, old => old with { Comments = old.Comments.Remove(comment) });
        return RestAnswer.NoContent;
    }
}
