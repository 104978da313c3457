using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Control;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>What the holder of an installation token may ask about it: its repositories, and its own end.</summary>
internal sealed class InstallationRoutes(
    ApiGate gate, RepositoryCatalog catalog, InstallationTokens tokens, WorldRecords world, SandboxCounters counters)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("installation/repositories", RepositoriesAsync);
        api.MapDelete("installation/token", RevokeAsync);
    }

    private async Task RepositoriesAsync(HttpContext context)
    {
        if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is { } token)
        {
            context.Response.Headers["X-Accepted-GitHub-Permissions"] = "metadata=read";
            var links = new Links(context);
            var answer = RestAnswer.List(
                [.. catalog.All.Where(token.Opens).OrderBy(static repository => repository.Id)],
                repository => RepositoryJson.Of(repository, world.Of(repository), links),
                (count, page) => new JsonObject
                {
                    ["total_count"] = count,
                    ["repository_selection"] = token.Repositories is null ? "all" : "selected",
                    ["repositories"] = page,
                });
            await AnswerWriter.WriteAsync(context, answer, "installation/repositories").ConfigureAwait(false);
        }
    }

    private async Task RevokeAsync(HttpContext context)
    {
        if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is { } token)
        {
            tokens.Revoke(token);
            counters.Revoked();
            context.Response.StatusCode = 204;
        }
    }
}
