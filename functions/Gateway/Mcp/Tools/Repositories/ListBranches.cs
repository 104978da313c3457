using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Repositories;

/// <summary><c>list_branches</c>.</summary>
internal sealed class ListBranches : IBrokerTool
{
    public Tool Definition { get; } = Define.Read(
        "list_branches",
        "List branches",
        "Lists a repository's branches that you may see, each with the commit that it is at. A page may be short or empty although more follow: go by next_page.",
        Schema.Input($"{Schema.Repository}, {Schema.Paging}", "owner", "repo"),
        Schema.Output(
            $$"""
            "branches": {{Schema.List(Schema.Object(""" "name": { "type": "string" }, "sha": { "type": "string" }, "protected": { "type": "boolean" } """, "name", "sha", "protected"))}},
            {{Schema.NextPage}}
            """,
            "branches"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var page = Page.Of(call.Arguments);
        var asked = await call.AskAsync(
            ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/branches", repository.Owner, repository.Name), ("page", page.Number), ("per_page", page.Size)), cancellationToken);
        return asked.Succeeded(out var found, out var failure)
            ? page.Answer(
                "branches",
                Json.List(found.Objects().Select(static branch => Json.Of(("name", branch.Text("name")), ("sha", branch.At("commit").Text("sha")), ("protected", branch.IsTrue("protected"))))),
                asked.Answer)
            : failure;
    }
}
