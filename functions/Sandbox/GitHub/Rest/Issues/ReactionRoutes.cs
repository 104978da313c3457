using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>Reactions to issues, pull requests and comments under them.</summary>
internal sealed class ReactionRoutes : IRestGroup
{
    /// <summary>The signs that there are.</summary>
    public static readonly string[] Contents = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];

    public void Add(RestTable table)
    {
        table.Get("issues/{number:n}/reactions", "issues=read", static call => Task.FromResult(
            call.Records.Issue(call.Number("number")) is { } issue ? RestAnswer.List(issue.Reactions, reaction => Json(reaction, call)) : RestAnswer.NotFound));
        table.Post("issues/{number:n}/reactions", "issues=write", static call => Task.FromResult(OfIssue(call)));
        table.Get("issues/comments/{id:n}/reactions", "issues=read", static call => Task.FromResult(
            CommentRoutes.Find(call) is var (_, comment) ? RestAnswer.List(comment.Reactions, reaction => Json(reaction, call)) : RestAnswer.NotFound));
        table.Post("issues/comments/{id:n}/reactions", "issues=write", static call => Task.FromResult(OfComment(call)));
    }

    private static RestAnswer OfIssue(RestCall call) => call.Records.Issue(call.Number("number")) is not { } issue ? RestAnswer.NotFound
        : React(call, issue.Reactions, reaction => call.Records.ChangeIssue(issue.Number, old => old with { Reactions = old.Reactions.Add(reaction) }));

    private static RestAnswer OfComment(RestCall call) => CommentRoutes.Find(call) is not var (issue, comment) ? RestAnswer.NotFound
        : React(call, comment.Reactions, reaction => call.Records.ChangeIssue(
            issue.Number, old => old with { Comments = old.Comments.Replace(comment, comment with { Reactions = comment.Reactions.Add(reaction) }) }));

    /// <summary>The same reaction by the same account is there once; who gives it again is told so by 200.</summary>
    private static RestAnswer React(RestCall call, ImmutableArray<ReactionRecord> there, Func<ReactionRecord, IssueRecord> add)
    {
        var content = call.Body.RequiredText("content");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!Contents.Contains(content, StringComparer.Ordinal))
        {
            return RestAnswer.Invalid("Reaction", "content", "invalid");
        }

        if (there.FirstOrDefault(one => one.User == Accounts.Bot && one.Content == content) is { } known)
        {
            return RestAnswer.Of(Json(known, call));
        }

        var reaction = new ReactionRecord(call.Records.NextId("reaction"), Accounts.Bot, content, call.Records.Now);
        add(reaction);
        return new RestAnswer.Json(201, Json(reaction, call), null);
    }

    private static JsonObject Json(ReactionRecord reaction, RestCall call) => new()
    {
        ["id"] = reaction.Id,
        ["node_id"] = NodeIds.Of("REA", call.Repository.Id, reaction.Id),
        ["user"] = Accounts.Json(reaction.User, call.Links),
        ["content"] = reaction.Content,
        ["created_at"] = GitHubAnswer.Time(reaction.CreatedAt),
    };
}
