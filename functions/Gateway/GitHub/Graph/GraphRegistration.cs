using CursorBroker.Core.Credentials;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>Puts the GraphQL room into a host.</summary>
public static class GraphRegistration
{
    /// <summary>Adds the room, which needs the REST room's services. The host adds an <see cref="IRepositoryCatalog"/>.</summary>
    public static IServiceCollection AddGraphRoom(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<GraphMoves>();
        services.TryAddSingleton<GraphServices>();
        services.TryAddSingleton<GraphRoom>();
        return services;
    }
}
