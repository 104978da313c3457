using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary><c>create_pull_request</c>. Reviewers are asked by a call of its own: one call of a tool is one call of GitHub's that changes something.</summary>
internal sealed class CreatePullRequest : IBrokerTool
{
    private static readonly string[] Flags = ["draft", "maintainer_can_modify"];

    public Tool Definition { get; } = Define.Change(
        "create_pull_request",
        "Open pull request",
        "Opens a pull request from one branch into another. To ask reviewers, call update_pull_request afterwards with reviewers.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "title": { "type": "string", "description": "Title" },
            "head": { "type": "string", "description": "The branch that has the changes" },
            "base": { "type": "string", "description": "The branch that they are for" },
            "body": { "type": "string", "description": "Text, in Markdown" },
            "draft": { "type": "boolean", "description": "Whether it is a draft" },
            "maintainer_can_modify": { "type": "boolean", "description": "Whether maintainers may push to its branch" }
            """,
            "owner",
            "repo",
            "title",
            "head",
            "base"),
        Schema.Output(Change.Properties, "id", "url"),
        destroys: false,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.PullsWrite);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var body = Json.Of(("title", arguments.Text("title")), ("head", arguments.Text("head")), ("base", RepositoryPath.Branch(arguments, "base")), ("body", arguments.OptionalText("body")));
        foreach (var name in Flags.Where(arguments.Has))
        {
            body[name] = arguments.Flag(name);
        }

        return await call.PerformAsync(ApiCallRequest.Send(HttpMethod.Post, ApiPath.Of("/repos/{owner}/{repo}/pulls", repository.Owner, repository.Name), body), cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => Change.Of(answer);
}
