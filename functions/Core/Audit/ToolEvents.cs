using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A tool was called over MCP. What it does is in the records of the inner calls, which <see cref="ToolAnswered"/> names.</summary>
/// <param name="Tool">The tool's name as it was sent, at most 128 characters; there need not be one of that name.</param>
/// <param name="Client">What the client says that it is, where it says so with each request; otherwise empty. Data, never identity.</param>
public sealed record ToolCalled(string Tool, string Client) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 220;
}

/// <summary>A tool answered.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Outcome"><c>done</c>, <c>failed</c>, <c>waits</c> (for people), <c>limited</c> or <c>broken</c>.</param>
/// <param name="Milliseconds">From its call to its answer.</param>
/// <param name="Calls">The reference ids of the inner calls, in order.</param>
public sealed record ToolAnswered(string Tool, string Outcome, long Milliseconds, ImmutableArray<string> Calls) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 221;

    /// <summary>The approval that it waits for, or that it performed; null when it is about none.</summary>
    public string? Approval { get; init; }
}
