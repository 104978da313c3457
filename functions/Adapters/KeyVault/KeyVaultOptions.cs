namespace CursorBroker.Adapters.KeyVault;

/// <summary>Which vault holds the broker's own secrets, and how often it is asked. The broker's identity needs the role Key Vault Secrets User on it.</summary>
public sealed class KeyVaultOptions
{
    /// <summary>The vault's address, <c>https://NAME.vault.azure.net/</c>. Required.</summary>
    public Uri? Vault { get; set; }

    /// <summary>The secret that holds the GitHub App's private key as PEM. 1 to 127 of 0-9, a-z, A-Z and hyphen; <c>github-app-key</c>.</summary>
    public string AppKeySecret { get; set; } = "github-app-key";

    /// <summary>How long the App's key is used before the vault is asked again, in the background. 10 seconds to 1 hour; 5 minutes.</summary>
    public TimeSpan AppKeyRefresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long any other secret is used before the vault is asked again, in the background. 1 second to 1 hour; 1 minute.</summary>
    public TimeSpan SecretRefresh { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait for one answer of the vault. 1 to 30 seconds; 5.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
