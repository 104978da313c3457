using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>The approval pages. The platform tries functions in the order of their names: the one that takes the rest comes last.</summary>
public sealed class Approvals(DurableRuns runs)
{
    /// <summary><c>GET, HEAD /approvals</c>.</summary>
    [Function("Approvals")]
    public Task InboxAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "approvals")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.InboxAsync);

    /// <summary><c>GET, HEAD /approvals/assets/{name}</c>.</summary>
    [Function("ApprovalsAsset")]
    public Task AssetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "approvals/assets/{name}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.AssetAsync);

    /// <summary><c>POST /approvals/{id}/cancel</c>.</summary>
    [Function("ApprovalsCancel")]
    public Task CancelAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "approvals/{id}/cancel")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.CancelAsync);

    /// <summary><c>POST /approvals/{id}/decision</c>.</summary>
    [Function("ApprovalsDecide")]
    public Task DecideAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "approvals/{id}/decision")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.DecideAsync);

    /// <summary><c>GET, HEAD /approvals/{id}</c>.</summary>
    [Function("ApprovalsOne")]
    public Task ApprovalAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "approvals/{id}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.ApprovalAsync);

    /// <summary>Every verb on <c>/approvals/{*rest}</c> that nothing before it takes.</summary>
    [Function("ApprovalsRest")]
    public Task NothingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete, Verbs.Options, Route = "approvals/{*rest}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.NothingAsync);
}
