using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Issues;

/// <summary><c>add_issue_comment</c>: a comment under an issue or a pull request, or a reaction to one; one of the two a call.</summary>
internal sealed class AddIssueComment : IBrokerTool
{
    public Tool Definition { get; } = Define.Change(
        "add_issue_comment",
        "Comment on issue or pull request",
        "Adds a comment to an issue, or to a pull request by its number; or a reaction to one of them, or to a comment under it. A call does one of the two: for both, call twice.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "issue_number": { "type": "integer", "minimum": 1, "description": "Number of the issue or pull request" },
            "body": { "type": "string", "description": "The comment, in Markdown" },
            "reaction": {{Schema.Choice("A reaction, instead of a comment", IssueShape.Signs)}},
            "comment_id": { "type": "integer", "minimum": 1, "description": "Id of the comment that is reacted to; leave it out to react to the issue itself" }
            """,
            "owner",
            "repo",
            "issue_number"),
        Schema.Output(Change.Properties, "id"),
        destroys: false,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEverAny(Needs.IssuesWrite, Needs.PullsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var number = arguments.Integer("issue_number").ToString(CultureInfo.InvariantCulture);
        if (arguments.Has("body") == arguments.Has("reaction"))
        {
            throw arguments.Problem("body, reaction", arguments.Has("body") ? "are done one at a time: call once with each." : "one of them is needed.");
        }

        if (arguments.Has("body"))
        {
            return arguments.Has("comment_id")
                ? throw arguments.Problem("comment_id", "goes with reaction: a comment is added to the issue.")
                : await call.PerformAsync(
                    ApiCallRequest.Send(
                        HttpMethod.Post,
                        ApiPath.Of("/repos/{owner}/{repo}/issues/{issue_number}/comments", repository.Owner, repository.Name, number),
                        new JsonObject { ["body"] = arguments.Text("body") }),
                    cancellationToken);
        }

        var reaction = new JsonObject { ["content"] = arguments.Choice("reaction", IssueShape.Signs) };
        if (arguments.OptionalInteger("comment_id")?.ToString(CultureInfo.InvariantCulture) is not { } comment)
        {
            return await call.PerformAsync(
                ApiCallRequest.Send(HttpMethod.Post, ApiPath.Of("/repos/{owner}/{repo}/issues/{issue_number}/reactions", repository.Owner, repository.Name, number), reaction), cancellationToken);
        }

        return await MisplacedAsync(call, repository, number, comment, cancellationToken) ?? await call.PerformAsync(
            ApiCallRequest.Send(HttpMethod.Post, ApiPath.Of("/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", repository.Owner, repository.Name, comment), reaction), cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => Change.Of(answer);

    /// <summary>What to say when the comment is not there, or stands under another issue; null when it stands under this one.</summary>
    private static async ValueTask<ToolAnswer?> MisplacedAsync(ToolCall call, RepositoryName repository, string number, string comment, CancellationToken cancellationToken)
    {
        var asked = await call.AskAsync(ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/issues/comments/{comment_id}", repository.Owner, repository.Name, comment)), cancellationToken);
        return !asked.Succeeded(out var found, out var failure) ? failure
            : found.Text("issue_url")?.EndsWith($"/{number}", StringComparison.Ordinal) == true ? null
            : ToolAnswer.Error($"Comment {comment} does not stand under #{number}.");
    }
}
