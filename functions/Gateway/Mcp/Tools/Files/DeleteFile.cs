using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary><c>delete_file</c>: one file, as one commit.</summary>
internal sealed class DeleteFile : IBrokerTool
{
    public Tool Definition { get; } = Define.Change(
        "delete_file",
        "Delete file",
        "Deletes one file of a branch as one commit. To delete several, or to move one, take push_files.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "path": { "type": "string", "description": "Path of the file" },
            "message": { "type": "string", "description": "Commit message" },
            "branch": { "type": "string", "description": "The branch to delete it from" }
            """,
            "owner",
            "repo",
            "path",
            "message",
            "branch"),
        Schema.Output(CreateOrUpdateFile.Properties, "commit"),
        destroys: true,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var (path, branch) = (RepositoryPath.Of(call.Arguments, "path"), RepositoryPath.Branch(call.Arguments, "branch"));
        var message = call.Arguments.Text("message");
        var (there, failure) = await FileAt.LookUpAsync(call, repository, branch, path, cancellationToken);
        if (there is null)
        {
            return failure!;
        }

        if (there.Problem(path) is { } problem)
        {
            return problem;
        }

        return there.Oid is null
            ? ToolAnswer.Error($"There is no {path} on {branch}. get_repository_tree lists what there is.")
            : await call.PerformAsync(
                ApiCallRequest.Send(
                    HttpMethod.Delete,
                    ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", repository.Owner, repository.Name, path),
                    new JsonObject { ["message"] = message, ["sha"] = there.Oid, ["branch"] = branch }),
                cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => ToolAnswer.Json(CreateOrUpdateFile.Written(answer.Json()));
}
