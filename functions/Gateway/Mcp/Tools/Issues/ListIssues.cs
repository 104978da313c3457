using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Repositories;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Issues;

/// <summary><c>list_issues</c>: over GraphQL, where pull requests are not among the issues and pages hold while things change.</summary>
internal sealed class ListIssues : IBrokerTool
{
    private static readonly string[] All = ["number", "title", "body", "state", "user", "labels", "assignees", "comments", "created_at", "updated_at"];

    private static readonly string[] Usual = ["number", "title", "state", "user", "labels", "comments", "updated_at"];

    private static readonly string[] States = ["OPEN", "CLOSED"];

    private static readonly string[] Orders = ["CREATED_AT", "UPDATED_AT", "COMMENTS"];

    private static readonly string[] Directions = ["ASC", "DESC"];

    private const string Query = """
        query($owner: String!, $name: String!, $first: Int!, $after: String, $states: [IssueState!], $labels: [String!], $filter: IssueFilters, $order: IssueOrder) {
          repository(owner: $owner, name: $name) {
            issues(first: $first, after: $after, states: $states, labels: $labels, filterBy: $filter, orderBy: $order) {
              totalCount
              pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
              nodes {
                number title body state createdAt updatedAt
                author { login }
                labels(first: 50) { nodes { name } }
                assignees(first: 20) { nodes { login } }
                comments { totalCount }
              }
            }
          }
        }
        """;

    public Tool Definition { get; } = Define.Read(
        "list_issues",
        "List issues",
        "Lists a repository's issues, open and closed ones unless you say otherwise; pull requests are not among them. To go on, pass the endCursor of pageInfo as after. For words in "
            + "them take search_issues.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "state": {{Schema.Choice("Only those in this state", States)}},
            "labels": { "type": "array", "items": { "type": "string" }, "description": "Only those with one of these labels" },
            "since": { "type": "string", "description": "Only those changed after this time, such as 2026-03-01" },
            "orderBy": {{Schema.Choice("What they are ordered by; CREATED_AT unless you say otherwise", Orders)}},
            "direction": {{Schema.Choice("DESC, the latest first, unless you say otherwise", Directions)}},
            "fields": {{Schema.Fields(All, Usual)}},
            "perPage": { "type": "integer", "minimum": 1, "maximum": 100, "description": "Entries per page; 30 unless you say otherwise" },
            "after": { "type": "string", "description": "The endCursor of the page before" }
            """,
            "owner",
            "repo"),
        Schema.Output(
            $$"""
            "issues": {{Schema.List(Schema.Object(IssueShape.Properties))}}, "totalCount": { "type": "integer" },
            "pageInfo": {{Schema.Object(PageInfo.Properties, "hasNextPage")}}
            """,
            "issues",
            "pageInfo"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.IssuesRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var fields = Fields.Of(arguments, All, Usual);
        var variables = new JsonObject
        {
            ["owner"] = repository.Owner,
            ["name"] = repository.Name,
            ["first"] = arguments.OptionalInteger("perPage", 1, 100) ?? 30,
            ["after"] = arguments.OptionalText("after"),
            ["states"] = arguments.Has("state") ? new JsonArray(arguments.Choice("state", States)) : null,
            ["labels"] = arguments.OptionalTexts("labels") is { Length: > 0 } labels ? Json.List(labels.Select(static text => (JsonNode?)text)) : null,
            ["filter"] = ListCommits.Time(arguments, "since") is { } since ? new JsonObject { ["since"] = since } : null,
            ["order"] = new JsonObject { ["field"] = arguments.Choice("orderBy", Orders, "CREATED_AT"), ["direction"] = arguments.Choice("direction", Directions, "DESC") },
        };
        if (!(await call.AskGraphAsync(Query, variables, cancellationToken)).Succeeded(out var data, out var failure))
        {
            return failure;
        }

        var found = data.At("repository").At("issues");
        return ToolAnswer.Json(new()
        {
            ["issues"] = Json.List(found.At("nodes").Objects().Select(issue => fields.Pick(IssueShape.OfGraph(issue)))),
            ["totalCount"] = found.Copy("totalCount"),
            ["pageInfo"] = PageInfo.Of(found),
        });
    }
}
