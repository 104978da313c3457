using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Vault;

/// <summary><c>set_secret</c>: a new version with a value that whoever calls knows.</summary>
internal sealed class SetSecret : IBrokerTool
{
    public Tool Definition { get; } = Define.Change(
        "set_secret",
        "Set a secret",
        "Makes a new version of a secret in a key vault. The value is then known to you and in this conversation: when any random value will do, use rotate_secret instead, which shows it to nobody.",
        Schema.Input(
            $$"""
            {{VaultTools.Secret}},
            "value": { "type": "string", "description": "The new value, at most 25 KB" },
            "content_type": { "type": "string", "description": "What kind of text it is" }
            """,
            "vault",
            "name",
            "value"),
        Schema.Output(VaultTools.Described, "vault", "name"),
        destroys: false,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEverUseVaults("set");

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["value"] = call.Arguments.Text("value") };
        if (call.Arguments.OptionalText("content_type") is { } type)
        {
            body["contentType"] = type;
        }

        return call.PerformAsync(VaultTools.Set(VaultTools.Vault(call.Arguments), VaultTools.Name(call.Arguments), body), cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => Done(change, answer);

    /// <summary>What is told of a version that was made. Nothing of its value but the shape.</summary>
    internal static ToolAnswer Done(ApiCallRequest change, ApiAnswer answer) =>
        answer.Json() is JsonObject made ? ToolAnswer.Json(VaultTools.Describe(change.Path.Value.Split('/')[2], made)) : ToolAnswer.Text("It was set.");
}
