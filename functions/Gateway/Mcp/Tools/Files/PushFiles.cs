using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary><c>push_files</c>: several files in one commit, on top of the commit that the branch was at when it was looked up, and not on top of another.</summary>
internal sealed class PushFiles : IBrokerTool
{
    private const string Head = """
        query($owner: String!, $name: String!, $ref: String!) { repository(owner: $owner, name: $name) { ref(qualifiedName: $ref) { target { oid } } } }
        """;

    private const string Commit = """
        mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid url } ref { name prefix } } }
        """;

    public Tool Definition { get; } = Define.Change(
        "push_files",
        "Push files",
        "Writes, and with delete removes, several files of a branch in one commit. Each file is given whole: read it first if it is there. The branch must be there; create_branch makes "
            + "one. When the branch moves meanwhile nothing is written.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "branch": { "type": "string", "description": "The branch to push to; it must be there" },
            "files": {
              "type": "array",
              "description": "The files to write; may be empty when delete is not",
              "items": {
                "type": "object",
                "properties": { "path": { "type": "string", "description": "Path of the file" }, "content": { "type": "string", "description": "The whole content, as plain text" } },
                "required": ["path", "content"],
                "additionalProperties": false
              }
            },
            "delete": { "type": "array", "items": { "type": "string" }, "description": "Paths of files to delete in the same commit" },
            "message": { "type": "string", "description": "Commit message" }
            """,
            "owner",
            "repo",
            "branch",
            "files",
            "message"),
        Schema.Output(Repositories.CreateBranch.RefProperties, "ref", "object"),
        destroys: true,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var (branch, message) = (RepositoryPath.Branch(arguments, "branch"), arguments.Text("message"));
        var changes = Changes(arguments, Definition);
        var asked = await call.AskGraphAsync(
            Head, new() { ["owner"] = repository.Owner, ["name"] = repository.Name, ["ref"] = $"refs/heads/{branch}" }, cancellationToken);
        if (!asked.Succeeded(out var data, out var failure))
        {
            return failure;
        }

        if (data.At("repository").At("ref").At("target").Text("oid") is not { } head)
        {
            return FileAt.NoBranch(branch);
        }

        var input = new JsonObject
        {
            ["branch"] = new JsonObject { ["repositoryNameWithOwner"] = repository.ToString(), ["branchName"] = branch },
            ["message"] = Message(message),
            ["fileChanges"] = changes,
            ["expectedHeadOid"] = head,
        };
        return await call.PerformAsync(ApiCallRequest.GraphQl(Commit, new() { ["input"] = input }), cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer)
    {
        if (Graph.Failed(answer) is { } failure)
        {
            return failure;
        }

        var made = answer.Json().At("data").At("createCommitOnBranch");
        return ToolAnswer.Json(Json.Of(
            ("ref", made.At("ref").Text("prefix") + made.At("ref").Text("name")),
            ("object", Json.Of(("type", "commit"), ("sha", made.At("commit").Text("oid")), ("url", made.At("commit").Text("url"))))));
    }

    private static JsonObject Changes(ToolArguments arguments, Tool definition)
    {
        var written = arguments.Values["files"] is { ValueKind: JsonValueKind.Array } files && files.GetArrayLength() == 0
            ? []
            : arguments.Objects("files", definition.InputSchema).Select(static file => (Path: RepositoryPath.Of(file, "path"), Content: file.Text("content", mayBeEmpty: true))).ToArray();
        var deleted = (arguments.OptionalTexts("delete") ?? []).Select(path => RepositoryPath.Of(arguments, "delete", path)).ToArray();
        if (written.Length + deleted.Length == 0)
        {
            throw arguments.Problem("files", "is empty, and nothing is to be deleted.");
        }

        if (written.Select(static file => file.Path).Concat(deleted).GroupBy(static path => path, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw arguments.Problem("files", $"{twice.Key} is there twice.");
        }

        return new()
        {
            ["additions"] = Json.List(written.Select(static file => new JsonObject { ["path"] = file.Path, ["contents"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(file.Content)) })),
            ["deletions"] = Json.List(deleted.Select(static path => new JsonObject { ["path"] = path })),
        };
    }

    /// <summary>The first line, and what follows it.</summary>
    private static JsonObject Message(string message)
    {
        var end = message.IndexOf('\n', StringComparison.Ordinal);
        return end < 0
            ? new() { ["headline"] = message }
            : Json.Of(("headline", message[..end].TrimEnd('\r')), ("body", message[end..].Trim('\r', '\n')));
    }
}
