using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn;

/// <summary>The one shape of the broker's cookies.</summary>
internal static class Cookies
{
    /// <summary>
    /// Over TLS with the <c>__Host-</c> prefix, so that no other host and no plain connection can set it. Over http on loopback browsers refuse that prefix and
    /// <c>Secure</c>, and there they are left out.
    /// </summary>
    public static void Shape(CookieBuilder cookie, string name, PublicAddress address)
    {
        cookie.Name = (address.IsSecure ? "__Host-broker-" : "broker-") + name;
        cookie.SecurePolicy = address.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.Path = "/";
        cookie.IsEssential = true;
    }
}
