using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Vault;

/// <summary><c>list_secrets</c>: what there is, without values.</summary>
internal sealed class ListSecrets : IBrokerTool
{
    public Tool Definition { get; } = Define.Read(
        "list_secrets",
        "List secrets of a key vault",
        "Lists the secrets of a key vault that you may know of: names, times and tags, never values.",
        Schema.Input(
            """
            "vault": { "type": "string", "description": "Name of the key vault" },
            "page": { "type": "string", "description": "What the page before said comes next" }
            """,
            "vault"),
        Schema.Output($$"""
            "secrets": {{Schema.List(Schema.Object(VaultTools.Described, "vault", "name"))}},
            "next": { "type": "string", "description": "Ask for this page to go on; absent on the last one" }
            """,
            "secrets"));

    public bool MayEver(PolicyReach reach) => reach.MayEverUseVaults("list");

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var vault = VaultTools.Vault(call.Arguments);
        if (!(await call.AskAsync(VaultTools.List(vault, call.Arguments.OptionalText("page")), cancellationToken)).Succeeded(out var found, out var failure))
        {
            return failure;
        }

        var listed = new JsonObject { ["secrets"] = new JsonArray([.. (found["value"]?.AsArray() ?? []).OfType<JsonObject>().Select(secret => VaultTools.Describe(vault, secret))]) };
        if ((string?)found["nextLink"] is { } link)
        {
            listed["next"] = Uri.UnescapeDataString(link[(link.IndexOf("$skiptoken=", StringComparison.Ordinal) + "$skiptoken=".Length)..]);
        }

        return ToolAnswer.Json(listed);
    }
}
