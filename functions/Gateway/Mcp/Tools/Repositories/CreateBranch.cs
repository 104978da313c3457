using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Repositories;

/// <summary><c>create_branch</c>: a branch where another one is.</summary>
internal sealed class CreateBranch : IBrokerTool
{
    /// <summary>What an answer that is about a ref looks like.</summary>
    public const string RefProperties = """
        "ref": { "type": "string", "description": "Its full name" }, "url": { "type": "string" },
        "object": { "type": "object", "properties": { "type": { "type": "string" }, "sha": { "type": "string" }, "url": { "type": "string" } }, "required": ["sha"] }
        """;

    public Tool Definition { get; } = Define.Change(
        "create_branch",
        "Create branch",
        "Makes a branch that begins where another one is now. Which names the policy lets you push to, whoami tells; cursor/... is the usual place.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "branch": { "type": "string", "description": "Name of the new branch" },
            "from_branch": { "type": "string", "description": "The branch that it begins at; the repository's default branch unless you say otherwise" }
            """,
            "owner",
            "repo",
            "branch"),
        Schema.Output(RefProperties, "ref", "object"),
        destroys: false,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var branch = RepositoryPath.Branch(call.Arguments, "branch");
        if (RepositoryPath.OptionalBranch(call.Arguments, "from_branch") is not { } from)
        {
            var asked = await call.AskAsync(ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}", repository.Owner, repository.Name)), cancellationToken);
            if (!asked.Succeeded(out var found, out var failure))
            {
                return failure;
            }

            from = found.Text("default_branch") ?? throw new InvalidOperationException("GitHub tells of a repository without a default branch.");
        }

        var source = await call.AskAsync(
            ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/git/ref/{ref}", repository.Owner, repository.Name, $"heads/{from}")), cancellationToken);
        if (!source.Succeeded(out var start, out var missing))
        {
            return missing;
        }

        var change = ApiCallRequest.Send(
            HttpMethod.Post,
            ApiPath.Of("/repos/{owner}/{repo}/git/refs", repository.Owner, repository.Name),
            new JsonObject { ["ref"] = $"refs/heads/{branch}", ["sha"] = start.At("object").Text("sha") });
        return await call.PerformAsync(change, cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => ToolAnswer.Json(Ref(answer.Json()));

    private static JsonObject Ref(JsonNode? made) => Json.Of(
        ("ref", made.Text("ref")),
        ("url", made.Text("url")),
        ("object", Json.Of(("type", made.At("object").Text("type")), ("sha", made.At("object").Text("sha")), ("url", made.At("object").Text("url")))));
}
