using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary><c>list_pull_requests</c>.</summary>
internal sealed class ListPullRequests : IBrokerTool
{
    private static readonly string[] Usual = ["number", "title", "state", "draft", "html_url", "user", "head", "base", "labels", "updated_at"];

    private static readonly string[] States = ["open", "closed", "all"];

    private static readonly string[] Sorts = ["created", "updated", "popularity", "long-running"];

    private static readonly string[] Directions = ["asc", "desc"];

    public Tool Definition { get; } = Define.Read(
        "list_pull_requests",
        "List pull requests",
        "Lists a repository's pull requests, the open ones unless you say otherwise. For those of one author, or by words, take search_pull_requests.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "state": {{Schema.Choice("Only those in this state; open unless you say otherwise", States)}},
            "head": { "type": "string", "description": "Only those from this branch, written OWNER:BRANCH" },
            "base": { "type": "string", "description": "Only those into this branch" },
            "sort": {{Schema.Choice("What to sort by; created unless you say otherwise", Sorts)}},
            "direction": {{Schema.Choice("Which way", Directions)}},
            "fields": {{Schema.Fields(PullShape.All, Usual)}},
            {{Schema.Paging}}
            """,
            "owner",
            "repo"),
        Schema.Output($$""" "pull_requests": {{Schema.List(Schema.Object(PullShape.Properties))}}, {{Schema.NextPage}} """, "pull_requests"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.PullsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var page = Page.Of(arguments);
        var fields = Fields.Of(arguments, PullShape.All, Usual);
        var asked = await call.AskAsync(
            ApiCallRequest.Get(
                ApiPath.Of("/repos/{owner}/{repo}/pulls", repository.Owner, repository.Name),
                ("state", arguments.Has("state") ? arguments.Choice("state", States) : null),
                ("head", arguments.OptionalText("head")),
                ("base", arguments.OptionalText("base")),
                ("sort", arguments.Has("sort") ? arguments.Choice("sort", Sorts) : null),
                ("direction", arguments.Has("direction") ? arguments.Choice("direction", Directions) : null),
                ("page", page.Number),
                ("per_page", page.Size)),
            cancellationToken);
        return asked.Succeeded(out var found, out var failure)
            ? page.Answer("pull_requests", Json.List(found.Objects().Select(pull => fields.Pick(PullShape.Of(pull)))), asked.Answer)
            : failure;
    }
}
