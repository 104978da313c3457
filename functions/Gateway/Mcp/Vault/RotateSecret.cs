using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Vault;

/// <summary><c>rotate_secret</c>: a new version with a random value that nobody is shown, neither who asks nor who approves.</summary>
internal sealed class RotateSecret : IBrokerTool
{
    private const int Shortest = 16;
    private const int Longest = 128;
    private const int Usual = 32;

    // Without those that a shell, a URL or a connection string reads otherwise, and those that people take for one another.
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789-_";

    public Tool Definition { get; } = Define.Change(
        "rotate_secret",
        "Rotate a secret",
        "Makes a new version of a secret in a key vault with a random value that the broker makes up. Nobody is shown it; the old version stays readable for who may, so what uses the secret can be moved over. Then tell your user what has to be given the new value.",
        Schema.Input(
            $$"""
            {{VaultTools.Secret}},
            "length": { "type": "integer", "minimum": {{Shortest}}, "maximum": {{Longest}}, "description": "Characters of the new value; {{Usual}} unless you say otherwise" }
            """,
            "vault",
            "name"),
        Schema.Output(VaultTools.Described, "vault", "name"),
        destroys: false,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEverUseVaults("set");

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (vault, name) = (VaultTools.Vault(call.Arguments), VaultTools.Name(call.Arguments));
        var length = (int)(call.Arguments.OptionalInteger("length", Shortest, Longest) ?? Usual);

        // Kept, sealed, while it waits for people: what they approve is this very value.
        return call.PerformAsync(VaultTools.Set(vault, name, new JsonObject { ["value"] = RandomNumberGenerator.GetString(Letters, length) }), cancellationToken);
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer) => SetSecret.Done(change, answer);
}
