using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.SignIn.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Signing people in for clients: the protocol and its one question.</summary>
public sealed class OAuth(DurableRuns runs)
{
    /// <summary><c>GET, HEAD /oauth/authorize</c>.</summary>
    [Function("OAuthAuthorize")]
    public Task AuthorizeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "oauth/authorize")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.AuthorizeAsync);

    /// <summary><c>GET, HEAD /oauth/consent</c>.</summary>
    [Function("OAuthConsent")]
    public Task ConsentAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "oauth/consent")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.ConsentAsync);

    /// <summary><c>POST /oauth/consent</c>.</summary>
    [Function("OAuthConsentAnswer")]
    public Task AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "oauth/consent")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.AnswerAsync);

    /// <summary><c>POST /oauth/cut-off</c>.</summary>
    [Function("OAuthCutOff")]
    public Task CutOffAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "oauth/cut-off")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.CutOffAsync);

    /// <summary><c>GET, HEAD /oauth/jwks</c>.</summary>
    [Function("OAuthKeys")]
    public Task KeysAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "oauth/jwks")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.KeysAsync);

    /// <summary><c>POST /oauth/register</c>.</summary>
    [Function("OAuthRegister")]
    public Task RegisterAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "oauth/register")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.RegisterAsync);

    /// <summary><c>POST /oauth/revoke</c>.</summary>
    [Function("OAuthRevoke")]
    public Task RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "oauth/revoke")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.RevokeAsync);

    /// <summary><c>POST /oauth/token</c>.</summary>
    [Function("OAuthToken")]
    public Task TokenAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "oauth/token")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, OAuthEndpoints.TokenAsync);
}
