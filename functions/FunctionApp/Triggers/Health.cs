using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Liveness and readiness, for the platform.</summary>
internal sealed class Health(DurableRuns runs)
{
    [Function("Health")]
    public Task LiveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Route = "healthz")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.LiveAsync);

    [Function("HealthReady")]
    public Task ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Route = "readyz")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.ReadyAsync);
}
