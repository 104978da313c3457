using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Clones and fetches.</summary>
public sealed class GitUploadPack(DurableRuns runs)
{
    /// <summary><c>POST /{owner}/{repository}/git-upload-pack</c>.</summary>
    [Function("GitUploadPack")]
    public Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Post, Route = "{owner}/{repository}/git-upload-pack")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.GitAsync);
}
