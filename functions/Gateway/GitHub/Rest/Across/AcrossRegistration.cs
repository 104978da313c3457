using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>Puts calls about several repositories, and about none, into the REST room. The host registers <see cref="Core.Credentials.IRepositoryCatalog"/>.</summary>
internal static class AcrossRegistration
{
    public static IServiceCollection AddAcross(this IServiceCollection services)
    {
        services.TryAddSingleton<ReadableRepositories>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRestOpener, AcrossOpener>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRestOpener, BrokerOpener>());
        return services;
    }
}
