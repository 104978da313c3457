using CursorBroker.Core.Operations;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>Says every setting that is missing or out of range.</summary>
internal sealed class KeyVaultOptionsValidator : IValidateOptions<KeyVaultOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyVaultOptions options)
    {
        var problems = new List<string>();
        Require(options.Vault is not null, "Vault is missing: the vault's address, https://NAME.vault.azure.net/, as its overview page shows it.");
        Require(
            options.Vault is null or { IsAbsoluteUri: true, Scheme: "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" },
            "Vault must be the vault's https address alone, without a path: https://NAME.vault.azure.net/. A secret's name goes into its own setting.");
        Require(SecretName.TryParse(options.AppKeySecret, out _), "AppKeySecret must be a secret's name: 1 to 127 of 0-9, a-z, A-Z and hyphen.");
        Require(
            options.AppKeyRefresh >= TimeSpan.FromSeconds(10) && options.AppKeyRefresh <= TimeSpan.FromHours(1), "AppKeyRefresh must be from 10 seconds to 1 hour.");
        Require(
            options.SecretRefresh >= TimeSpan.FromSeconds(1) && options.SecretRefresh <= TimeSpan.FromHours(1), "SecretRefresh must be from 1 second to 1 hour.");
        Require(options.Timeout >= TimeSpan.FromSeconds(1) && options.Timeout <= TimeSpan.FromSeconds(30), "Timeout must be from 1 to 30 seconds.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add($"Key Vault: {problem}");
            }
        }
    }
}
