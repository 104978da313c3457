using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Signing in to the pages. The platform tries functions in the order of their names: the one that takes the rest comes last.</summary>
internal sealed class SignIn(DurableRuns runs)
{
    [Function("SignIn")]
    public Task LoginAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "login")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.LoginAsync);

    [Function("SignInCallback")]
    public Task CallbackAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "login/callback")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.CallbackAsync);

    [Function("SignInOut")]
    public Task LogoutAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "login/out")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.LogoutAsync);

    [Function("SignInRest")]
    public Task NothingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete, Verbs.Options, Route = "login/{*rest}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.NothingAsync);
}
