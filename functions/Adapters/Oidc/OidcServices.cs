using System.Diagnostics;
using System.Net;
using CursorBroker.Core.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Oidc;

/// <summary>Registers the relying party.</summary>
public static class OidcServices
{
    /// <summary>The key of the <see cref="HttpMessageInvoker"/> that identity's outgoing requests use; a test host may register its own first.</summary>
    public const string HttpKey = "identity";

    /// <summary>
    /// Adds <see cref="ICallerAuthenticator"/> with keys fetched over HTTP. Left-out groups are refused until
    /// <see cref="Graph.GraphServices.AddGraphGroups"/> is called too, before or after. Options are checked at start.
    /// </summary>
    public static IServiceCollection AddOidcIdentity(this IServiceCollection services, Action<OidcOptions>? configure = null)
    {
        services.AddOptions<OidcOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OidcOptions>, OidcOptionsValidator>());
        services.AddIdentityHttp();
        services.TryAddSingleton<IGroupOverageResolver, NoGroupOverageResolver>();
        services.TryAddSingleton<ICallerAuthenticator>(provider => new OidcCallerAuthenticator(
            provider.GetRequiredKeyedService<HttpMessageInvoker>(HttpKey),
            provider.GetRequiredService<IGroupOverageResolver>(),
            provider.GetRequiredService<IOptions<OidcOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OidcCallerAuthenticator>>()));
        return services;
    }

    internal static void AddIdentityHttp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(HttpKey, static (_, _) => new HttpMessageInvoker(Handler(), disposeHandler: true));
    }

    // No redirects and no cookies; no decompression, so that the size cap counts what was sent.
    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,

        // Tracing would pass a caller's tracestate and baggage on.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
        MaxConnectionsPerServer = 8,
    };
}
