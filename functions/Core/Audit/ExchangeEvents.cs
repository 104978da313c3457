using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A request is about to be forwarded. For writes this is durable before the first byte goes out.</summary>
/// <param name="Method">Upstream method.</param>
/// <param name="Path">Upstream path, rebuilt.</param>
/// <param name="Writes">Whether it changes anything.</param>
/// <param name="Operations">What it does, a line each.</param>
public sealed record ForwardIntended(string Method, string Path, bool Writes, ImmutableArray<string> Operations) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 400;
}

/// <summary>A forwarded request is over.</summary>
/// <param name="Status">The upstream's status; 0 when there was none.</param>
/// <param name="UpstreamRequestId">GitHub's <c>X-GitHub-Request-Id</c>, when it sent one.</param>
/// <param name="BytesIn">Body bytes from the caller.</param>
/// <param name="BytesOut">Body bytes to the caller.</param>
/// <param name="Milliseconds">From the request's arrival to its end.</param>
/// <param name="Unmasked">True when an Opaque body passed as it was.</param>
/// <param name="Failure">What broke off the exchange; null when nothing did.</param>
/// <param name="Results">What the upstream reported, a line each (a push's <c>ok</c> and <c>ng</c>).</param>
public sealed record ExchangeCompleted(
    int Status, string? UpstreamRequestId, long BytesIn, long BytesOut, long Milliseconds, bool Unmasked, string? Failure, ImmutableArray<string> Results) : AuditEvent
{
    /// <summary>What was looked into before it passed, or did not; null when nothing was.</summary>
    public InspectedBody? Inspected { get; init; }

    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 410;
}
