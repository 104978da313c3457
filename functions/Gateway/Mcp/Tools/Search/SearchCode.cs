using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Search;

/// <summary><c>search_code</c>.</summary>
internal sealed class SearchCode : IBrokerTool
{
    private static readonly string[] All = ["name", "path", "sha", "repository", "text_matches"];

    private static readonly string[] Orders = ["asc", "desc"];

    public Tool Definition { get; } = Define.Read(
        "search_code",
        "Search code",
        "Searches the code on default branches of the repositories that you may read, with GitHub's code search: words, quoted phrases, NOT, and repo:OWNER/NAME, org:, path:, filename:, "
            + "extension:, language:. Name a repository where you can. Take list tools for other branches.",
        Schema.Input(
            $$"""
            "query": { "type": "string", "description": "What to search for, at most 256 characters; for example: RefundPolicy repo:acme/payments-api extension:cs" },
            "sort": {{Schema.Choice("indexed: the latest indexed first; the best match unless you say so", "indexed")}},
            "order": {{Schema.Choice("desc unless you say otherwise", Orders)}},
            "fields": {{Schema.Fields(All, All)}},
            {{Schema.Paging}}
            """,
            "query"),
        Schema.Output(
            $$"""
            "total_count": { "type": "integer" }, "incomplete_results": { "type": "boolean" },
            "items": {{Schema.List(Schema.Object(
                """ "name": { "type": "string" }, "path": { "type": "string" }, "sha": { "type": "string" }, "repository": { "type": "string" }, "text_matches": { "type": "array", "items": { "type": "object" } } """))}},
            {{Schema.NextPage}}
            """,
            "total_count",
            "items"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var page = Page.Of(arguments);
        var fields = Fields.Of(arguments, All, All);
        var request = ApiCallRequest.Get(
            ApiPath.Of("/search/code"),
            ("q", arguments.Text("query")),
            ("sort", arguments.Has("sort") ? arguments.Choice("sort", ["indexed"]) : null),
            ("order", arguments.Has("order") ? arguments.Choice("order", Orders) : null),
            ("page", page.Number),
            ("per_page", page.Size));
        var asked = await call.AskAsync(fields.Has("text_matches") ? request with { Accept = "application/vnd.github.text-match+json" } : request, cancellationToken);
        return asked.Succeeded(out var found, out var failure)
            ? page.Answer(
                Json.Of(("total_count", found.Copy("total_count")), ("incomplete_results", found.IsTrue("incomplete_results"))),
                "items",
                Json.List(found.At("items").Objects().Select(item => fields.Pick(Shape(item)))),
                asked.Answer.HasNextPage)
            : failure;
    }

    private static JsonObject Shape(JsonObject item) => Json.Of(
        ("name", item.Text("name")),
        ("path", item.Text("path")),
        ("sha", item.Text("sha")),
        ("repository", item.At("repository").Text("full_name")),
        ("text_matches", Json.List(item.At("text_matches").Objects().Select(static match => Json.Of(("property", match.Text("property")), ("fragment", match.Text("fragment")))))));
}
