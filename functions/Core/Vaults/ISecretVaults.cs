using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Vaults;

/// <summary>The vaults behind the broker. The host says which there are; a policy cannot reach beyond them.</summary>
public interface ISecretVaults
{
    /// <summary>The vault; null when the broker has none of that name.</summary>
    ISecretVault? Find(VaultName name);
}

/// <summary>One vault, asked with the broker's own identity. Faults are values; what is asked is decided, and on record, before.</summary>
public interface ISecretVault
{
    /// <summary>Its name, as the host wrote it.</summary>
    VaultName Name { get; }

    /// <summary>Its address, with a slash at the end: what ids of its secrets begin with.</summary>
    Uri Address { get; }

    /// <summary>A page of its secrets, without values.</summary>
    /// <param name="page">What the page before said comes next; null for the first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask<VaultOutcome<SecretPage>> ListAsync(string? page, CancellationToken cancellationToken);

    /// <summary>A page of a secret's versions, without values.</summary>
    ValueTask<VaultOutcome<SecretPage>> ListVersionsAsync(SecretName name, string? page, CancellationToken cancellationToken);

    /// <summary>A page of the secrets that were deleted and can be brought back.</summary>
    ValueTask<VaultOutcome<SecretPage>> ListDeletedAsync(string? page, CancellationToken cancellationToken);

    /// <summary>The value of a version; of the current one when none is named.</summary>
    ValueTask<VaultOutcome<SecretValue>> GetAsync(SecretName name, SecretVersionId? version, CancellationToken cancellationToken);

    /// <summary>Makes a new version.</summary>
    ValueTask<VaultOutcome<SecretFacts>> SetAsync(SecretName name, string value, SecretChange change, CancellationToken cancellationToken);

    /// <summary>Changes what is said of a version; of the current one when none is named.</summary>
    ValueTask<VaultOutcome<SecretFacts>> UpdateAsync(SecretName name, SecretVersionId version, SecretChange change, CancellationToken cancellationToken);

    /// <summary>Deletes a secret with all its versions; it can be brought back for as long as the vault keeps it.</summary>
    ValueTask<VaultOutcome<SecretFacts>> DeleteAsync(SecretName name, CancellationToken cancellationToken);

    /// <summary>A secret that was deleted.</summary>
    ValueTask<VaultOutcome<SecretFacts>> GetDeletedAsync(SecretName name, CancellationToken cancellationToken);

    /// <summary>Brings a deleted secret back.</summary>
    ValueTask<VaultOutcome<SecretFacts>> RecoverAsync(SecretName name, CancellationToken cancellationToken);
}

/// <summary>For a host without vaults.</summary>
public sealed class NoVaults : ISecretVaults
{
    /// <inheritdoc/>
    public ISecretVault? Find(VaultName name) => null;
}
