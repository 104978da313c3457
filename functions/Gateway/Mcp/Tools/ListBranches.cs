using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools;

/// <summary>The branches of a repository.</summary>
internal sealed class ListBranches : IBrokerTool
{
    private const int DefaultPerPage = 30;

    public Tool Definition { get; } = new()
    {
        Name = "list_branches",
        Title = "List branches",
        Description = "Lists the branches of a repository that you may see, with the commit each is at.",
        InputSchema = ToolSchema.Of("""
            {
              "type": "object",
              "properties": {
                "owner": { "type": "string", "description": "Repository owner" },
                "repo": { "type": "string", "description": "Repository name" },
                "page": { "type": "integer", "minimum": 1, "description": "Page number, from 1" },
                "perPage": { "type": "integer", "minimum": 1, "maximum": 100, "description": "Results per page; 30 unless told otherwise" }
              },
              "required": ["owner", "repo"],
              "additionalProperties": false
            }
            """),
        OutputSchema = ToolSchema.Of("""
            {
              "type": "object",
              "properties": {
                "branches": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": { "name": { "type": "string" }, "sha": { "type": "string" }, "protected": { "type": "boolean" } },
                    "required": ["name", "sha", "protected"]
                  }
                },
                "next_page": { "type": "integer", "description": "The page to ask for next; absent on the last" }
              },
              "required": ["branches"]
            }
            """),
        Annotations = new() { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = true },
    };

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var page = call.Arguments.OptionalInteger("page") ?? 1;
        var perPage = call.Arguments.OptionalInteger("perPage", 1, 100) ?? DefaultPerPage;
        var answer = await call.Api.SendAsync(
            ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/branches", repository.Owner, repository.Name), ("page", page), ("per_page", perPage)), cancellationToken);
        if (!answer.IsSuccess || answer.Json() is not JsonArray branches)
        {
            return Failures.Describe(answer);
        }

        var found = new JsonObject
        {
            ["branches"] = new JsonArray(
            [
                .. branches.Select(static branch => new JsonObject
                {
                    ["name"] = (string?)branch!["name"],
                    ["sha"] = (string?)branch["commit"]?["sha"],
                    ["protected"] = (bool?)branch["protected"] ?? false,
                }),
            ]),
        };
        if (answer.HasNextPage)
        {
            found["next_page"] = page + 1;
        }

        return ToolAnswer.Json(found);
    }
}
