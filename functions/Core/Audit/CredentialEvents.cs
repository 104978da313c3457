using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A credential was taken for a request.</summary>
public sealed record CredentialLeased(
    string Sha256, string Repository, long RepositoryId, string Permissions, DateTimeOffset Expires, bool Fresh) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 300;

    /// <summary>The further repositories that it opens, each as <c>owner/name#id</c>; null when it is for one.</summary>
    public ImmutableArray<string>? Others { get; init; }
}

/// <summary>A credential was handed to the caller: whatever is done with it is not recorded here.</summary>
/// <param name="Sha256">SHA-256 of the token.</param>
/// <param name="Repository">The repository it opens.</param>
/// <param name="RepositoryId">GitHub's id of it.</param>
/// <param name="Permissions">What it can do there.</param>
/// <param name="Seconds">How long, in seconds.</param>
/// <param name="RevokedAt">When the broker revokes it.</param>
/// <param name="Rule">The rule that permits it.</param>
public sealed record TokenExchanged(
    string Sha256, string Repository, long RepositoryId, string Permissions, long Seconds, DateTimeOffset RevokedAt, string Rule) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 320;
}

/// <summary>A credential's revocation, or the failure of it.</summary>
public sealed record CredentialRevoked(string Sha256, string Why, bool Confirmed) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 310;
}
