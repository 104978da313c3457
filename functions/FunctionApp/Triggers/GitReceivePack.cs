using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Pushes.</summary>
public sealed class GitReceivePack(DurableRuns runs)
{
    /// <summary><c>POST /{owner}/{repository}/git-receive-pack</c>.</summary>
    [Function("GitReceivePack")]
    public Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "{owner}/{repository}/git-receive-pack")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.GitAsync);
}
