using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.Hooks;
using CursorBroker.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>The set-up page and Cursor's hooks. The platform tries functions in the order of their names: the file that may have any name comes last.</summary>
public sealed class Setup(DurableRuns runs)
{
    /// <summary>The platform takes an empty route for the function's name; one parameter that can only be empty is the root.</summary>
    public const string Root = "{nothing:maxlength(0)?}";

    /// <summary>Every verb on <c>/</c>.</summary>
    [Function("Setup")]
    public Task ShowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete, Verbs.Options, Route = Root)] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.SetupAsync);

    /// <summary><c>POST /hooks/events</c>.</summary>
    [Function("SetupHookEvent")]
    public Task EventAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "hooks/events")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, HooksEndpoints.EventAsync);

    /// <summary>Every verb on <c>/hooks/key</c>.</summary>
    [Function("SetupHookKey")]
    public Task KeyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete, Verbs.Options, Route = "hooks/key")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.HookKeyAsync);

    /// <summary><c>GET, HEAD /hooks/{name}</c>.</summary>
    [Function("SetupHooksFile")]
    public Task FileAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "hooks/{name}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, HooksEndpoints.FileAsync);
}
