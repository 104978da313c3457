using System.Text.Json;
using CursorBroker.Sandbox.GitHub.App;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>
/// Reads the body of <c>POST /app/installations/{id}/access_tokens</c> as GitHub does: what is empty or missing means everything the
/// App has, and what the App has not is refused with 422.
/// </summary>
internal sealed class MintRules(GitHubApp app, RepositoryCatalog catalog)
{
    private const int MostRepositories = 500;

    public MintVerdict Decide(Installation installation, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return MintVerdict.Refuse("Invalid request.\n\nFor 'links/0/schema', the body is not an object.");
        }

        var (repositories, refused) = Repositories(installation, body);
        if (refused is not null)
        {
            return MintVerdict.Refuse(refused);
        }

        var (permissions, notGranted) = Permissions(body);
        return notGranted is not null
            ? MintVerdict.Refuse(notGranted)
            : new MintVerdict(new MintScope(repositories, permissions ?? app.Permissions, permissions is not null), null);
    }

    private (IReadOnlyList<SandboxRepository>? Repositories, string? Refused) Repositories(Installation installation, JsonElement body)
    {
        var found = new List<SandboxRepository>();
        var asked = 0;
        foreach (var (property, kind) in new[] { ("repositories", JsonValueKind.String), ("repository_ids", JsonValueKind.Number) })
        {
            if (!body.TryGetProperty(property, out var list) || list.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != kind))
            {
                return (null, $"Invalid request.\n\nFor 'properties/{property}', {list.GetRawText()} is not an array of the right type.");
            }

            foreach (var item in list.EnumerateArray())
            {
                asked++;
                if (Accessible(installation, item) is not { } repository)
                {
                    return (null, "There is at least one repository that does not exist or is not accessible to the parent installation.");
                }

                found.Add(repository);
            }
        }

        return asked > MostRepositories
            ? (null, $"The number of repositories must not exceed {MostRepositories}.")
            : (asked == 0 ? null : [.. found.DistinctBy(static repository => repository.Id)], null);
    }

    private SandboxRepository? Accessible(Installation installation, JsonElement item)
    {
        var repository = item.ValueKind == JsonValueKind.String
            ? catalog.Find(installation.Account, item.GetString()!)?.Repository
            : item.TryGetInt64(out var id) ? catalog.WithId(id) : null;
        return repository is not null && string.Equals(repository.Owner, installation.Account, StringComparison.OrdinalIgnoreCase)
            ? repository
            : null;
    }

    private (IReadOnlyDictionary<string, string>? Permissions, string? Refused) Permissions(JsonElement body)
    {
        if (!body.TryGetProperty("permissions", out var asked) || asked.ValueKind == JsonValueKind.Null)
        {
            return (null, null);
        }

        if (asked.ValueKind != JsonValueKind.Object)
        {
            return (null, "Invalid request.\n\nFor 'properties/permissions', the value is not an object.");
        }

        var permissions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var permission in asked.EnumerateObject())
        {
            var level = permission.Value.ValueKind == JsonValueKind.String ? permission.Value.GetString() : null;
            var wanted = PermissionLevels.Parse(level);
            if (wanted == PermissionLevel.None)
            {
                return (null, $"Invalid request.\n\nFor 'properties/permissions/{permission.Name}', the value is not a level of access.");
            }

            if (!app.Permissions.TryGetValue(permission.Name, out var granted) || PermissionLevels.Parse(granted) < wanted)
            {
                return (null, "The permissions requested are not granted to this installation.");
            }

            permissions[permission.Name] = level!;
        }

        return (permissions.Count == 0 ? null : permissions, null);
    }
}

/// <summary>What a mint gives, or the message of its 422.</summary>
internal sealed record MintVerdict(MintScope? Scope, string? Refusal)
{
    public static MintVerdict Refuse(string message) => new(null, message);
}
