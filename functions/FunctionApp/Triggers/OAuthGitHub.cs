using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.SignIn.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>The same as GitHub's own tools speak it. The names sort before those of the pages' sign-in, which take the rest below <c>/login</c>.</summary>
public sealed class OAuthGitHub(DurableRuns runs)
{
    /// <summary><c>GET, HEAD /login/oauth/authorize</c>.</summary>
    [Function("OAuthGitHubAuthorize")]
    public Task AuthorizeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "login/oauth/authorize")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.AuthorizeAsync);

    /// <summary><c>GET, HEAD /login/device</c>.</summary>
    [Function("OAuthGitHubDevice")]
    public Task DeviceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "login/device")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.DeviceAsync);

    /// <summary><c>POST /login/device/code</c>.</summary>
    [Function("OAuthGitHubDeviceCode")]
    public Task DeviceCodeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "login/device/code")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.DeviceCodeAsync);

    /// <summary><c>POST /login/device</c>.</summary>
    [Function("OAuthGitHubDeviceTyped")]
    public Task DeviceTypedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "login/device")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.DeviceTypedAsync);

    /// <summary><c>POST /login/oauth/access_token</c>.</summary>
    [Function("OAuthGitHubToken")]
    public Task TokenAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "login/oauth/access_token")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.TokenAsync);
}
