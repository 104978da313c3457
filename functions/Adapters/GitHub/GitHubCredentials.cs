using CursorBroker.Core.Credentials;
using CursorBroker.Core.Masking;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Joins the rules of credentials to GitHub, for a host.</summary>
public static class GitHubCredentials
{
    private const string Http = "CursorBroker.GitHub";

    /// <summary>As the other, with the given keys.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Which GitHub and which App; unusable ones stop the host's start with a message that says why.</param>
    /// <param name="keys">The App's private keys.</param>
    public static IServiceCollection AddGitHubCredentials(this IServiceCollection services, GitHubOptions options, IAppKeySource keys) =>
        services.AddSingleton(keys).AddGitHubCredentials(options);

    /// <summary>
    /// Registers <see cref="ICredentialMint"/>, <see cref="IRepositoryCatalog"/>, <see cref="CredentialKeeper"/>, <see cref="ICredentialVault"/> and <see cref="ITokenHandOut"/>, and the
    /// hosted service that runs them.
    /// The host registers <see cref="IAppKeySource"/>, <see cref="IStateStore"/>, <see cref="ISecretSealer"/> and <see cref="ICredentialObserver"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Which GitHub and which App; unusable ones stop the host's start with a message that says why.</param>
    public static IServiceCollection AddGitHubCredentials(this IServiceCollection services, GitHubOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<KnownSecrets>();
        services.AddSingleton(options);
        services.AddKeyedSingleton(Http, static (_, _) => GitHubHttp.CreateInvoker());
        services.AddSingleton<ICredentialMint>(static provider => new GitHubAppMint(
            provider.GetRequiredService<GitHubOptions>(),
            provider.GetRequiredService<IAppKeySource>(),
            provider.GetRequiredKeyedService<HttpMessageInvoker>(Http),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<KnownSecrets>()));
        services.AddSingleton<IRepositoryCatalog>(static provider => new GitHubRepositoryCatalog(
            provider.GetRequiredService<GitHubOptions>(),
            provider.GetRequiredService<IAppKeySource>(),
            provider.GetRequiredKeyedService<HttpMessageInvoker>(Http),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<KnownSecrets>()));
        services.AddSingleton<CredentialKeeper>();
        services.AddSingleton(static provider => provider.GetRequiredService<CredentialKeeper>().Vault);
        services.AddSingleton(static provider => provider.GetRequiredService<CredentialKeeper>().HandOut);
        services.AddHostedService<CredentialKeeperService>();
        return services;
    }
}
