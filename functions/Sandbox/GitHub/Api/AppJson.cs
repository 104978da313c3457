using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>GitHub's JSON for the App.</summary>
internal static class AppJson
{
    // When the App was registered, on every start.
    private static readonly DateTimeOffset Registered = new(2025, 1, 13, 8, 0, 0, TimeSpan.Zero);

    public static JsonObject Of(GitHubApp app, string owner, Links links) => new()
    {
        ["id"] = app.Id,
        ["client_id"] = app.ClientId,
        ["slug"] = SandboxGitHub.AppSlug,
        ["node_id"] = NodeIds.Of("A", 0, app.Id),
        ["owner"] = Accounts.Json(owner, links, "Organization"),
        ["name"] = "CursorBroker Sandbox",
        ["description"] = null,
        ["external_url"] = links.Page("apps/" + SandboxGitHub.AppSlug),
        ["html_url"] = links.Page("apps/" + SandboxGitHub.AppSlug),
        ["created_at"] = GitHubAnswer.Time(Registered),
        ["updated_at"] = GitHubAnswer.Time(Registered),
        ["permissions"] = InstallationJson.Permissions(app.Permissions),
        ["events"] = new JsonArray(),
    };
}
