using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.SignIn.Server.Consent;
using CursorBroker.Gateway.SignIn.Server.Device;
using CursorBroker.Gateway.SignIn.Server.Keys;
using CursorBroker.Gateway.SignIn.Server.Metadata;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

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
        endpoints.MapMethods(OAuthPaths.Keys, Reading, KeysAsync);
        endpoints.MapPost(OAuthPaths.Register, RegisterAsync);
        endpoints.MapMethods(OAuthPaths.Authorize, Reading, AuthorizeAsync);
        endpoints.MapMethods(OAuthPaths.Consent, Reading, ConsentAsync);
        endpoints.MapPost(OAuthPaths.Consent, AnswerAsync);
        endpoints.MapPost(OAuthPaths.Token, TokenAsync);
        endpoints.MapPost(OAuthPaths.Revoke, RevokeAsync);
        endpoints.MapPost(OAuthPaths.CutOff, CutOffAsync);
        endpoints.MapPost(OAuthPaths.DeviceCode, DeviceCodeAsync);
        endpoints.MapMethods(OAuthPaths.DevicePage, Reading, DeviceAsync);
        endpoints.MapPost(OAuthPaths.DevicePage, DeviceTypedAsync);
        endpoints.MapMethods(OAuthPaths.GitHubAuthorize, Reading, AuthorizeAsync);
        endpoints.MapPost(OAuthPaths.GitHubToken, TokenAsync);
        return endpoints;
    }

    /// <summary><c>GET /.well-known/oauth-protected-resource</c>: RFC 9728 for the broker as a whole.</summary>
    public static Task ResourceAsync(HttpContext context) => MetadataEndpoints.ResourceAsync(context);

    /// <summary><c>GET /.well-known/oauth-protected-resource/mcp</c>: RFC 9728 for <c>/mcp</c>.</summary>
    public static Task McpResourceAsync(HttpContext context) => MetadataEndpoints.McpResourceAsync(context);

    /// <summary><c>GET /.well-known/oauth-authorization-server</c>, also with <c>/mcp</c> after it and as <c>openid-configuration</c>: RFC 8414.</summary>
    public static Task ServerAsync(HttpContext context) => MetadataEndpoints.ServerAsync(context);

    /// <summary><c>GET /oauth/jwks</c>: the public keys of the broker's tokens.</summary>
    public static Task KeysAsync(HttpContext context) => OAuthGate.RunAsync(context, KeySetEndpoint.WriteAsync);

    /// <summary><c>POST /oauth/register</c>: RFC 7591.</summary>
    public static Task RegisterAsync(HttpContext context) => OAuthGate.RunAsync(context, static one => one.RequestServices.GetRequiredService<RegistrationEndpoint>().RegisterAsync(one));

    /// <summary><c>GET /oauth/authorize</c> and <c>GET /login/oauth/authorize</c>: off to the identity provider, and then to the question.</summary>
    public static Task AuthorizeAsync(HttpContext context) => PageAsync(context, static visit =>
        HttpMethods.IsHead(visit.Context.Request.Method) ? Task.CompletedTask : AuthorizeEndpoint.StartAsync(visit));

    /// <summary><c>GET /oauth/consent?id=ID</c>: the question whether an application may come in.</summary>
    public static Task ConsentAsync(HttpContext context) => PageAsync(context, ConsentEndpoint.ShowAsync);

    /// <summary><c>POST /oauth/consent</c>: the answer.</summary>
    public static Task AnswerAsync(HttpContext context) => PageAsync(context, ConsentEndpoint.AnswerAsync);

    /// <summary><c>POST /oauth/token</c> and <c>POST /login/oauth/access_token</c>: tokens for a code, a refresh token or a device's code.</summary>
    public static Task TokenAsync(HttpContext context) => OAuthGate.RunAsync(context, static one => one.RequestServices.GetRequiredService<TokenEndpoint>().RunAsync(one));

    /// <summary><c>POST /oauth/revoke</c>: RFC 7009.</summary>
    public static Task RevokeAsync(HttpContext context) => OAuthGate.RunAsync(context, RevocationEndpoint.RunAsync);

    /// <summary><c>POST /oauth/cut-off</c>: an administrator ends everything that a person has signed in for.</summary>
    public static Task CutOffAsync(HttpContext context) => OAuthGate.RunAsync(context, static one => one.RequestServices.GetRequiredService<CutOffEndpoint>().RunAsync(one));

    /// <summary><c>POST /login/device/code</c>: RFC 8628, as <c>gh</c> speaks it.</summary>
    public static Task DeviceCodeAsync(HttpContext context) => OAuthGate.RunAsync(context, static one => one.RequestServices.GetRequiredService<DeviceCodeEndpoint>().RunAsync(one));

    /// <summary><c>GET /login/device</c>: where a device's code is typed.</summary>
    public static Task DeviceAsync(HttpContext context) => PageAsync(context, DevicePageEndpoint.ShowAsync);

    /// <summary><c>POST /login/device</c>: a code was typed.</summary>
    public static Task DeviceTypedAsync(HttpContext context) => PageAsync(context, DevicePageEndpoint.TypedAsync);

    private static Task PageAsync(HttpContext context, Func<Visit, Task> page) =>
        MetadataEndpoints.IsServer(context) ? PageGate.RunAsync(context, page) : MetadataEndpoints.NoServerAsync(context);
}
