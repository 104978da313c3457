using System.Diagnostics.CodeAnalysis;
using CursorBroker.Core.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Gateway.Vault;

/// <summary>What a path asks of a vault. It is read as it was sent: no name has a character that would have to be escaped, so an escape is no name.</summary>
/// <param name="Vault">The vault.</param>
/// <param name="Name">The secret; null for all of them.</param>
/// <param name="Version">The version; null for the current one.</param>
/// <param name="Action">What is asked.</param>
internal sealed record VaultRoute(VaultName Vault, SecretName? Name, SecretVersionId? Version, VaultAction Action)
{
    private const string Root = "/vaults/";

    /// <summary>The path below the vault's address, without a leading slash.</summary>
    public string Path => Action switch
    {
        VaultAction.List => "secrets",
        VaultAction.ListVersions => $"secrets/{Name}/versions",
        VaultAction.ListDeleted => "deletedsecrets",
        VaultAction.GetDeleted => $"deletedsecrets/{Name}",
        VaultAction.Recover => $"deletedsecrets/{Name}/recover",
        _ => Version is null ? $"secrets/{Name}" : $"secrets/{Name}/{Version}",
    };

    /// <summary>Splits a request line's path and query, as sent.</summary>
    public static (string Path, string Query) TargetOf(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw
            ? raw
            : request.PathBase.Add(request.Path).Value + request.QueryString.Value;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
    }

    /// <summary>Reads a path.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, as sent.</param>
    /// <param name="route">What it asks.</param>
    /// <param name="refused">Why it is not let through, where it is known and refused; null where it is nothing that a vault serves.</param>
    public static bool TryRead(string method, string path, [NotNullWhen(true)] out VaultRoute? route, out string? refused)
    {
        (route, refused) = (null, null);

        // Clients put a slash where a version would be.
        var trimmed = path.EndsWith('/') ? path[..^1] : path;
        if (!trimmed.StartsWith(Root, StringComparison.Ordinal) || trimmed[Root.Length..].Split('/') is not [var vaultText, var collection, .. var rest] || !VaultName.TryParse(vaultText, out var vault))
        {
            return false;
        }

        if (rest is [var nameText, ..] && !(collection == "secrets" && method == "POST" && rest is ["restore"]) && !SecretName.TryParse(nameText, out _))
        {
            return false;
        }

        refused = RefusalOf(method, collection, rest);
        var name = rest.Length > 0 && SecretName.TryParse(rest[0], out var parsed) ? parsed : null;
        var (action, version) = refused is not null ? (null, null) : ActionOf(method, collection, rest);
        route = action is { } known ? new(vault, name, version, known) : null;
        return route is not null;
    }

    private static (VaultAction? Action, SecretVersionId? Version) ActionOf(string method, string collection, string[] rest) => (method, collection, rest) switch
    {
        ("GET", "secrets", []) => (VaultAction.List, null),
        ("GET", "secrets", [_]) => (VaultAction.Get, null),
        ("GET", "secrets", [_, "versions"]) => (VaultAction.ListVersions, null),
        ("GET", "secrets", [_, var id]) when SecretVersionId.TryParse(id, out var version) => (VaultAction.Get, version),
        ("PUT", "secrets", [_]) => (VaultAction.Set, null),
        ("PATCH", "secrets", [_]) => (VaultAction.Update, null),
        ("PATCH", "secrets", [_, var id]) when SecretVersionId.TryParse(id, out var version) => (VaultAction.Update, version),
        ("DELETE", "secrets", [_]) => (VaultAction.Delete, null),
        ("GET", "deletedsecrets", []) => (VaultAction.ListDeleted, null),
        ("GET", "deletedsecrets", [_]) => (VaultAction.GetDeleted, null),
        ("POST", "deletedsecrets", [_, "recover"]) => (VaultAction.Recover, null),
        _ => (null, null),
    };

    private static string? RefusalOf(string method, string collection, string[] rest) => (method, collection, rest) switch
    {
        ("POST", "secrets", [_, "backup"]) => "A backup holds the value of every version, to be read by whoever restores it: the broker gives none away.",
        ("POST", "secrets", ["restore"]) => "Restoring a backup brings values in that nobody can be shown or asked about; set the secret instead.",
        ("DELETE", "deletedsecrets", [_]) => "Purging cannot be undone, so it is for the vault's administrators, not through the broker; a deleted secret goes by itself.",
        _ => null,
    };
}

/// <summary>What can be asked of a vault.</summary>
internal enum VaultAction
{
    /// <summary>All secrets, without values.</summary>
    List,

    /// <summary>A secret's versions, without values.</summary>
    ListVersions,

    /// <summary>A secret.</summary>
    Get,

    /// <summary>A new version.</summary>
    Set,

    /// <summary>Other attributes of a version.</summary>
    Update,

    /// <summary>Deleting.</summary>
    Delete,

    /// <summary>All that were deleted.</summary>
    ListDeleted,

    /// <summary>One that was deleted.</summary>
    GetDeleted,

    /// <summary>Bringing it back.</summary>
    Recover,
}
