using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary><c>create_or_update_file</c>: one file, as one commit, over exactly the version of it that was read.</summary>
internal sealed class CreateOrUpdateFile : IBrokerTool
{
    /// <summary>What an answer about a written file looks like.</summary>
    public static readonly string Properties = $$"""
        "content": { "type": "object", "properties": { "name": { "type": "string" }, "path": { "type": "string" }, "sha": { "type": "string" }, "size": { "type": "integer" }, "html_url": { "type": "string" } } },
        "commit": { "type": "object", "properties": { "sha": { "type": "string" }, "message": { "type": "string" }, "html_url": { "type": "string" }, "author": { "type": "object" } }, "required": ["sha"] }
        """;

    public Tool Definition { get; } = Define.Change(
        "create_or_update_file",
        "Create or update file",
        "Writes one file of a branch as one commit. To change a file that is there, read it first with get_file_contents and pass its sha; it is written only if it is still that "
            + "version. For several files take push_files.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "path": { "type": "string", "description": "Path of the file" },
            "content": { "type": "string", "description": "The whole content, as plain text, not base64" },
            "message": { "type": "string", "description": "Commit message" },
            "branch": { "type": "string", "description": "The branch to write to; it must be there" },
            "sha": { "type": "string", "description": "The blob's id of the version that is replaced; leave it out for a new file" }
            """,
            "owner",
            "repo",
            "path",
            "content",
            "message",
            "branch"),
        Schema.Output(Properties, "commit"),
        destroys: true,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var (path, branch) = (RepositoryPath.Of(arguments, "path"), RepositoryPath.Branch(arguments, "branch"));
        var (content, message) = (arguments.Text("content", mayBeEmpty: true), arguments.Text("message"));
        var sha = arguments.OptionalText("sha") is { Length: > 0 } given ? given : null;
        var (there, failure) = await FileAt.LookUpAsync(call, repository, branch, path, cancellationToken);
        if (there is null)
        {
            return failure!;
        }

        if ((there.Problem(path) ?? Stale(there, path, branch, sha)) is { } problem)
        {
            return problem;
        }

        var body = Json.Of(("message", message), ("branch", branch), ("sha", sha));
        body["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content));
        return await call.PerformAsync(
            ApiCallRequest.Send(HttpMethod.Put, ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", repository.Owner, repository.Name, path), body), cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => ToolAnswer.Json(Written(answer.Json()));

    /// <summary>A written or deleted file, as answers have it.</summary>
    public static JsonObject Written(JsonNode? answer) => Json.Of(
        ("content", answer.At("content") is { } content
            ? Json.Of(("name", content.Text("name")), ("path", content.Text("path")), ("sha", content.Text("sha")), ("size", content.Copy("size")), ("html_url", content.Text("html_url")))
            : null),
        ("commit", Json.Of(
            ("sha", answer.At("commit").Text("sha")),
            ("message", answer.At("commit").Text("message")),
            ("html_url", answer.At("commit").Text("html_url")),
            ("author", CommitShape.PersonOf(answer.At("commit").At("author"))))));

    private static ToolAnswer? Stale(FileAt there, string path, string branch, string? sha) => (there.Oid, sha) switch
    {
        (null, not null) => ToolAnswer.Error($"There is no {path} on {branch}, so there is no version of it to replace. Leave sha out to make it."),
        (not null, null) => ToolAnswer.Error($"{path} is there already on {branch}. Read it with get_file_contents and pass its sha."),
        ({ } now, { } then) when now != then => ToolAnswer.Error($"{path} has changed on {branch}: it is {now} now, not {then}. Read it again and repeat your change on that version."),
        _ => null,
    };
}
