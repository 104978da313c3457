using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Adapters.Oidc;

/// <summary>Which addresses may be asked on behalf of an issuer.</summary>
internal sealed class IssuerAddress
{
    private readonly Uri _issuer;

    private IssuerAddress(Uri issuer) => _issuer = issuer;

    /// <summary>Where the discovery document is (OpenID Connect Discovery, 4.1).</summary>
    public string Discovery => _issuer.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration";

    /// <summary>An issuer must be https, or http on a loopback address; without query or fragment (OpenID Connect Discovery, 2).</summary>
    public static bool TryCreate(string issuer, [NotNullWhen(true)] out IssuerAddress? address)
    {
        address = null;
        if (!TryParse(issuer, out var uri) || uri.Query.Length > 0 || (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback))
        {
            return false;
        }

        address = new IssuerAddress(uri);
        return true;
    }

    /// <summary>
    /// Whether a document at <paramref name="address"/> may be fetched: another host is fine (providers keep keys elsewhere), a weaker
    /// transport is not, nor is this machine when the issuer is not on it.
    /// </summary>
    public bool Allows(string address) =>
        TryParse(address, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || _issuer.Scheme == Uri.UriSchemeHttp)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback)
        && (!uri.IsLoopback || _issuer.IsLoopback);

    private static bool TryParse(string text, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && uri.Scheme is "https" or "http"
        && uri.UserInfo.Length == 0
        && uri.Fragment.Length == 0
        && uri.Host.Length > 0;
}
