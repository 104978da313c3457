using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Issues;

/// <summary><c>issue_write</c>: an issue opened or changed, in one call.</summary>
internal sealed class IssueWrite : IBrokerTool
{
    private static readonly string[] Methods = ["create", "update"];

    private static readonly string[] States = ["open", "closed"];

    private static readonly string[] Plain = ["title", "body", "type"];

    private static readonly string[] Lists = ["assignees", "labels"];

    private static readonly string[] Reasons = ["completed", "not_planned", "duplicate"];

    public Tool Definition { get; } = Define.Change(
        "issue_write",
        "Write issue",
        "Opens an issue, or changes one: its title, text, labels, assignees, milestone or state. Labels and assignees given replace those that are there. To close one as a duplicate, say "
            + "so in a comment as well (Duplicate of #N): that link is not made here. Fields of projects are not set here.",
        Schema.Input(
            $$"""
            "method": {{Schema.Choice("create opens an issue, update changes one", Methods)}},
            {{Schema.Repository}},
            "issue_number": { "type": "integer", "minimum": 1, "description": "Number of the issue that is changed" },
            "title": { "type": "string", "description": "Title; needed to open one" },
            "body": { "type": "string", "description": "Text, in Markdown" },
            "assignees": { "type": "array", "items": { "type": "string" }, "description": "Logins of those who work on it" },
            "labels": { "type": "array", "items": { "type": "string" }, "description": "Names of labels" },
            "milestone": { "type": "integer", "minimum": 1, "description": "Number of a milestone" },
            "type": { "type": "string", "description": "Name of an issue type of the organization, where it has some" },
            "state": {{Schema.Choice("New state", States)}},
            "state_reason": {{Schema.Choice("Why it is closed", Reasons)}}
            """,
            "method",
            "owner",
            "repo"),
        Schema.Output(Change.Properties, "id", "url"),
        destroys: false,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEverAny(Needs.IssuesWrite, Needs.PullsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var isNew = arguments.Choice("method", Methods) == "create";
        var body = Body(arguments);
        if (isNew)
        {
            _ = arguments.Text("title");
            if (arguments.Has("issue_number") || arguments.Has("state") || arguments.Has("state_reason"))
            {
                throw arguments.Problem("method", "create opens a new issue, which has no issue_number, state or state_reason to set; use update for one that is there.");
            }

            return await call.PerformAsync(ApiCallRequest.Send(HttpMethod.Post, ApiPath.Of("/repos/{owner}/{repo}/issues", repository.Owner, repository.Name), body), cancellationToken);
        }

        var number = arguments.Integer("issue_number").ToString(CultureInfo.InvariantCulture);
        return body.Count == 0
            ? throw arguments.Problem("method", "update changes something: pass title, body, assignees, labels, milestone, type or state.")
            : await call.PerformAsync(
                ApiCallRequest.Send(HttpMethod.Patch, ApiPath.Of("/repos/{owner}/{repo}/issues/{issue_number}", repository.Owner, repository.Name, number), body), cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => Change.Of(answer);

    /// <summary>What is set, and nothing else. An empty list is a list: it takes away what is there.</summary>
    private static JsonObject Body(ToolArguments arguments)
    {
        var body = new JsonObject();
        foreach (var name in Plain.Where(arguments.Has))
        {
            body[name] = arguments.OptionalText(name);
        }

        foreach (var name in Lists.Where(arguments.Has))
        {
            body[name] = Json.List(arguments.OptionalTexts(name)!.Value.Select(static text => (JsonNode?)text));
        }

        if (arguments.OptionalInteger("milestone") is { } milestone)
        {
            body["milestone"] = milestone;
        }

        if (arguments.Has("state"))
        {
            body["state"] = arguments.Choice("state", States);
        }

        if (arguments.Has("state_reason"))
        {
            body["state_reason"] = arguments.Choice("state", States) == "closed"
                ? arguments.Choice("state_reason", Reasons)
                : throw arguments.Problem("state_reason", "goes with state closed.");
        }

        return body;
    }
}
