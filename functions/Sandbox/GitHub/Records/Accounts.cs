using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Records;

/// <summary>
/// The accounts of this GitHub: everyone at <c>acme.example</c> who writes commits has one, named like the address
/// (<c>ana.kovac@acme.example</c> is <c>ana-kovac</c>), and the App acts as its bot.
/// </summary>
internal static class Accounts
{
    public const string Bot = SandboxGitHub.AppSlug + "[bot]";

    private const string Domain = "@acme.example";

    /// <summary>Who has an account and may work on every repository. The first is the administrator.</summary>
    public static IReadOnlyList<string> Members { get; } = ["ana-kovac", "mei-tanaka", "omar-haddad", "tomas-lind"];

    /// <summary>The name that the web interface commits with.</summary>
    public static GitPerson GitHub(DateTimeOffset at) => new("GitHub", "noreply@github.com", at);

    public static GitPerson BotPerson(DateTimeOffset at) => new(Bot, $"{Id(Bot)}+{Bot}@users.noreply.github.com", at);

    public static long Id(string login) => StableId.Of("account/" + login);

    public static bool IsMember(string login) => Members.Contains(login, StringComparer.OrdinalIgnoreCase);

    /// <summary>The account behind a commit's address; null when nobody has it.</summary>
    public static string? Login(string email) =>
        email.EndsWith(Domain, StringComparison.OrdinalIgnoreCase) && email[..^Domain.Length].Replace('.', '-') is var login && IsMember(login) ? login
        : email.EndsWith($"+{Bot}@users.noreply.github.com", StringComparison.Ordinal) ? Bot
        : email == "noreply@github.com" ? "web-flow"
        : null;

    public static JsonNode? ForCommit(GitPerson person, Links links) => Login(person.Email) is { } login ? Json(login, links) : null;

    public static JsonObject Json(string login, Links links, string? type = null)
    {
        var name = Uri.EscapeDataString(login);
        string Api(string below = "") => links.Api("users/" + name + below);
        return new JsonObject
        {
            ["login"] = login,
            ["id"] = Id(login),
            ["node_id"] = NodeIds.Of(type == "Organization" ? "O" : login == Bot ? "BOT" : "U", 0, login),
            ["avatar_url"] = links.Page($"avatars/{name}"),
            ["gravatar_id"] = string.Empty,
            ["url"] = Api(),
            ["html_url"] = login == Bot ? links.Page("apps/" + SandboxGitHub.AppSlug) : links.Page(name),
            ["followers_url"] = Api("/followers"),
            ["following_url"] = Api("/following{/other_user}"),
            ["gists_url"] = Api("/gists{/gist_id}"),
            ["starred_url"] = Api("/starred{/owner}{/repo}"),
            ["subscriptions_url"] = Api("/subscriptions"),
            ["organizations_url"] = Api("/orgs"),
            ["repos_url"] = Api("/repos"),
            ["events_url"] = Api("/events{/privacy}"),
            ["received_events_url"] = Api("/received_events"),
            ["type"] = type ?? (login == Bot ? "Bot" : "User"),
            ["site_admin"] = false,
        };
    }
}
