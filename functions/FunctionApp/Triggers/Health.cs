using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Liveness and readiness, for the platform.</summary>
public sealed class Health(DurableRuns runs)
{
    /// <summary><c>GET /healthz</c>.</summary>
    [Function("Health")]
    public Task LiveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Route = "healthz")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.LiveAsync);

    /// <summary><c>GET /readyz</c>.</summary>
    [Function("HealthReady")]
    public Task ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Route = "readyz")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.ReadyAsync);
}
