using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.GitHub.Rest.Across;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Inspecting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Puts the REST room into a host.</summary>
public static class RestRegistration
{
    /// <summary>Adds the room. The host may add its own <see cref="RestOptions"/> before.</summary>
    public static IServiceCollection AddRestRoom(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddInspection();
        services.TryAddSingleton(new RestOptions());
        services.TryAddSingleton(ApiRoutes.GitHub);
        services.TryAddSingleton<UpstreamUrls>();
        services.TryAddSingleton<RestBudget>();
        services.TryAddSingleton<RestServices>();
        services.AddAcross();
        services.AddSingleton<IRestExaminer, ReadingExaminer>();
        services.TryAddSingleton<RestRoom>();
        return services;
    }
}
