using System.Collections.Immutable;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using CursorBroker.Core.Vaults;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.KeyVault.Vaults;

/// <summary>Registers the vaults that callers may reach.</summary>
public static class VaultsServices
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Registers <see cref="ISecretVaults"/>. A vault is asked when somebody asks for it, never before.</summary>
    /// <param name="services">The services.</param>
    /// <param name="credential">The broker's identity, as <c>AzureIdentity.Create</c> makes it.</param>
    /// <param name="endpoints">The vaults; none of a name twice.</param>
    /// <param name="configure">Changes how clients reach them, for a stand-in; null for the real ones.</param>
    public static IServiceCollection AddSecretVaults(
        this IServiceCollection services, TokenCredential credential, ImmutableArray<VaultEndpoint> endpoints, Action<SecretClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return services.AddSingleton<ISecretVaults>(provider =>
        {
            var options = VaultReader.ClientOptions(Timeout, RetryDelay);
            configure?.Invoke(options);
            return new KeyVaultSecretVaults(endpoints.Select(endpoint => new KeyVaultSecretVault(endpoint, new SecretClient(endpoint.Address, credential, options), provider.GetRequiredService<TimeProvider>())));
        });
    }
}
