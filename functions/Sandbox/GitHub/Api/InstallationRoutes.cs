using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>What the holder of an installation token may ask: its repositories, and the token's own end.</summary>
internal sealed class InstallationRoutes(ApiGate gate, RepositoryCatalog catalog, InstallationTokens tokens, SandboxCounters counters)
{
    private const string MetadataRead = "metadata=read";

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("repos/{owner}/{repo}", RepositoryAsync);
        api.MapGet("repositories/{id:long}", RepositoryByIdAsync);
        api.MapGet("installation/repositories", RepositoriesAsync);
        api.MapDelete("installation/token", RevokeAsync);
        api.MapGet("meta", static context => GitHubAnswer.JsonAsync(context, 200, new JsonObject
        {
            ["verifiable_password_authentication"] = false,
            ["installed_version"] = SandboxGitHub.EnterpriseVersion,
        }));
    }

    private async Task RepositoryAsync(HttpContext context)
    {
        if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is { } token)
        {
            await AnswerAsync(context, token, catalog.Find(context.RouteText("owner"), context.RouteText("repo"))).ConfigureAwait(false);
        }
    }

    private async Task RepositoryByIdAsync(HttpContext context)
    {
        if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is { } token)
        {
            var repository = catalog.WithId(context.RouteLong("id"));
            await AnswerAsync(context, token, repository is null ? null : new CatalogEntry(repository, Moved: false)).ConfigureAwait(false);
        }
    }

    private async Task RepositoriesAsync(HttpContext context)
    {
        if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is { } token)
        {
            var opened = catalog.All.Where(token.Opens).ToList();
            context.Response.Headers["X-Accepted-GitHub-Permissions"] = MetadataRead;
            await GitHubAnswer.JsonAsync(context, 200, new JsonObject
            {
                ["total_count"] = opened.Count,
                ["repository_selection"] = token.Repositories is null ? "all" : "selected",
                ["repositories"] = RepositoryJson.All(opened, context.Root()),
            }).ConfigureAwait(false);
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

    private static Task AnswerAsync(HttpContext context, InstallationToken token, CatalogEntry? entry)
    {
        context.Response.Headers["X-Accepted-GitHub-Permissions"] = MetadataRead;
        if (entry is null || !token.Opens(entry.Repository))
        {
            return GitHubAnswer.NotFoundAsync(context);
        }

        return entry.Moved
            ? GitHubAnswer.MovedAsync(context, context.ApiUri($"repositories/{entry.Repository.Id}"))
            : GitHubAnswer.JsonAsync(context, 200, RepositoryJson.Of(entry.Repository, context.Root()));
    }
}
