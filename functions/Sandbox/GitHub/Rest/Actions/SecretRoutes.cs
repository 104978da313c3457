using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Objects;
using Sodium;

namespace CursorBroker.Sandbox.GitHub.Rest.Actions;

/// <summary>Actions secrets: written sealed for the repository's key, never read.</summary>
internal sealed partial class SecretRoutes : IRestGroup
{
    // What sealing adds to a value: an ephemeral key and a tag. https://doc.libsodium.org/public-key_cryptography/sealed_boxes
    private const int SealBytes = 48;

    public void Add(RestTable table)
    {
        table.GetPrivate("actions/secrets", "secrets=read", static call => Task.FromResult(RestAnswer.List(
            [.. call.Records.Secrets.Values], Json, static (count, page) => new JsonObject { ["total_count"] = count, ["secrets"] = page })));
        table.GetPrivate("actions/secrets/public-key", "secrets=read", static call => Task.FromResult(RestAnswer.Of(new JsonObject
        {
            ["key_id"] = KeyId(call.Repository),
            ["key"] = Convert.ToBase64String(PublicKey(call.Repository)),
        })));
        table.GetPrivate("actions/secrets/{name}", "secrets=read", static call => Task.FromResult(
            call.Records.Secrets.TryGetValue(call["name"], out var secret) ? RestAnswer.Of(Json(secret)) : RestAnswer.NotFound));
        table.Put("actions/secrets/{name}", "secrets=write", static call => Task.FromResult(Put(call)));
        table.Delete("actions/secrets/{name}", "secrets=write", static call => Task.FromResult(
            call.Records.RemoveSecret(call["name"]) ? RestAnswer.NoContent : RestAnswer.NotFound));
    }

    /// <summary>What was sealed; null when it was not sealed for the repository's key.</summary>
    public static string? Open(SandboxRepository repository, string sealedValue)
    {
        try
        {
            using var keys = KeysOf(repository);
            return Encoding.UTF8.GetString(SealedPublicKeyBox.Open(Convert.FromBase64String(sealedValue), keys));
        }
        catch (Exception unopened) when (unopened is CryptographicException or FormatException or ArgumentException)
        {
            // Whoever asked refuses it.
            return null;
        }
    }

    private static byte[] PublicKey(SandboxRepository repository)
    {
        using var keys = KeysOf(repository);
        return keys.PublicKey;
    }

    // The same at every start. It protects nothing: the other half is made from what everybody may know.
    private static KeyPair KeysOf(SandboxRepository repository) => PublicKeyBox.GenerateKeyPair(SHA256.HashData(Encoding.UTF8.GetBytes($"actions/{repository.Id}")));

    private static string KeyId(SandboxRepository repository) => StableId.Of($"{repository.Id}/key").ToString(CultureInfo.InvariantCulture);

    private static JsonObject Json(SecretRecord secret) => new()
    {
        ["name"] = secret.Name,
        ["created_at"] = GitHubAnswer.Time(secret.CreatedAt),
        ["updated_at"] = GitHubAnswer.Time(secret.UpdatedAt),
    };

    private static RestAnswer Put(RestCall call)
    {
        var (value, key) = (call.Body.RequiredText("encrypted_value"), call.Body.RequiredText("key_id"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!Name().IsMatch(call["name"]) || call["name"].StartsWith("GITHUB_", StringComparison.OrdinalIgnoreCase))
        {
            return RestAnswer.Unprocessable("Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).");
        }

        return key != KeyId(call.Repository) ? RestAnswer.Unprocessable("The public key does not match. Please retrieve it again.")
            : Base64Lines.Read(value) is not { Length: >= SealBytes } || Open(call.Repository, value) is null ? RestAnswer.Unprocessable("Bad request - improperly encrypted secret")
            : call.Records.PutSecret(call["name"], value, key) ? new RestAnswer.Json(201, new JsonObject(), null)
            : RestAnswer.NoContent;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Name();
}
