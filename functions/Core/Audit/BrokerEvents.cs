using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>An instance started.</summary>
public sealed record BrokerStarted(string Instance, string Version) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 900;
}

/// <summary>An instance stopped in good order.</summary>
public sealed record BrokerStopped(string Instance) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 910;
}
