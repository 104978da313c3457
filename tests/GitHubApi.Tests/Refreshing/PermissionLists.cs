using System.Text.Json;

namespace CursorBroker.GitHubApi.Tests.Refreshing;

/// <summary>GitHub's published lists of what each permission opens: <c>server-to-server-permissions.json</c>, the data behind "Permissions required for GitHub Apps".</summary>
internal static class PermissionLists
{
    /// <summary>The permissions, such as <c>contents:read</c>, by operation.</summary>
    public static ILookup<string, string> Read(Stream json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject()
            .SelectMany(static permission => permission.Value.GetProperty("permissions").EnumerateArray().Select(use => (
                Operation: $"{use.GetProperty("verb").GetString()!.ToUpperInvariant()} {use.GetProperty("requestPath").GetString()}",
                Permission: $"{permission.Name}:{use.GetProperty("access").GetString()}")))
            .ToLookup(static pair => pair.Operation, static pair => pair.Permission);
    }
}
