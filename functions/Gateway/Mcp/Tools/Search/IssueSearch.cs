using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Search;

/// <summary>What the searches of issues and of pull requests share: GitHub has one for both.</summary>
internal static class IssueSearch
{
    private static readonly string[] All =
    [
        "number", "title", "body", "state", "state_reason", "draft", "locked", "html_url", "user", "author_association", "labels", "assignees", "milestone", "comments", "reactions",
        "created_at", "updated_at", "closed_at", "closed_by", "type", "repository", "is_pull_request",
    ];

    private static readonly string[] Usual = ["number", "title", "state", "html_url", "user", "labels", "comments", "updated_at", "repository"];

    private static readonly string[] Sorts =
        ["comments", "reactions", "reactions-+1", "reactions--1", "reactions-smile", "reactions-thinking_face", "reactions-heart", "reactions-tada", "interactions", "created", "updated"];

    private static readonly string[] Orders = ["asc", "desc"];

    /// <summary>The definition of one of them.</summary>
    public static Tool Define(string name, string title, string description) => Shared.Define.Read(
        name,
        title,
        description,
        Schema.Input(
            $$"""
            "query": { "type": "string", "description": "Words, and qualifiers if you like" },
            "owner": { "type": "string", "description": "With repo: look in this repository only" },
            "repo": { "type": "string", "description": "With owner: look in this repository only" },
            "sort": {{Schema.Choice("What to sort by; the best match first unless you say otherwise", Sorts)}},
            "order": {{Schema.Choice("desc unless you say otherwise", Orders)}},
            "fields": {{Schema.Fields(All, Usual)}},
            {{Schema.Paging}}
            """,
            "query"),
        Schema.Output(
            $$"""
            "total_count": { "type": "integer" }, "incomplete_results": { "type": "boolean" }, "items": {{Schema.List(Schema.Object(IssueShape.Properties))}}, {{Schema.NextPage}}
            """,
            "total_count",
            "items"));

    /// <summary>Runs one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="kind">The qualifier that says which of the two is searched.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<ToolAnswer> RunAsync(ToolCall call, string kind, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var page = Page.Of(arguments);
        var fields = Fields.Of(arguments, All, Usual);
        var asked = await call.AskAsync(
            ApiCallRequest.Get(
                ApiPath.Of("/search/issues"),
                ("q", $"{Place(arguments)}{kind} {arguments.Text("query")}"),
                ("sort", arguments.Has("sort") ? arguments.Choice("sort", Sorts) : null),
                ("order", arguments.Has("order") ? arguments.Choice("order", Orders) : null),
                ("page", page.Number),
                ("per_page", page.Size)),
            cancellationToken);
        return asked.Succeeded(out var found, out var failure)
            ? page.Answer(
                Json.Of(("total_count", found.Copy("total_count")), ("incomplete_results", found.IsTrue("incomplete_results"))),
                "items",
                Json.List(found.At("items").Objects().Select(item => fields.Pick(IssueShape.Of(item)))),
                asked.Answer.HasNextPage)
            : failure;
    }

    /// <summary>Where to look, before everything else; the broker reads it before it sends it on.</summary>
    private static string Place(ToolArguments arguments) => (arguments.Has("owner"), arguments.Has("repo")) switch
    {
        (true, true) => $"repo:{arguments.Repository()} ",
        (false, false) => "",
        _ => throw arguments.Problem("owner, repo", "go together: name both, or neither."),
    };
}
