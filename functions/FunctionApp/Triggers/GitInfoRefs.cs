using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>What a clone, fetch or push asks first.</summary>
public sealed class GitInfoRefs(DurableRuns runs)
{
    /// <summary><c>GET /{owner}/{repository}/info/refs</c>.</summary>
    [Function("GitInfoRefs")]
    public Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Route = "{owner}/{repository}/info/refs")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.GitAsync);
}
