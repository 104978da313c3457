using System.Collections.Frozen;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Secrets;

/// <summary>Where a placeholder of a vault's secret may stand in a call: as the whole value of a secret that is sealed for GitHub alone.</summary>
internal static class SecretUsePlace
{
    // By the path that the public key is asked at, below the repository's.
    private static readonly FrozenDictionary<string, string> KeyPaths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}"] = "/repos/{owner}/{repo}/actions/secrets/public-key",
        ["PUT /repos/{owner}/{repo}/dependabot/secrets/{secret_name}"] = "/repos/{owner}/{repo}/dependabot/secrets/public-key",
        ["PUT /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}"] = "/repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The template of the address of the public key that a route's value is sealed with.</summary>
    public static string KeyPathOf(ApiRoute route) => KeyPaths[route.Id];

    /// <summary>Whether the value of a member is a placeholder in its place.</summary>
    public static bool IsPlaced(ApiRoute route, string at, string text) => KeyPaths.ContainsKey(route.Id) && at is "value" or "encrypted_value" && Placeholders.TryParse(text, out _);

    /// <summary>The secret that a body means; null when it means none.</summary>
    public static Outcome<SecretTarget>? Find(ApiRoute route, JsonNode? body)
    {
        if (!KeyPaths.ContainsKey(route.Id) || body is not JsonObject members)
        {
            return null;
        }

        var placed = members.Where(member => member.Value is JsonValue value && value.TryGetValue<string>(out var text) && IsPlaced(route, member.Key, text)).ToArray();
        if (placed.Length == 0)
        {
            return null;
        }

        // The key's id may stay, for clients that always send one; it is the broker's to say.
        return placed.Length == 1 && members.Count == (members.ContainsKey("key_id") ? 2 : 1) && Placeholders.TryParse(placed[0].Value!.GetValue<string>(), out var secret)
            ? (Outcome<SecretTarget>)secret
            : (Outcome<SecretTarget>)Refusals.Malformed("A secret by its placeholder is {\"value\":\"{{vault:VAULT/NAME}}\"}, with nothing beside it: the broker fills in the sealed value and the key's id.");
    }
}
