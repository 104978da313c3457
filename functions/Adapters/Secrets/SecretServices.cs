using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Adapters.Secrets;

/// <summary>Registers where the host's own secrets are.</summary>
public static class SecretServices
{
    /// <summary>Adds <see cref="ISecretSource"/> over the environment, unless there is another one.</summary>
    public static IServiceCollection AddEnvironmentSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton<ISecretSource>(static _ => new EnvironmentSecretSource());
        return services;
    }
}
