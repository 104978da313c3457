using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Repositories;

/// <summary><c>get_me</c>: who is signed in.</summary>
internal sealed class GetMe : IBrokerTool
{
    public Tool Definition { get; } = Define.Read(
        "get_me",
        "Who am I",
        "Tells who is signed in at the broker: the person you work for. On GitHub what you do appears as the broker's App, not as this person, so issues and pull requests of yours "
            + "are not found by this login.",
        Schema.Input(""),
        Schema.Output(
            $$"""
            "login": { "type": "string" }, "id": { "type": "integer" }, "profile_url": { "type": "string" }, "avatar_url": { "type": "string" },
            "details": {{Schema.Object(""" "name": { "type": "string" }, "email": { "type": "string" } """)}}
            """,
            "login"));

    // What the broker knows of a caller is the caller's own.
    public bool MayEver(PolicyReach reach) => true;

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken) =>
        (await call.AskAsync(ApiCallRequest.Get(ApiPath.Of("/user")), cancellationToken)).Succeeded(out var user, out var failure)
            ? ToolAnswer.Json(Json.Of(
                ("login", user.Text("login")),
                ("id", user.Copy("id")),
                ("profile_url", user.Text("html_url")),
                ("avatar_url", user.Text("avatar_url")),
                ("details", Json.Of(("name", user.Text("name")), ("email", user.Text("email"))))))
            : failure;
}
