using System.Collections.Frozen;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Adapters.KeyVault.Vaults;

/// <summary>The configured vaults, by name.</summary>
internal sealed class KeyVaultSecretVaults(IEnumerable<KeyVaultSecretVault> vaults) : ISecretVaults
{
    private readonly FrozenDictionary<VaultName, KeyVaultSecretVault> _vaults = vaults.ToFrozenDictionary(static vault => vault.Name);

    /// <inheritdoc/>
    public ISecretVault? Find(VaultName name) => _vaults.GetValueOrDefault(name);
}
