using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pages;

/// <summary>Whether a form was sent from the broker's own pages, as the browser itself says: beside the anti-forgery token, not in its place.</summary>
internal static class SameOrigin
{
    /// <summary>True when everything the browser says about where it comes from names these pages, and it says something. Browsers always do for a POST.</summary>
    public static bool Says(HttpRequest request, PublicAddress address)
    {
        var origin = request.Headers.Origin;
        var site = request.Headers["Sec-Fetch-Site"];
        return (origin.Count == 0 || (origin.Count == 1 && string.Equals(origin[0], address.Origin, StringComparison.OrdinalIgnoreCase)))
            && (site.Count == 0 || (site.Count == 1 && site[0] == "same-origin"))
            && origin.Count + site.Count > 0;
    }
}
