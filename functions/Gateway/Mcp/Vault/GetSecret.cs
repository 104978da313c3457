using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Vault;

/// <summary><c>get_secret</c>: the mask of a value and its shape, unless the value is asked for and may be had.</summary>
internal sealed class GetSecret : IBrokerTool
{
    public Tool Definition { get; } = Define.Read(
        "get_secret",
        "Look at a secret",
        "Shows a secret of a key vault masked: how long it is, what kind it looks like, when it was last changed, and a fingerprint that is the same for the same value anywhere. Ask for the value itself (reveal) only when you cannot do without; the policy gives it for few. "
        + "To use a secret without seeing it, set an Actions secret over the REST API with {\"value\":\"{{vault:VAULT/NAME}}\"}. Never write a masked value into a file.",
        Schema.Input(
            $$"""
            {{VaultTools.Secret}},
            "reveal": { "type": "boolean", "description": "Ask for the value itself; false unless you say otherwise" }
            """,
            "vault",
            "name"),
        Schema.Output($$"""
            {{VaultTools.Described}},
            "value": { "type": "string", "description": "The value, or the mask that stands for it" },
            "masked": { "type": "boolean" },
            "length": { "type": "string", "description": "Length class in bytes" },
            "looks_like": { "type": "string" },
            "fingerprint": { "type": "string" }
            """,
            "vault",
            "name",
            "value",
            "masked"));

    public bool MayEver(PolicyReach reach) => reach.MayEverUseVaults("get-masked");

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (vault, name) = (VaultTools.Vault(call.Arguments), VaultTools.Name(call.Arguments));
        var asked = await call.AskAsync(VaultTools.Get(vault, name, call.Arguments.Flag("reveal") ? "value" : "mask"), cancellationToken);
        return asked.Succeeded(out var found, out var failure) ? ToolAnswer.Json(Shown(vault, (JsonObject)found)) : failure;
    }

    private static JsonObject Shown(string vault, JsonObject secret)
    {
        var shown = VaultTools.Describe(vault, secret);
        var tags = shown["tags"] as JsonObject;
        var masked = tags?.ContainsKey("broker-masked") == true;
        (shown["value"], shown["masked"]) = ((string?)secret["value"] ?? "", masked);
        if (masked)
        {
            Move("broker-length", "length");
            Move("broker-rule", "looks_like");
            Move("broker-fingerprint", "fingerprint");
            tags!.Remove("broker-masked");
        }

        return shown;

        void Move(string tag, string member)
        {
            if ((string?)tags![tag] is { } text)
            {
                shown[member] = text;
                tags.Remove(tag);
            }
        }
    }
}
