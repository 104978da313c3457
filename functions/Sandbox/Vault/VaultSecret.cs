using System.Text.Json.Nodes;

namespace CursorBroker.Sandbox.Vault;

/// <summary>One version of a secret.</summary>
internal sealed record SecretVersion(string Id, string Value)
{
    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public bool Enabled { get; init; } = true;

    public long? NotBefore { get; init; }

    public long? Expires { get; init; }

    public string? ContentType { get; init; }

    public JsonObject? Tags { get; init; }

    public override string ToString() => $"[version {Id}]";
}

/// <summary>A secret with its versions, oldest first.</summary>
internal sealed class VaultSecret(string name)
{
    public string Name => name;

    public List<SecretVersion> Versions { get; } = [];

    public DateTimeOffset? Deleted { get; set; }
}
