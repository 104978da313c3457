using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A policy version came into force.</summary>
public sealed record PolicyLoaded(string Version, string Source) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 800;
}

/// <summary>A policy version was refused; the one before stays.</summary>
public sealed record PolicyRejected(string Source, ImmutableArray<string> Problems) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 810;
}
