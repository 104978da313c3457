using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Repositories;

/// <summary><c>get_commit</c>.</summary>
internal sealed class GetCommit : IBrokerTool
{
    private static readonly string[] Details = ["none", "stats", "full_patch"];

    public Tool Definition { get; } = Define.Read(
        "get_commit",
        "Get commit",
        "Shows one commit and the files that it changes. Page through the files of a large one.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "sha": { "type": "string", "description": "A commit's id, a branch or a tag" },
            "detail": {{Schema.Choice("none: no files; stats, the default: their names and line counts; full_patch: their patches as well, long ones cut", Details)}},
            {{Schema.Paging}}
            """,
            "owner",
            "repo",
            "sha"),
        Schema.Output(
            $$"""
            {{CommitShape.Properties}},
            "stats": { "type": "object", "properties": { "additions": { "type": "integer" }, "deletions": { "type": "integer" }, "total": { "type": "integer" } } },
            "files": {{Schema.List(FileShape.Schema)}},
            {{Schema.NextPage}}
            """,
            "sha"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var page = Page.Of(call.Arguments);
        var detail = call.Arguments.Choice("detail", Details, "stats");
        var asked = await call.AskAsync(
            ApiCallRequest.Get(
                ApiPath.Of("/repos/{owner}/{repo}/commits/{ref}", repository.Owner, repository.Name, call.Arguments.Text("sha")), ("page", page.Number), ("per_page", page.Size)),
            cancellationToken);
        if (!asked.Succeeded(out var commit, out var failure))
        {
            return failure;
        }

        var shown = CommitShape.Of(commit);
        if (detail == "none")
        {
            return ToolAnswer.Json(shown);
        }

        if (commit.At("stats") is { } stats)
        {
            shown["stats"] = Json.Of(("additions", stats.Copy("additions")), ("deletions", stats.Copy("deletions")), ("total", stats.Copy("total")));
        }

        var shape = new FileShape();
        var files = Json.List(commit.At("files").Objects().Select(file => shape.Of(file, detail == "full_patch")));
        return page.Answer(shown, "files", files, asked.Answer.HasNextPage, shape.Note);
    }
}
