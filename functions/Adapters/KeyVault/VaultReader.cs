using System.Collections.Immutable;
using System.Globalization;
using Azure;
using Azure.Security.KeyVault.Secrets;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>Reads the newest usable versions of a secret: first what versions there are, then the values of those that count.</summary>
internal sealed class VaultReader(SecretClient client, TimeProvider time)
{
    // The SDK keeps its own time within this; it is for a credential that does not come back.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    public Uri Vault => client.VaultUri;

    /// <summary>Options for a client as this reader wants it.</summary>
    public static SecretClientOptions ClientOptions(TimeSpan timeout, TimeSpan retryDelay) => new()
    {
        RetryPolicy = new VaultRetries(retryDelay),
        Retry = { NetworkTimeout = timeout },

        // Neither the SDK's logs nor its spans: both would name secrets.
        Diagnostics = { IsLoggingEnabled = false, IsDistributedTracingEnabled = false, IsTelemetryEnabled = false },
    };

    /// <summary>Reads.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="count">How many versions at most.</param>
    /// <param name="known">Versions that were read before: a version's value never changes, so it is not asked for again.</param>
    public async Task<VaultAnswer> ReadAsync(string name, int count, ImmutableArray<SecretVersion> known)
    {
        using var over = new CancellationTokenSource(Limit, time);
        try
        {
            return await ReadAsync(name, count, known, over.Token);
        }
        catch (Exception failure)
        {
            // Whatever a credential or the SDK throws: a request must get an answer, and what was known still serves.
            return VaultAnswer.None(VaultFailure.Describe(failure, Vault, name, time.GetUtcNow()));
        }
    }

    private async Task<VaultAnswer> ReadAsync(string name, int count, ImmutableArray<SecretVersion> known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var all = new List<SecretProperties>();
        await foreach (var properties in client.GetPropertiesOfSecretVersionsAsync(name, cancellationToken))
        {
            all.Add(properties);
        }

        if (all.Count == 0)
        {
            return VaultAnswer.None(VaultFailure.NotThere(Vault, name));
        }

        // The vault lists versions in no order. The vault's ids break ties, so that every instance prefers the same.
        var usable = all
            .Where(properties => properties.Enabled == true && Times(properties).MayBeUsed(now))
            .OrderByDescending(static properties => properties.CreatedOn)
            .ThenBy(static properties => properties.Version, StringComparer.Ordinal);
        var versions = ImmutableArray.CreateBuilder<SecretVersion>(count);
        foreach (var properties in usable)
        {
            var value = known.FirstOrDefault(version => version.Id == properties.Version)?.Value ?? await ValueAsync(name, properties.Version, cancellationToken);
            if (value is not null)
            {
                versions.Add(Times(properties) with { Value = value });
            }

            if (versions.Count == count)
            {
                break;
            }
        }

        return versions.Count > 0 ? new(versions.ToImmutable(), null) : VaultAnswer.None(Unusable(name, all, now));
    }

    /// <summary>The value; null when the version was disabled since it was listed.</summary>
    private async Task<string?> ValueAsync(string name, string version, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetSecretAsync(name, version, cancellationToken)).Value.Value;
        }
        catch (RequestFailedException refused) when (refused.Status == 403 && VaultFailure.CodeOf(refused) == "SecretDisabled")
        {
            return null;
        }
    }

    private VaultProblem Unusable(string name, List<SecretProperties> all, DateTimeOffset now)
    {
        var disabled = all.Count(static properties => properties.Enabled != true);
        var expired = all.Count(properties => properties.Enabled == true && properties.ExpiresOn <= now);
        return new(VaultProblemKind.NoSecret, string.Create(
            CultureInfo.InvariantCulture,
            $"No version of the secret '{name}' in {Vault} may be used: {disabled} disabled, {expired} expired, {all.Count - disabled - expired} not valid yet. Enable one or add a new one."));
    }

    private static SecretVersion Times(SecretProperties properties) => new(properties.Version, "", properties.NotBefore, properties.ExpiresOn);
}
