using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>GitHub's JSON for repositories, installations and permissions, as far as callers read it.</summary>
internal static class RepositoryJson
{
    public static JsonObject Of(SandboxRepository repository, Uri root)
    {
        var page = new Uri(root, repository.FullName).AbsoluteUri;
        return new JsonObject
        {
            ["id"] = repository.Id,
            ["name"] = repository.Name,
            ["full_name"] = repository.FullName,
            ["private"] = true,
            ["visibility"] = "private",
            ["owner"] = Account(repository.Owner, root),
            ["html_url"] = page,
            ["url"] = new Uri(root, "api/v3/repos/" + repository.FullName).AbsoluteUri,
            ["clone_url"] = page + ".git",
            ["fork"] = false,
            ["archived"] = false,
            ["disabled"] = false,
            ["default_branch"] = DefaultBranch(repository),
        };
    }

    public static JsonObject Of(Installation installation, GitHubApp app, DateTimeOffset? suspendedAt, Uri root) => new()
    {
        ["id"] = installation.Id,
        ["account"] = Account(installation.Account, root),
        ["repository_selection"] = "all",
        ["access_tokens_url"] = new Uri(root, $"api/v3/app/installations/{installation.Id}/access_tokens").AbsoluteUri,
        ["repositories_url"] = new Uri(root, "api/v3/installation/repositories").AbsoluteUri,
        ["app_id"] = app.Id,
        ["app_slug"] = SandboxGitHub.AppSlug,
        ["client_id"] = app.ClientId,
        ["target_type"] = "Organization",
        ["permissions"] = Permissions(app.Permissions),
        ["events"] = new JsonArray(),
        ["suspended_at"] = suspendedAt is { } at ? GitHubAnswer.Time(at) : null,
    };

    public static JsonObject Permissions(IEnumerable<KeyValuePair<string, string>> permissions) =>
        new(permissions.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    public static JsonArray All(IEnumerable<SandboxRepository> repositories, Uri root) =>
        [.. repositories.OrderBy(static repository => repository.Id).Select(repository => Of(repository, root))];

    private static JsonObject Account(string login, Uri root) => new()
    {
        ["login"] = login,
        ["id"] = StableId.Of("account/" + login),
        ["type"] = "Organization",
        ["html_url"] = new Uri(root, login).AbsoluteUri,
    };

    // A bare repository's HEAD names its default branch.
    private static string DefaultBranch(SandboxRepository repository)
    {
        const string Prefix = "ref: refs/heads/";
        var head = File.ReadAllText(Path.Combine(repository.Path, "HEAD")).Trim();
        return head.StartsWith(Prefix, StringComparison.Ordinal) ? head[Prefix.Length..] : "main";
    }
}
