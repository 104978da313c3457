using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.GitHub.Graph;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Health;
using CursorBroker.Gateway.Hooks;
using CursorBroker.Gateway.Lfs;
using CursorBroker.Gateway.Mcp.Protocol;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.SignIn.Server;
using CursorBroker.Gateway.TokenExchange;
using CursorBroker.Gateway.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway;

/// <summary>
/// The broker's URLs. A data path is one line: which room, through the one pipeline. A host with a routing of its own maps the methods here and in
/// <see cref="PagesEndpoints"/> and <see cref="HooksEndpoints"/>; they rely on nothing but the request.
/// </summary>
public static class GatewayEndpoints
{
    // OPTIONS and HEAD are among them so that whoever asks is told what the room says, not what routing does.
    private static readonly string[] ApiVerbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>Maps every data path that exists, and a plain 404 for the rest.</summary>
    public static IEndpointRouteBuilder MapBroker(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet("/healthz", LiveAsync);
        endpoints.MapGet("/readyz", ReadyAsync);

        endpoints.MapGet("/{owner}/{repository}/info/refs", GitAsync);
        endpoints.MapPost("/{owner}/{repository}/git-upload-pack", GitAsync);
        endpoints.MapPost("/{owner}/{repository}/git-receive-pack", GitAsync);

        endpoints.MapMethods("/{owner}/{repository}/info/lfs/{**rest}", ApiVerbs, LfsAsync);

        endpoints.MapMethods("/api/graphql", ApiVerbs, GraphAsync);
        endpoints.MapMethods("/api/v3/{**rest}", ApiVerbs, RestAsync);
        endpoints.MapMethods("/api/uploads/{**rest}", ApiVerbs, RestAsync);
        endpoints.MapMethods("/raw/{**rest}", ApiVerbs, RestAsync);
        endpoints.MapPost(TokenExchangeRoom.Path, TokenAsync);
        endpoints.MapMethods("/mcp", ApiVerbs, McpAsync);
        endpoints.MapMethods("/vaults/{**rest}", ApiVerbs, VaultAsync);

        endpoints.MapOAuth();
        endpoints.MapPages();
        endpoints.MapHooks();

        endpoints.MapFallback(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync("Nothing is served here.\n", context.RequestAborted);
        });
        return endpoints;
    }

    /// <summary><c>GET /OWNER/REPOSITORY/info/refs</c>, and <c>POST</c> to <c>git-upload-pack</c> and <c>git-receive-pack</c> beside it.</summary>
    public static Task GitAsync(HttpContext context) => Serve<GitRoom>(context);

    /// <summary>Every verb on <c>/OWNER/REPOSITORY/info/lfs/{**rest}</c>: Git LFS.</summary>
    public static Task LfsAsync(HttpContext context) => Serve<LfsRoom>(context);

    /// <summary>Every verb on <c>/api/v3/{**rest}</c>, <c>/api/uploads/{**rest}</c> and <c>/raw/{**rest}</c>: GitHub's REST API.</summary>
    public static Task RestAsync(HttpContext context) => Serve<RestRoom>(context);

    /// <summary>Every verb on <c>/api/graphql</c>: GitHub's GraphQL API.</summary>
    public static Task GraphAsync(HttpContext context) => Serve<GraphRoom>(context);

    /// <summary>Every verb on <c>/vaults/{**rest}</c>: Key Vault's secrets.</summary>
    public static Task VaultAsync(HttpContext context) => Serve<VaultRoom>(context);

    /// <summary><c>POST /token</c>: a GitHub token for an OIDC token, where the policy says so.</summary>
    public static Task TokenAsync(HttpContext context) => Serve<TokenExchangeRoom>(context);

    /// <summary>Every verb on <c>/mcp</c>: the Model Context Protocol.</summary>
    public static Task McpAsync(HttpContext context) => Serve<McpRoom>(context);

    /// <summary><c>GET /healthz</c>: the process answers.</summary>
    public static Task LiveAsync(HttpContext context) => HealthEndpoints.LiveAsync(context);

    /// <summary><c>GET /readyz</c>: the broker could serve a request.</summary>
    public static Task ReadyAsync(HttpContext context) => HealthEndpoints.ReadyAsync(context);

    private static Task Serve<TRoom>(HttpContext context)
        where TRoom : IProtocolRoom =>
        context.RequestServices.GetRequiredService<RequestPipeline>().RunAsync(context, context.RequestServices.GetRequiredService<TRoom>());
}
