using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary><c>merge_pull_request</c>: at the head that was looked up, and at no other that it may have by then.</summary>
internal sealed class MergePullRequest : IBrokerTool
{
    private static readonly string[] Methods = ["merge", "squash", "rebase"];

    public Tool Definition { get; } = Define.Change(
        "merge_pull_request",
        "Merge pull request",
        "Merges a pull request as its head is now. When somebody pushes to it meanwhile it is not merged. Protected branches often wait for a person: then the answer has a link, and "
            + "approval_wait goes on from there.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            {{PullName.Property}},
            "merge_method": {{Schema.Choice("How; merge unless you say otherwise", Methods)}},
            "commit_title": { "type": "string", "description": "First line of the merge commit's message" },
            "commit_message": { "type": "string", "description": "The rest of its message" }
            """,
            "owner",
            "repo",
            "pullNumber"),
        Schema.Output(""" "merged": { "type": "boolean" }, "sha": { "type": "string" }, "message": { "type": "string" } """, "merged"),
        destroys: true,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var pull = PullName.Of(arguments);
        var method = arguments.Has("merge_method") ? arguments.Choice("merge_method", Methods) : null;
        var (title, message) = (arguments.OptionalText("commit_title"), arguments.OptionalText("commit_message"));
        if (!(await pull.AskAsync(call, cancellationToken)).Succeeded(out var found, out var failure))
        {
            return failure;
        }

        return found.IsTrue("merged") ? ToolAnswer.Error($"#{pull.Number} is merged already.")
            : found.Text("state") == "closed" ? ToolAnswer.Error($"#{pull.Number} is closed. update_pull_request with state open opens it again.")
            : found.IsTrue("draft") ? ToolAnswer.Error($"#{pull.Number} is a draft. update_pull_request with draft false makes it ready.")
            : await call.PerformAsync(
                ApiCallRequest.Send(
                    HttpMethod.Put,
                    pull.Path("/merge"),
                    Json.Of(("sha", found.At("head").Text("sha")), ("merge_method", method), ("commit_title", title), ("commit_message", message))),
                cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer)
    {
        var merged = answer.Json();
        return ToolAnswer.Json(Json.Of(("merged", merged.IsTrue("merged")), ("sha", merged.Text("sha")), ("message", merged.Text("message"))));
    }
}
