using System.Collections.Immutable;
using Azure;
using Azure.Security.KeyVault.Secrets;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Adapters.KeyVault.Vaults;

/// <summary>One vault, asked with Azure's SDK and the broker's own identity.</summary>
internal sealed class KeyVaultSecretVault(VaultEndpoint endpoint, SecretClient client, TimeProvider time) : ISecretVault
{
    /// <inheritdoc/>
    public VaultName Name => endpoint.Name;

    /// <inheritdoc/>
    public Uri Address => endpoint.Ids ?? endpoint.Address;

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretPage>> ListAsync(string? page, CancellationToken cancellationToken) =>
        PageAsync(client.GetPropertiesOfSecretsAsync(cancellationToken), static properties => FactsOf(properties, version: null), page, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretPage>> ListVersionsAsync(SecretName name, string? page, CancellationToken cancellationToken) =>
        PageAsync(client.GetPropertiesOfSecretVersionsAsync(name.Value, cancellationToken), static properties => FactsOf(properties, properties.Version), page, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretPage>> ListDeletedAsync(string? page, CancellationToken cancellationToken) =>
        PageAsync(client.GetDeletedSecretsAsync(cancellationToken), static deleted => FactsOf(deleted, version: null), page, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretValue>> GetAsync(SecretName name, SecretVersionId? version, CancellationToken cancellationToken) => AskAsync<SecretValue>(async stop =>
    {
        var secret = (await client.GetSecretAsync(name.Value, version?.Value, stop)).Value;
        return new SecretValue(FactsOf(secret.Properties, secret.Properties.Version), secret.Value ?? "");
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretFacts>> SetAsync(SecretName name, string value, SecretChange change, CancellationToken cancellationToken) => AskAsync<SecretFacts>(async stop =>
    {
        var secret = new KeyVaultSecret(name.Value, value);
        Say(change, secret.Properties);
        var made = (await client.SetSecretAsync(secret, stop)).Value.Properties;
        return FactsOf(made, made.Version);
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretFacts>> UpdateAsync(SecretName name, SecretVersionId version, SecretChange change, CancellationToken cancellationToken) => AskAsync<SecretFacts>(async stop =>
    {
        var properties = new SecretProperties(new Uri($"{Address}secrets/{name.Value}/{version.Value}"));
        Say(change, properties);
        var changed = (await client.UpdateSecretPropertiesAsync(properties, stop)).Value;
        return FactsOf(changed, changed.Version);
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretFacts>> DeleteAsync(SecretName name, CancellationToken cancellationToken) => AskAsync<SecretFacts>(async stop =>
    {
        // Its end is the caller's to wait for, as it would be at the vault.
        var deleted = (await client.StartDeleteSecretAsync(name.Value, stop)).Value;
        return FactsOf(deleted, deleted.Properties.Version);
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretFacts>> GetDeletedAsync(SecretName name, CancellationToken cancellationToken) => AskAsync<SecretFacts>(async stop =>
    {
        var deleted = (await client.GetDeletedSecretAsync(name.Value, stop)).Value;
        return FactsOf(deleted, deleted.Properties.Version);
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<VaultOutcome<SecretFacts>> RecoverAsync(SecretName name, CancellationToken cancellationToken) => AskAsync<SecretFacts>(async stop =>
    {
        var recovered = (await client.StartRecoverDeletedSecretAsync(name.Value, stop)).Value;
        return FactsOf(recovered, recovered.Version);
    }, cancellationToken);

    private ValueTask<VaultOutcome<SecretPage>> PageAsync<T>(AsyncPageable<T> all, Func<T, SecretFacts> facts, string? page, CancellationToken cancellationToken)
        where T : notnull => AskAsync<SecretPage>(async stop =>
        {
            if (page is not null && !IsMine(page))
            {
                return new VaultFault(VaultFaultKind.Unavailable, "NextLink", "the vault's next page is on another host");
            }

            await foreach (var found in all.AsPages(page).WithCancellation(stop))
            {
                return new SecretPage([.. found.Values.Select(facts)], string.IsNullOrEmpty(found.ContinuationToken) ? null : found.ContinuationToken);
            }

            return new SecretPage([], null);
        }, cancellationToken);

    // The SDK takes a whole address for a continuation, and sends the broker's token there.
    private bool IsMine(string page) =>
        Uri.TryCreate(page, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps && string.Equals(link.Authority, endpoint.Address.Authority, StringComparison.OrdinalIgnoreCase);

    private async ValueTask<VaultOutcome<T>> AskAsync<T>(Func<CancellationToken, Task<VaultOutcome<T>>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (VaultFaults.Of(failure, endpoint.Address, time.GetUtcNow()) is { } fault)
        {
            return fault;
        }
    }

    private static void Say(SecretChange change, SecretProperties properties)
    {
        properties.Enabled = change.IsEnabled;
        properties.NotBefore = change.NotBefore;
        properties.ExpiresOn = change.Expires;
        properties.ContentType = change.ContentType;
        foreach (var (name, text) in change.Tags ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            properties.Tags[name] = text;
        }
    }

    private static SecretFacts FactsOf(DeletedSecret deleted, string? version) => FactsOf(deleted.Properties, version) with { Deleted = deleted.DeletedOn ?? DateTimeOffset.UnixEpoch, Purged = deleted.ScheduledPurgeDate };

    private static SecretFacts FactsOf(SecretProperties properties, string? version) => new(SecretName.Parse(properties.Name), SecretVersionId.TryParse(version, out var id) ? id : null)
    {
        IsEnabled = properties.Enabled ?? true,
        NotBefore = properties.NotBefore,
        Expires = properties.ExpiresOn,
        Created = properties.CreatedOn,
        Updated = properties.UpdatedOn,
        RecoveryLevel = properties.RecoveryLevel,
        RecoverableDays = properties.RecoverableDays,
        ContentType = properties.ContentType,
        Tags = properties.Tags.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };
}
