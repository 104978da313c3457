using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Signing in to the pages. The platform tries functions in the order of their names: the one that takes the rest comes last.</summary>
public sealed class SignIn(DurableRuns runs)
{
    /// <summary><c>GET, HEAD /login</c>.</summary>
    [Function("SignIn")]
    public Task LoginAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "login")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.LoginAsync);

    /// <summary><c>GET, HEAD /login/callback</c>.</summary>
    [Function("SignInCallback")]
    public Task CallbackAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "login/callback")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.CallbackAsync);

    /// <summary><c>POST /login/out</c>.</summary>
    [Function("SignInOut")]
    public Task LogoutAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "login/out")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.LogoutAsync);

    /// <summary>Every verb on <c>/login/{*rest}</c> that nothing before it takes.</summary>
    [Function("SignInRest")]
    public Task NothingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete, Verbs.Options, Route = "login/{*rest}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.NothingAsync);
}
