using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>What the broker says of itself and of the caller, in the shape that GitHub documents for each.</summary>
internal static class OwnAnswers
{
    /// <summary>Where everything is, as far as the broker serves it.</summary>
    public static JsonObject Root(Uri api) => new()
    {
        ["current_user_url"] = $"{api}user",
        ["emails_url"] = $"{api}user/emails",
        ["user_url"] = $"{api}users/{{user}}",
        ["current_user_repositories_url"] = $"{api}user/repos{{?type,page,per_page,sort}}",
        ["organization_repositories_url"] = $"{api}orgs/{{org}}/repos{{?type,page,per_page,sort}}",
        ["user_repositories_url"] = $"{api}users/{{user}}/repos{{?type,page,per_page,sort}}",
        ["repository_url"] = $"{api}repos/{{owner}}/{{repo}}",
        ["code_search_url"] = $"{api}search/code?q={{query}}{{&page,per_page,sort,order}}",
        ["commit_search_url"] = $"{api}search/commits?q={{query}}{{&page,per_page,sort,order}}",
        ["issue_search_url"] = $"{api}search/issues?q={{query}}{{&page,per_page,sort,order}}",
        ["label_search_url"] = $"{api}search/labels?q={{query}}&repository_id={{repository_id}}{{&page,per_page}}",
        ["repository_search_url"] = $"{api}search/repositories?q={{query}}{{&page,per_page,sort,order}}",
    };

    /// <summary>That nobody signs in with a password, and which release of GitHub Enterprise Server clients should take this for.</summary>
    public static JsonObject Meta() => new() { ["verifiable_password_authentication"] = false, ["installed_version"] = GitHubHost.EnterpriseVersion };

    public static JsonArray Versions() => [RestRoom.ApiVersion];

    public static JsonNode Zen() => JsonValue.Create("Ask for little, and for what you need.");

    public static JsonObject User(CallerAccount account, Uri api)
    {
        var url = $"{api}users/{account.Login}";
        var page = new Uri(api, "/").AbsoluteUri;
        return new()
        {
            ["login"] = account.Login,
            ["id"] = account.Id,
            ["node_id"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"04:User{account.Id.ToString(CultureInfo.InvariantCulture)}")),
            ["avatar_url"] = page,
            ["gravatar_id"] = "",
            ["url"] = url,
            ["html_url"] = page,
            ["followers_url"] = $"{url}/followers",
            ["following_url"] = $"{url}/following{{/other_user}}",
            ["gists_url"] = $"{url}/gists{{/gist_id}}",
            ["starred_url"] = $"{url}/starred{{/owner}}{{/repo}}",
            ["subscriptions_url"] = $"{url}/subscriptions",
            ["organizations_url"] = $"{url}/orgs",
            ["repos_url"] = $"{url}/repos",
            ["events_url"] = $"{url}/events{{/privacy}}",
            ["received_events_url"] = $"{url}/received_events",
            ["type"] = "User",
            ["user_view_type"] = "private",
            ["site_admin"] = false,
            ["name"] = account.Name,
            ["company"] = null,
            ["blog"] = "",
            ["location"] = null,
            ["email"] = account.Email,
            ["hireable"] = null,
            ["bio"] = null,
            ["twitter_username"] = null,
            ["public_repos"] = 0,
            ["public_gists"] = 0,
            ["followers"] = 0,
            ["following"] = 0,

            // The broker does not know since when; the schema wants a time.
            ["created_at"] = "1970-01-01T00:00:00Z",
            ["updated_at"] = "1970-01-01T00:00:00Z",
        };
    }

    public static JsonArray Emails(CallerAccount account) => account.Email is null
        ? []
        : [new JsonObject { ["email"] = account.Email, ["primary"] = true, ["verified"] = account.IsEmailVerified, ["visibility"] = "private" }];
}
