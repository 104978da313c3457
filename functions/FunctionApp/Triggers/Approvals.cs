using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>The approval pages. The platform tries functions in the order of their names: the one that takes the rest comes last.</summary>
internal sealed class Approvals(DurableRuns runs)
{
    [Function("Approvals")]
    public Task InboxAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "approvals")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.InboxAsync);

    [Function("ApprovalsAsset")]
    public Task AssetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "approvals/assets/{name}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.AssetAsync);

    [Function("ApprovalsCancel")]
    public Task CancelAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "approvals/{id}/cancel")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.CancelAsync);

    [Function("ApprovalsDecide")]
    public Task DecideAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "approvals/{id}/decision")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.DecideAsync);

    [Function("ApprovalsOne")]
    public Task ApprovalAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Route = "approvals/{id}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.ApprovalAsync);

    [Function("ApprovalsRest")]
    public Task NothingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete, Verbs.Options, Route = "approvals/{*rest}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, PagesEndpoints.NothingAsync);
}
