using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn;

/// <summary>
/// Where browsers reach the broker: scheme, host and port, from configuration and never from a request. Asked for each time, since a host may
/// learn its own port only once it listens.
/// </summary>
/// <param name="address">The address: https, or http on loopback, without a path.</param>
/// <param name="askedHost">
/// Which host a request was for: its Host header unless a host knows better (one that stands behind a proxy which replaces it). Must never be a header that
/// a browser can be made to send otherwise.
/// </param>
public sealed class PublicAddress(Func<Uri> address, Func<HttpRequest, HostString>? askedHost = null)
{
    /// <summary>The address, with a slash at the end.</summary>
    /// <exception cref="InvalidOperationException">What is configured is no such address.</exception>
    public Uri Uri
    {
        get
        {
            var uri = address();
            var safe = uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
            return safe && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
                ? uri
                : throw new InvalidOperationException($"The public address must be https (or http on loopback) without a path: {uri}");
        }
    }

    /// <summary>Whether browsers come by TLS, so that cookies can be bound to it.</summary>
    public bool IsSecure => Uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>What an <c>Origin</c> header from the broker's own pages says.</summary>
    public string Origin => Uri.GetLeftPart(UriPartial.Authority);

    /// <summary>The address of a path that begins with a slash.</summary>
    public string Of(string path) => Origin + path;

    /// <summary>
    /// Whether the request was for this address. One for another name that leads here (DNS rebinding, a forged Host) must get nothing that acts.
    /// </summary>
    public bool Is(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var uri = Uri;
        var asked = askedHost is null ? request.Host : askedHost(request);
        return asked.HasValue
            && string.Equals(asked.Host, uri.Host, StringComparison.OrdinalIgnoreCase)
            && (asked.Port ?? (uri.Scheme == Uri.UriSchemeHttps ? 443 : 80)) == uri.Port;
    }
}
