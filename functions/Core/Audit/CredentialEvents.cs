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

/// <summary>A credential's revocation, or the failure of it.</summary>
public sealed record CredentialRevoked(string Sha256, string Why, bool Confirmed) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 310;
}
