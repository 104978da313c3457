using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A caller's first request of a session.</summary>
public sealed record SessionStarted(string Person, string DisplayName, string Kind, string Client, ImmutableArray<string> Groups) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 100;
}
