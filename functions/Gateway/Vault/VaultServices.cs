using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Vault;

/// <summary>Registers the room for vaults. A host that has vaults registers <see cref="ISecretVaults"/>.</summary>
internal static class VaultServices
{
    public static IServiceCollection AddVaultRoom(this IServiceCollection services)
    {
        services.TryAddSingleton<ISecretVaults, NoVaults>();
        services.AddSingleton<VaultPages>();
        services.AddSingleton<SecretShapes>();
        services.AddSingleton<SecretCalls>();
        services.AddSingleton<VaultCallParts>();
        services.AddSingleton<VaultRoom>();
        return services;
    }
}
