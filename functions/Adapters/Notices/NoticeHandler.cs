using System.Net;

namespace CursorBroker.Adapters.Notices;

/// <summary>
/// How the channels that tell people of approvals speak HTTP: they follow nothing, remember nothing, and pass on no trace header, since what a caller sent in
/// <c>baggage</c> is nobody else's business and the activity of a request would carry its URL, which may be a secret.
/// </summary>
internal static class NoticeHandler
{
    /// <summary>A new one, for one channel.</summary>
    public static SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = 16 * 1024,
        MaxConnectionsPerServer = 4,
    };
}
