using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.SignIn.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>What clients read before they sign anybody in.</summary>
public sealed class OAuthMetadata(DurableRuns runs)
{
    /// <summary><c>GET, HEAD /.well-known/oauth-protected-resource</c>.</summary>
    [Function("OAuthMetadataResource")]
    public Task ResourceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = ".well-known/oauth-protected-resource")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.ResourceAsync);

    /// <summary><c>GET, HEAD /.well-known/oauth-protected-resource/mcp</c>.</summary>
    [Function("OAuthMetadataResourceMcp")]
    public Task McpResourceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = ".well-known/oauth-protected-resource/mcp")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.McpResourceAsync);

    /// <summary><c>GET, HEAD /.well-known/oauth-authorization-server</c>.</summary>
    [Function("OAuthMetadataServer")]
    public Task ServerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = ".well-known/oauth-authorization-server")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.ServerAsync);

    /// <summary><c>GET, HEAD /.well-known/oauth-authorization-server/mcp</c>.</summary>
    [Function("OAuthMetadataServerMcp")]
    public Task McpServerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = ".well-known/oauth-authorization-server/mcp")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.ServerAsync);

    /// <summary><c>GET, HEAD /.well-known/openid-configuration</c>.</summary>
    [Function("OAuthMetadataServerOpenId")]
    public Task OpenIdServerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = ".well-known/openid-configuration")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.ServerAsync);
}
