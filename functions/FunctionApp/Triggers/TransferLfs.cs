using CursorBroker.FunctionApp.Approvals;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Triggers;

/// <summary>Git LFS. Its name sorts after those of the API and of raw files, in whose paths <c>info/lfs</c> could stand as well.</summary>
public sealed class TransferLfs(DurableRuns runs)
{
    /// <summary>Every verb on <c>/{owner}/{repository}/info/lfs/{*rest}</c>.</summary>
    [Function("TransferLfs")]
    public Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Verbs.Get, Verbs.Head, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete, Verbs.Options, Route = "{owner}/{repository}/info/lfs/{*rest}")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        runs.ServeAsync(client, request, GatewayEndpoints.LfsAsync);
}
