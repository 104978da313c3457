using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Reads and judges GitHub's answer to a mint: it must be for exactly what was asked.</summary>
internal static class MintAnswer
{
    /// <summary>GitHub adds this to every token by itself.</summary>
    private const string Metadata = "metadata";

    // One hour, and some for clocks that differ.
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(70);

    /// <summary>The token, looked for before anything else is judged, so that it can be revoked whatever else is wrong. Null when there is none.</summary>
    public static string? TokenOf(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("token", out var token) && token.ValueKind == JsonValueKind.String
        && token.GetString() is { Length: > 0 and <= 4096 } text && text.All(static c => c is > ' ' and <= '~') ? text : null;

    /// <summary>The credential, or why the answer is not one for what was asked.</summary>
    /// <param name="answer">GitHub's answer.</param>
    /// <param name="token">The token in it.</param>
    /// <param name="asked">The repositories asked for.</param>
    /// <param name="askedIds">The ids they were asked for by, in the same order; null when by name.</param>
    /// <param name="permissions">The permissions asked for.</param>
    /// <param name="now">The time.</param>
    public static MintOutcome Judge(
        JsonElement answer, string token, RepositorySet asked, IReadOnlyList<long>? askedIds, PermissionSet permissions, DateTimeOffset now)
    {
        if (ReadRepositories(answer) is not { } repositories || repositories.Length != asked.Items.Length || repositories.DistinctBy(static each => each.Id).Count() != asked.Items.Length)
        {
            return Refuse(MintFailure.Unavailable, $"GitHub's token is not for exactly {(asked.Items.Length == 1 ? "one repository" : $"{asked.Items.Length} repositories")}");
        }

        for (var i = 0; i < asked.Items.Length; i++)
        {
            if (!repositories[i].Name.Equals(asked.Items[i]))
            {
                return Refuse(MintFailure.RenamedOrMoved, $"GitHub's token is for {repositories[i].Name}, asked was {asked.Items[i]}");
            }

            if (askedIds is not null && repositories[i].Id != askedIds[i])
            {
                return Refuse(MintFailure.Unavailable, $"GitHub's token is for repository id {repositories[i].Id}, asked was {askedIds[i]}");
            }
        }

        if (ReadPermissions(answer) is not { } given)
        {
            return Refuse(MintFailure.Unavailable, "GitHub's token names no permissions that can be read");
        }

        if (!given.Covers(permissions))
        {
            return Refuse(MintFailure.PermissionNotGranted, $"GitHub's token can do less than asked: {given} instead of {permissions}");
        }

        if (!permissions.Union(PermissionSet.Of(Metadata, Access.Read)).Covers(given))
        {
            return Refuse(MintFailure.Unavailable, $"GitHub's token can do more than asked: {given} instead of {permissions}");
        }

        return ReadExpiry(answer) is { } expires && expires > now && expires <= now + LongestLife
            ? new MintOutcome.Minted(new Credential(token, repositories, given, expires))
            : Refuse(MintFailure.Unavailable, "GitHub's token does not end within its hour (or this machine's clock is wrong)");
    }

    private static MintOutcome.Failed Refuse(MintFailure failure, string detail) => new(failure, detail);

    /// <summary>The repositories in the order of their names, which is that of a <see cref="RepositorySet"/>; null when one cannot be read.</summary>
    private static ImmutableArray<RepositoryIdentity>? ReadRepositories(JsonElement answer)
    {
        if (answer.TryGetProperty("repository_selection", out var selection) && !selection.ValueEquals("selected"u8))
        {
            return null;
        }

        if (!answer.TryGetProperty("repositories", out var repositories) || repositories.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var read = repositories.EnumerateArray().Select(ReadRepository).ToList();
        return read.Contains(null) ? null : [.. read.OfType<RepositoryIdentity>().OrderBy(static each => each.Name.ToString(), StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>One repository as GitHub describes it; null when it has no id, or a name that <see cref="RepositoryName"/> does not take.</summary>
    public static RepositoryIdentity? ReadRepository(JsonElement repository) =>
        repository.ValueKind == JsonValueKind.Object
            && repository.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number) && number > 0
            && repository.TryGetProperty("full_name", out var fullName) && fullName.ValueKind == JsonValueKind.String
            && RepositoryName.TryParse(fullName.GetString(), out var name)
            ? new RepositoryIdentity(number, name)
            : null;

    /// <summary>What the token in an answer may do; null when that cannot be read.</summary>
    public static PermissionSet? ReadPermissions(JsonElement answer)
    {
        if (!answer.TryGetProperty("permissions", out var permissions) || permissions.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var given = PermissionSet.Empty;
        foreach (var permission in permissions.EnumerateObject())
        {
            Access? access = permission.Value.ValueKind != JsonValueKind.String ? null : permission.Value.GetString() switch
            {
                "read" => Access.Read,
                "write" => Access.Write,
                "admin" => Access.Admin,
                _ => null,
            };

            // The name goes into messages: nothing but a name may.
            if (access is null || permission.Name is not { Length: > 0 and <= 60 } name || !name.All(static c => char.IsAsciiLetterLower(c) || c == '_'))
            {
                return null;
            }

            given = given.With(name, access.Value);
        }

        return given;
    }

    private static DateTimeOffset? ReadExpiry(JsonElement answer) =>
        answer.TryGetProperty("expires_at", out var expires) && expires.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(expires.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
