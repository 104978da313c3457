using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.Secrets;
using CursorBroker.Core.Masking;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>Registers the vault as the home of the broker's own secrets.</summary>
public static class KeyVaultServices
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Registers <see cref="IAppKeySource"/> and <see cref="ISecretSource"/> over one vault. Options are checked at start; the vault is first asked when a secret
    /// is first needed.
    /// </summary>
    /// <param name="services">The services. A <see cref="SecretClientOptions"/> registered there is used (a test host's own transport).</param>
    /// <param name="credential">The broker's identity, as <c>AzureIdentity.Create</c> makes it.</param>
    /// <param name="configure">Which vault and which secrets.</param>
    public static IServiceCollection AddKeyVault(this IServiceCollection services, TokenCredential credential, Action<KeyVaultOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(credential);
        services.AddOptions<KeyVaultOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KeyVaultOptions>, KeyVaultOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<KnownSecrets>();
        services.AddSingleton(provider => new VaultReader(
            new SecretClient(Options(provider).Vault!, credential, provider.GetService<SecretClientOptions>() ?? VaultReader.ClientOptions(Options(provider).Timeout, RetryDelay)),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAppKeySource>(static provider =>
        {
            var options = Options(provider);
            var secret = Open(provider, options.AppKeySecret, KeyVaultAppKeySource.Versions, options.AppKeyRefresh);
            return new KeyVaultAppKeySource(secret, options.AppKeySecret, options.Vault!, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<ISecretSource>(static provider =>
        {
            var options = Options(provider);
            var time = provider.GetRequiredService<TimeProvider>();
            var source = new KeyVaultSecretSource(name => Open(provider, name, versions: 1, options.SecretRefresh), options.AppKeySecret, options.Vault!, time);
            return new MaskedSecretSource(source, provider.GetRequiredService<KnownSecrets>(), time);
        });
        return services;
    }

    private static CachedSecret Open(IServiceProvider provider, string name, int versions, TimeSpan refresh) => new(
        name, versions, refresh, provider.GetRequiredService<VaultReader>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<VaultReader>>());

    private static KeyVaultOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<KeyVaultOptions>>().Value;
}
