using CursorBroker.Core.State;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Lfs.Locks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Lfs;

/// <summary>Puts the LFS room into a host.</summary>
public static class LfsRegistration
{
    /// <summary>Adds the room. The host adds an <see cref="IStateStore"/> and may add its own <see cref="LfsOptions"/> before.</summary>
    public static IServiceCollection AddLfsRoom(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddInspection();
        services.TryAddSingleton(new LfsOptions());
        services.TryAddSingleton<LockOwners>();
        services.TryAddSingleton<LfsServices>();
        services.TryAddSingleton<LfsRoom>();
        return services;
    }
}
