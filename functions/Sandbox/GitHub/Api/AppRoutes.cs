using System.Text.Json;
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

/// <summary>What the App asks for itself: who it is, where it is installed, a token.</summary>
internal sealed class AppRoutes(
    GitHubApp app, ApiGate gate, Installations installations, RepositoryCatalog catalog, MintRules rules, InstallationTokens tokens, SandboxCounters counters, WorldRecords world)
{
    private const string MintDocumentation =
        "https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app";

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("app", AppAsync);
        api.MapGet("app/installations", InstallationsAsync);
        api.MapGet("app/installations/{id:long}", InstallationAsync);
        api.MapGet("repos/{owner}/{repo}/installation", RepositoryInstallationAsync);
        api.MapGet("repositories/{id:long}/installation", RepositoryInstallationByIdAsync);
        api.MapPost("app/installations/{id:long}/access_tokens", MintAsync);
    }

    private async Task AppAsync(HttpContext context)
    {
        if (await gate.AdmitAppAsync(context).ConfigureAwait(false))
        {
            var json = AppJson.Of(app, All().FirstOrDefault()?.Account ?? SandboxGitHub.AppSlug, new Links(context));
            json["installations_count"] = All().Count();
            await GitHubAnswer.JsonAsync(context, 200, json).ConfigureAwait(false);
        }
    }

    private async Task InstallationsAsync(HttpContext context)
    {
        if (await gate.AdmitAppAsync(context).ConfigureAwait(false))
        {
            await GitHubAnswer.JsonAsync(context, 200, new JsonArray([.. All().Select(one => Json(context, one))])).ConfigureAwait(false);
        }
    }

    private async Task InstallationAsync(HttpContext context)
    {
        if (await gate.AdmitAppAsync(context).ConfigureAwait(false))
        {
            await AnswerAsync(context, installations.WithId(context.RouteLong("id"))).ConfigureAwait(false);
        }
    }

    private async Task RepositoryInstallationAsync(HttpContext context)
    {
        if (!await gate.AdmitAppAsync(context).ConfigureAwait(false))
        {
            return;
        }

        var entry = catalog.Find(context.RouteText("owner"), context.RouteText("repo"));
        var installation = entry is null ? null : installations.On(entry.Repository.Owner);
        await (entry is { Moved: true } && installation is not null
            ? GitHubAnswer.MovedAsync(context, context.ApiUri($"repositories/{entry.Repository.Id}/installation"))
            : AnswerAsync(context, installation)).ConfigureAwait(false);
    }

    private async Task RepositoryInstallationByIdAsync(HttpContext context)
    {
        if (await gate.AdmitAppAsync(context).ConfigureAwait(false))
        {
            var repository = catalog.WithId(context.RouteLong("id"));
            await AnswerAsync(context, repository is null ? null : installations.On(repository.Owner)).ConfigureAwait(false);
        }
    }

    private async Task MintAsync(HttpContext context)
    {
        if (!await gate.AdmitAppAsync(context).ConfigureAwait(false))
        {
            return;
        }

        if (installations.WithId(context.RouteLong("id")) is not { } installation)
        {
            await GitHubAnswer.ErrorAsync(context, 404, "Not Found", MintDocumentation).ConfigureAwait(false);
        }
        else if (installations.IsSuspended(installation.Account))
        {
            await GitHubAnswer.ErrorAsync(context, 403, "This installation has been suspended", MintDocumentation).ConfigureAwait(false);
        }
        else if (await ReadBodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            await GitHubAnswer.ErrorAsync(context, 400, "Problems parsing JSON", MintDocumentation).ConfigureAwait(false);
        }
        else
        {
            var verdict = rules.Decide(installation, body);
            await (verdict.Scope is null
                ? GitHubAnswer.ErrorAsync(context, 422, verdict.Refusal!, MintDocumentation)
                : MintedAsync(context, installation, verdict.Scope)).ConfigureAwait(false);
        }
    }

    private async Task MintedAsync(HttpContext context, Installation installation, MintScope scope)
    {
        var (secret, token) = tokens.Mint(installation, scope);
        counters.Minted();
        var answer = new JsonObject
        {
            ["token"] = secret,
            ["expires_at"] = GitHubAnswer.Time(token.ExpiresAt),
            ["permissions"] = InstallationJson.Permissions(token.Permissions),
            ["repository_selection"] = scope.Repositories is null ? "all" : "selected",
        };
        if (scope.Repositories is not null)
        {
            answer["repositories"] = new JsonArray([.. scope.Repositories.OrderBy(static one => one.Id).Select(one => (JsonNode?)RepositoryJson.Of(one, world.Of(one), new Links(context)))]);
        }

        await GitHubAnswer.JsonAsync(context, 201, answer).ConfigureAwait(false);
    }

    private static async Task<JsonElement?> ReadBodyAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var body = JsonDocument.Parse(buffer.Length == 0 ? "{}"u8.ToArray() : buffer.ToArray());
            return body.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Not JSON: the caller of this method answers 400.
            return null;
        }
    }

    private IEnumerable<Installation> All() => catalog.All
        .Select(static repository => repository.Owner)
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(installations.On)
        .OfType<Installation>();

    private JsonObject Json(HttpContext context, Installation installation) =>
        InstallationJson.Of(installation, app, installations.SuspendedAt(installation.Account), new Links(context));

    private Task AnswerAsync(HttpContext context, Installation? installation) => installation is null
        ? GitHubAnswer.NotFoundAsync(context)
        : GitHubAnswer.JsonAsync(context, 200, Json(context, installation));
}
