using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pages;

/// <summary>What every answer of the pages carries.</summary>
internal static class PageHeaders
{
    /// <summary>
    /// Nothing runs, nothing is loaded from elsewhere, no form goes elsewhere, nobody frames it. The referrer stays within the pages: with <c>no-referrer</c>
    /// browsers send <c>Origin: null</c> with the pages' own forms, and the origin could not be checked.
    /// </summary>
    public static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        // In the words that the anti-forgery library would otherwise replace it with, and warn.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
    }
}
