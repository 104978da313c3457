using CursorBroker.Core.GitHub.Routes;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>What a route's answer is, where that depends on what was asked for.</summary>
internal static class RestRoutes
{
    /// <summary>
    /// Whether the answer is Opaque. The route that gives a release asset's bytes gives what is known of it as well, unless <c>application/octet-stream</c> is asked for, and
    /// that is JSON like any other.
    /// </summary>
    public static bool IsOpaque(ApiRoute route, RestMedia media) =>
        route.Traits.HasFlag(ApiRouteTraits.Opaque) && (media == RestMedia.Octets || !route.Template.EndsWith("/{asset_id}", StringComparison.Ordinal));

    /// <summary>Whether a redirect with a signed URL may come, to be followed. Never to what would be Opaque and was not decided as that.</summary>
    public static bool MayRedirect(ApiRoute route, RestMedia media) =>
        route.Traits.HasFlag(ApiRouteTraits.SignedRedirect) && (!route.Traits.HasFlag(ApiRouteTraits.Opaque) || IsOpaque(route, media));
}
