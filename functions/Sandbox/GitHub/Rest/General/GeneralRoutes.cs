using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Rest.General;

/// <summary>What belongs to no repository: the root, the server's own facts, the rate limit, and the user that an installation is not.</summary>
internal sealed class GeneralRoutes(ApiGate gate, RateLimits limits)
{
    private static readonly (string Name, string Path)[] Addresses =
    [
        ("current_user", "user"), ("authorizations", "authorizations"), ("code_search", "search/code?q={query}{&page,per_page,sort,order}"),
        ("commit_search", "search/commits?q={query}{&page,per_page,sort,order}"), ("emails", "user/emails"), ("emojis", "emojis"), ("events", "events"),
        ("feeds", "feeds"), ("followers", "user/followers"), ("following", "user/following{/target}"), ("gists", "gists{/gist_id}"),
        ("issue_search", "search/issues?q={query}{&page,per_page,sort,order}"), ("issues", "issues"), ("keys", "user/keys"),
        ("label_search", "search/labels?q={query}&repository_id={repository_id}{&page,per_page}"), ("notifications", "notifications"),
        ("organization", "orgs/{org}"), ("organization_repositories", "orgs/{org}/repos{?type,page,per_page,sort}"), ("organization_teams", "orgs/{org}/teams"),
        ("public_gists", "gists/public"), ("rate_limit", "rate_limit"), ("repository", "repos/{owner}/{repo}"),
        ("repository_search", "search/repositories?q={query}{&page,per_page,sort,order}"), ("current_user_repositories", "user/repos{?type,page,per_page,sort}"),
        ("starred", "user/starred{/owner}{/repo}"), ("starred_gists", "gists/starred"), ("topic_search", "search/topics?q={query}{&page,per_page}"),
        ("user", "users/{user}"), ("user_organizations", "user/orgs"), ("user_repositories", "users/{user}/repos{?type,page,per_page,sort}"),
        ("user_search", "search/users?q={query}{&page,per_page,sort,order}"),
    ];

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(string.Empty, RootAsync);
        api.MapGet("rate_limit", LimitsAsync);
        api.MapGet("user/{**anything}", UserAsync);
        api.MapGet("meta", static context => AnswerWriter.WriteAsync(
            context,
            RestAnswer.Of(new JsonObject { ["verifiable_password_authentication"] = false, ["installed_version"] = SandboxGitHub.EnterpriseVersion }),
            string.Empty));
    }

    private async Task RootAsync(HttpContext context)
    {
        if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is null)
        {
            return;
        }

        var links = new Links(context);
        var json = new JsonObject(Addresses.Select(one => KeyValuePair.Create(one.Name + "_url", (JsonNode?)links.Api(one.Path))))
        {
            ["current_user_authorizations_html_url"] = links.Page("settings/connections/applications{/client_id}"),
        };
        await AnswerWriter.WriteAsync(context, RestAnswer.Of(json), string.Empty).ConfigureAwait(false);
    }

    private async Task UserAsync(HttpContext context)
    {
        if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is not null)
        {
            await AnswerWriter.WriteAsync(context, RestAnswer.Forbidden, string.Empty).ConfigureAwait(false);
        }
    }

    // Asking does not count: https://docs.github.com/rest/rate-limit/rate-limit
    private async Task LimitsAsync(HttpContext context)
    {
        if (await gate.IdentifyAsync(context).ConfigureAwait(false) is not { } token)
        {
            return;
        }

        var core = limits.Of(ApiGate.Counted(token), RateLimits.Core);
        var search = limits.Of(ApiGate.Counted(token), RateLimits.Search);
        await AnswerWriter.WriteAsync(
            context,
            RestAnswer.Of(new JsonObject { ["resources"] = new JsonObject { ["core"] = Json(core), ["search"] = Json(search), ["graphql"] = Json(limits.Of(ApiGate.Counted(token), RateLimits.Graph)) }, ["rate"] = Json(core) }),
            string.Empty).ConfigureAwait(false);
    }

    private static JsonObject Json(RateStanding standing) => new()
    {
        ["limit"] = standing.Limit,
        ["used"] = standing.Used,
        ["remaining"] = standing.Remaining,
        ["reset"] = standing.Resets.ToUnixTimeSeconds(),
    };
}
