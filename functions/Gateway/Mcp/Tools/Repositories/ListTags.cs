using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Repositories;

/// <summary><c>list_tags</c>.</summary>
internal sealed class ListTags : IBrokerTool
{
    public Tool Definition { get; } = Define.Read(
        "list_tags",
        "List tags",
        "Lists a repository's tags that you may see, each with the commit that it is at.",
        Schema.Input($"{Schema.Repository}, {Schema.Paging}", "owner", "repo"),
        Schema.Output(
            $$"""
            "tags": {{Schema.List(Schema.Object(""" "name": { "type": "string" }, "sha": { "type": "string" } """, "name"))}},
            {{Schema.NextPage}}
            """,
            "tags"));

    public bool MayEver(PolicyReach reach) => reach.MayEverAny(PermissionSet.MetadataRead, PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var page = Page.Of(call.Arguments);
        var asked = await call.AskAsync(
            ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/tags", repository.Owner, repository.Name), ("page", page.Number), ("per_page", page.Size)), cancellationToken);
        return asked.Succeeded(out var found, out var failure)
            ? page.Answer("tags", Json.List(found.Objects().Select(static tag => Json.Of(("name", tag.Text("name")), ("sha", tag.At("commit").Text("sha"))))), asked.Answer)
            : failure;
    }
}
