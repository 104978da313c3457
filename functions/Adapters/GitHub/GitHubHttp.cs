using System.Diagnostics;

namespace CursorBroker.Adapters.GitHub;

/// <summary>The HTTP connections to GitHub's API.</summary>
public static class GitHubHttp
{
    /// <summary>Connections that follow no redirect, keep no cookies, take no proxy credentials and notice when an address moves. The caller disposes them.</summary>
    public static HttpMessageInvoker CreateInvoker() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // Tracing would pass a caller's tracestate and baggage on.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32,
        },
        disposeHandler: true);
}
