using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.GitHub;

/// <summary>
/// The body of <c>POST /app/installations/{id}/access_tokens</c>. GitHub takes a missing or empty list for "everything the App has",
/// so one that is missing or empty cannot be serialized at all.
/// </summary>
internal sealed class MintBody : IJsonOnSerializing
{
    /// <summary>The repositories by their own names (the installation knows the owner).</summary>
    [JsonPropertyName("repositories")]
    public IReadOnlyList<string>? Repositories { get; init; }

    /// <summary>The repositories by their ids, which no rename changes.</summary>
    [JsonPropertyName("repository_ids")]
    public IReadOnlyList<long>? RepositoryIds { get; init; }

    /// <summary>What the token will be able to do.</summary>
    [JsonPropertyName("permissions")]
    public required IReadOnlyDictionary<string, string> Permissions { get; init; }

    /// <summary>For repositories by name.</summary>
    public static MintBody ByName(RepositorySet repositories, PermissionSet permissions) =>
        new() { Repositories = [.. repositories.Items.Select(static repository => repository.Name)], Permissions = Write(permissions) };

    /// <summary>For repositories by id.</summary>
    public static MintBody ById(IReadOnlyList<long> ids, PermissionSet permissions) => new() { RepositoryIds = ids, Permissions = Write(permissions) };

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It would open more than was asked.</exception>
    public void OnSerializing()
    {
        var named = Repositories is { Count: > 0 and <= RepositorySet.Most } names && names.All(static name => name.Length > 0) && RepositoryIds is null;
        var numbered = RepositoryIds is { Count: > 0 and <= RepositorySet.Most } ids && ids.All(static id => id > 0) && Repositories is null;
        if (!named && !numbered)
        {
            throw new InvalidOperationException("A token is minted for named repositories: GitHub reads an empty list as all of them.");
        }

        if (Permissions is not { Count: > 0 })
        {
            throw new InvalidOperationException("A token is minted for named permissions: GitHub reads an empty list as all of them.");
        }
    }

    private static ReadOnlyDictionary<string, string> Write(PermissionSet permissions) =>
        new(permissions.Items.ToDictionary(static pair => pair.Key, static pair => NameOf(pair.Value), StringComparer.Ordinal));

    private static string NameOf(Access access) => access switch
    {
        Access.Read => "read",
        Access.Write => "write",
        Access.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(access), access, "GitHub knows read, write and admin."),
    };
}
