using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>GitHub tokens for callers themselves, where the policy says so.</summary>
public sealed class TokenExchange(DurableRuns runs)
{
    /// <summary><c>POST /token</c>.</summary>
    [Function("TokenExchange")]
    public Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "token")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.TokenAsync);
}
