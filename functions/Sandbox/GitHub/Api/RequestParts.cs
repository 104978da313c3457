using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>Parts of a request that several routes read.</summary>
internal static class RequestParts
{
    public static string RouteText(this HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    public static long RouteLong(this HttpContext context, string name) =>
        long.Parse(context.RouteText(name), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The address the caller reached this server at, with a slash at the end.</summary>
    public static Uri Root(this HttpContext context) => new($"{context.Request.Scheme}://{context.Request.Host}/");

    public static Uri ApiUri(this HttpContext context, string relative) => new(context.Root(), "api/v3/" + relative);
}
