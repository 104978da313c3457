using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Rest.Search;

/// <summary>Search over what a token opens, and no further: of each repository only what it has the permission to read.</summary>
internal sealed class SearchRoutes(ApiGate gate, RepositoryCatalog catalog, WorldRecords world, IssueSearch issues, CodeSearch code)
{
    private const string Unsearchable =
        "The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.";

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("search/issues", context => SearchAsync(context, issues.FindAsync, isTyped: true));
        api.MapGet("search/code", context => SearchAsync(context, code.FilesAsync));
        api.MapGet("search/commits", context => SearchAsync(context, code.CommitsAsync));
        api.MapGet("search/repositories", context => SearchAsync(context, RepositoriesAsync));
    }

    public static bool IsMatch(SandboxRepository repository, SearchQuery query) =>
        query.Words.All(word => repository.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private Task<IReadOnlyList<JsonObject>> RepositoriesAsync(SearchScope scope) => Task.FromResult<IReadOnlyList<JsonObject>>(
        [.. scope.Repositories.Where(repository => IsMatch(repository, scope.Query))
            .Select(repository => Repositories.RepositoryJson.Of(repository, world.Of(repository), scope.Links))]);

    private async Task SearchAsync(HttpContext context, Func<SearchScope, Task<IReadOnlyList<JsonObject>>> find, bool isTyped = false)
    {
        context.Response.Headers["X-Accepted-GitHub-Permissions"] = "metadata=read";
        if (await gate.AdmitInstallationAsync(context, "search").ConfigureAwait(false) is not { } token)
        {
            return;
        }

        await AnswerWriter.WriteAsync(context, await AnswerAsync(context, token, find, isTyped).ConfigureAwait(false), context.Request.Path.Value!["/api/v3/".Length..]).ConfigureAwait(false);
    }

    private async Task<RestAnswer> AnswerAsync(HttpContext context, InstallationToken token, Func<SearchScope, Task<IReadOnlyList<JsonObject>>> find, bool isTyped)
    {
        if (context.Request.Query["q"].ToString() is not { Length: > 0 } text)
        {
            return RestAnswer.Invalid("Search", "q", "missing");
        }

        var query = SearchQuery.Parse(text);
        if (query.Unknown is { } unknown)
        {
            return RestAnswer.Invalid("Search", "q", "invalid", $"The sandbox cannot search by '{unknown}'.");
        }

        if (SearchScope.Choose(query, catalog.All.Where(token.Opens)) is not { } chosen)
        {
            return RestAnswer.Invalid("Search", "q", "invalid", Unsearchable);
        }

        var found = await find(new SearchScope(query, chosen, token, new Links(context), context.RequestAborted) { ShowsMatches = RestMedia.Of(context.Request).Form == "text-match" }).ConfigureAwait(false);
        foreach (var item in found)
        {
            item["score"] = 1.0;
        }

        return RestAnswer.List(found, static one => one, (count, page) =>
        {
            var json = new JsonObject { ["total_count"] = count, ["incomplete_results"] = false, ["items"] = page };
            if (isTyped)
            {
                json["search_type"] = "lexical";
            }

            return json;
        });
    }
}

/// <summary>What one search may look through.</summary>
internal sealed record SearchScope(
    SearchQuery Query, IReadOnlyList<SandboxRepository> Repositories, InstallationToken Token, Links Links, CancellationToken Cancelled)
{
    /// <summary>Whether the pieces that were found are shown, which GitHub does for <c>application/vnd.github.text-match+json</c>.</summary>
    public bool ShowsMatches { get; init; }

    /// <summary>Of what a token opens, what a query is about; null when it names only repositories that the token does not open.</summary>
    public static IReadOnlyList<SandboxRepository>? Choose(SearchQuery query, IEnumerable<SandboxRepository> covered)
    {
        var names = query.Of("repo").ToList();
        var owners = query.Of("org").Concat(query.Of("user")).ToList();
        var chosen = covered
            .Where(one => names.Count + owners.Count == 0 || names.Contains(one.FullName, StringComparer.OrdinalIgnoreCase) || owners.Contains(one.Owner, StringComparer.OrdinalIgnoreCase))
            .OrderBy(static one => one.FullName, StringComparer.Ordinal)
            .ToList();
        return chosen.Count == 0 && names.Count > 0 ? null : chosen;
    }
}
