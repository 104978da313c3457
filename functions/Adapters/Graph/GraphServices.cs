using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Graph;

/// <summary>Registers the directory look-up.</summary>
public static class GraphServices
{
    /// <summary>
    /// Answers groups overage through Microsoft Graph, cached, with client credentials unless another <see cref="IGraphTokenSource"/>
    /// was registered before. Options are checked at start.
    /// </summary>
    public static IServiceCollection AddGraphGroups(this IServiceCollection services, Action<GraphOptions> configure)
    {
        services.AddOptions<GraphOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GraphOptions>, GraphOptionsValidator>());
        services.AddIdentityHttp();
        services.TryAddSingleton<IGraphTokenSource>(provider => new ClientCredentialsGraphTokenSource(
            provider.GetRequiredKeyedService<HttpMessageInvoker>(OidcServices.HttpKey), Options(provider), provider.GetRequiredService<TimeProvider>(), provider.GetService<ISecretSource>()));
        services.Replace(ServiceDescriptor.Singleton<IGroupOverageResolver>(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var graph = new GraphGroupResolver(
                provider.GetRequiredKeyedService<HttpMessageInvoker>(OidcServices.HttpKey), provider.GetRequiredService<IGraphTokenSource>(), Options(provider), time);
            return new CachingGroupOverageResolver(graph, time);
        }));
        return services;
    }

    private static GraphOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<GraphOptions>>().Value;
}
