using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>GitHub's JSON for installations and permissions.</summary>
internal static class InstallationJson
{
    public static JsonObject Of(Installation installation, GitHubApp app, DateTimeOffset? suspendedAt, Links links) => new()
    {
        ["id"] = installation.Id,
        ["account"] = Accounts.Json(installation.Account, links, "Organization"),
        ["repository_selection"] = "all",
        ["access_tokens_url"] = links.Api($"app/installations/{installation.Id}/access_tokens"),
        ["repositories_url"] = links.Api("installation/repositories"),
        ["html_url"] = links.Page($"organizations/{installation.Account}/settings/installations/{installation.Id}"),
        ["app_id"] = app.Id,
        ["app_slug"] = SandboxGitHub.AppSlug,
        ["client_id"] = app.ClientId,
        ["target_id"] = Accounts.Id(installation.Account),
        ["target_type"] = "Organization",
        ["permissions"] = Permissions(app.Permissions),
        ["events"] = new JsonArray(),
        ["suspended_at"] = suspendedAt is { } at ? GitHubAnswer.Time(at) : null,
    };

    public static JsonObject Permissions(IEnumerable<KeyValuePair<string, string>> permissions) =>
        new(permissions.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
