using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Vault;

/// <summary><c>compare_secrets</c>: whether two secrets have the same value, without showing either.</summary>
internal sealed class CompareSecrets : IBrokerTool
{
    public Tool Definition { get; } = Define.Read(
        "compare_secrets",
        "Are two secrets the same",
        "Says whether two secrets, in one vault or in two, have the same value now, without showing it. You need to be allowed to look at both.",
        Schema.Input(
            $$"""
            {{VaultTools.Secret}},
            "other_vault": { "type": "string", "description": "Name of the other key vault; the same one unless you say otherwise" },
            "other_name": { "type": "string", "description": "Name of the other secret; the same name unless you say otherwise" }
            """,
            "vault",
            "name"),
        Schema.Output("""
            "same": { "type": "boolean" },
            "versions": { "type": "array", "items": { "type": "string" }, "description": "What was compared" }
            """,
            "same",
            "versions"));

    public bool MayEver(PolicyReach reach) => reach.MayEverUseVaults("get-masked");

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var (vault, name) = (VaultTools.Vault(arguments), VaultTools.Name(arguments));
        var otherVault = arguments.Has("other_vault") ? VaultTools.Vault(arguments, "other_vault") : vault;
        var otherName = arguments.Has("other_name") ? VaultTools.Name(arguments, "other_name") : name;
        if (string.Equals(vault, otherVault, StringComparison.OrdinalIgnoreCase) && string.Equals(name, otherName, StringComparison.OrdinalIgnoreCase))
        {
            throw arguments.Problem("other_vault, other_name", "one of them is needed: this is one and the same secret.");
        }

        if (!(await call.AskAsync(VaultTools.Get(vault, name, "mask"), cancellationToken)).Succeeded(out var one, out var failure)
            || !(await call.AskAsync(VaultTools.Get(otherVault, otherName, "mask"), cancellationToken)).Succeeded(out var other, out failure))
        {
            return failure;
        }

        return (Print(one), Print(other)) is ({ } first, { } second)
            ? ToolAnswer.Json(
                new JsonObject { ["same"] = first == second, ["versions"] = new JsonArray((string?)one["id"], (string?)other["id"]) },
                first == second ? "They have the same value." : "They have different values.")
            : ToolAnswer.Error("Nothing can be said: at least one of the two values is so short or plain that it has no fingerprint, since it could be guessed by one.");
    }

    private static string? Print(JsonNode secret) => (string?)secret["tags"]?["broker-fingerprint"];
}
