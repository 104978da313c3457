using CursorBroker.Core.Masking;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Adapters.Secrets;

/// <summary>Registers where the host's own secrets are.</summary>
public static class SecretServices
{
    /// <summary>Adds <see cref="ISecretSource"/> over the environment, unless there is another one. What is read is masked in answers.</summary>
    public static IServiceCollection AddEnvironmentSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<KnownSecrets>();
        services.TryAddSingleton<ISecretSource>(static provider => new MaskedSecretSource(
            new EnvironmentSecretSource(), provider.GetRequiredService<KnownSecrets>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
