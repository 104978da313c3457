using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary>
/// <c>update_pull_request</c>. GitHub has three calls for what can be changed: text, state and base; whether it is a draft; who is asked for a review. A call of the tool is one of them.
/// </summary>
internal sealed class UpdatePullRequest : IBrokerTool
{
    private const string ToDraft = "mutation($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { number url databaseId } } }";

    private const string ToReady = "mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { number url databaseId } } }";

    private static readonly string[] States = ["open", "closed"];

    private static readonly string[] Texts = ["title", "body"];

    public Tool Definition { get; } = Define.Change(
        "update_pull_request",
        "Change pull request",
        "Changes a pull request: its title, text, state, base and maintainer_can_modify together in one call; draft in a call of its own; reviewers in a call of its own.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            {{PullName.Property}},
            "title": { "type": "string", "description": "New title" },
            "body": { "type": "string", "description": "New text" },
            "state": {{Schema.Choice("New state", States)}},
            "base": { "type": "string", "description": "New branch to merge into" },
            "maintainer_can_modify": { "type": "boolean", "description": "Whether maintainers may push to its branch" },
            "draft": { "type": "boolean", "description": "true makes it a draft, false ready for review; by itself" },
            "reviewers": { "type": "array", "items": { "type": "string" }, "description": "Logins, or ORG/team-slug, of those who are asked for a review; by itself" }
            """,
            "owner",
            "repo",
            "pullNumber"),
        Schema.Output(Change.Properties, "url"),
        destroys: false,
        repeatable: true);

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.PullsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var pull = PullName.Of(arguments);
        var body = Body(arguments);
        var (draft, reviewers) = (arguments.OptionalFlag("draft"), arguments.OptionalTexts("reviewers") ?? []);
        return (body.Count > 0, draft, reviewers.IsEmpty) switch
        {
            (true, null, true) => await call.PerformAsync(ApiCallRequest.Send(HttpMethod.Patch, pull.Path(), body), cancellationToken),
            (false, { } isDraft, true) => await DraftAsync(call, pull, isDraft, cancellationToken),
            (false, null, false) => await call.PerformAsync(ApiCallRequest.Send(HttpMethod.Post, pull.Path("/requested_reviewers"), Reviewers(reviewers)), cancellationToken),
            (false, null, true) => throw arguments.Problem("title, body, state, base, maintainer_can_modify, draft, reviewers", "none of them is there: nothing would change."),
            _ => throw arguments.Problem("draft, reviewers", "each go in a call of their own, so that an approval is about one thing. Nothing was changed; call once for each."),
        };
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer)
    {
        if (change.Path != ApiPath.GraphQl)
        {
            return Change.Of(answer);
        }

        var data = answer.Json().At("data");
        var changed = (data.At("convertPullRequestToDraft") ?? data.At("markPullRequestReadyForReview")).At("pullRequest");
        return Graph.Failed(answer) ?? ToolAnswer.Json(Json.Of(("id", changed.At("databaseId")?.ToJsonString()), ("url", changed.Text("url")), ("number", changed.Copy("number"))));
    }

    private static JsonObject Body(ToolArguments arguments)
    {
        var body = new JsonObject();
        foreach (var name in Texts.Where(arguments.Has))
        {
            body[name] = arguments.OptionalText(name);
        }

        if (arguments.Has("state"))
        {
            body["state"] = arguments.Choice("state", States);
        }

        if (RepositoryPath.OptionalBranch(arguments, "base") is { } target)
        {
            body["base"] = target;
        }

        if (arguments.OptionalFlag("maintainer_can_modify") is { } may)
        {
            body["maintainer_can_modify"] = may;
        }

        return body;
    }

    private static JsonObject Reviewers(IReadOnlyCollection<string> reviewers) => Json.Of(
        ("reviewers", Json.List(reviewers.Where(static one => !one.Contains('/', StringComparison.Ordinal)).Select(static one => (JsonNode?)one))),
        ("team_reviewers", Json.List(reviewers.Where(static one => one.Contains('/', StringComparison.Ordinal)).Select(static one => (JsonNode?)one[(one.IndexOf('/', StringComparison.Ordinal) + 1)..]))));

    private static async ValueTask<ToolAnswer> DraftAsync(ToolCall call, PullName pull, bool isDraft, CancellationToken cancellationToken)
    {
        if (!(await pull.AskAsync(call, cancellationToken)).Succeeded(out var found, out var failure))
        {
            return failure;
        }

        return found.IsTrue("draft") == isDraft
            ? Change.Of(found)
            : await call.PerformAsync(ApiCallRequest.GraphQl(isDraft ? ToDraft : ToReady, new() { ["id"] = found.Text("node_id") }), cancellationToken);
    }
}
