using CursorBroker.Gateway.SignIn.Server.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>
/// The authorization server's URLs, a line each: what a host without endpoint routing has to map is exactly these. They rely on nothing but the request.
/// </summary>
public static class OAuthEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps all of it.</summary>
    public static IEndpointRouteBuilder MapOAuth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapMethods(OAuthPaths.Resource, Reading, ResourceAsync);
        endpoints.MapMethods(OAuthPaths.McpResource, Reading, McpResourceAsync);
        endpoints.MapMethods(OAuthPaths.Server, Reading, ServerAsync);
        endpoints.MapMethods(OAuthPaths.McpServer, Reading, ServerAsync);
        endpoints.MapMethods(OAuthPaths.OpenIdServer, Reading, ServerAsync);
        return endpoints;
    }

    /// <summary><c>GET /.well-known/oauth-protected-resource</c>: RFC 9728 for the broker as a whole.</summary>
    public static Task ResourceAsync(HttpContext context) => MetadataEndpoints.ResourceAsync(context);

    /// <summary><c>GET /.well-known/oauth-protected-resource/mcp</c>: RFC 9728 for <c>/mcp</c>.</summary>
    public static Task McpResourceAsync(HttpContext context) => MetadataEndpoints.McpResourceAsync(context);

    /// <summary><c>GET /.well-known/oauth-authorization-server</c>, also with <c>/mcp</c> after it and as <c>openid-configuration</c>: RFC 8414.</summary>
    public static Task ServerAsync(HttpContext context) => MetadataEndpoints.ServerAsync(context);
}
