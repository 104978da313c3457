using System.Collections.Immutable;

namespace CursorBroker.Core.Audit;

/// <summary>A caller's first request of a session.</summary>
public sealed record SessionStarted(string Person, string DisplayName, string Kind, string Client, ImmutableArray<string> Groups) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 100;
}
