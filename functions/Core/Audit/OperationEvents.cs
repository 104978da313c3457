using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A request that was refused before or instead of being forwarded.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">HTTP path as received, at most 512 characters, without query.</param>
/// <param name="Stage">Where: authenticate, classify, authorize, approve, credential, forward, record.</param>
/// <param name="Kind">Why, as a stable code.</param>
/// <param name="Detail">Why, in full; not what the caller was told.</param>
/// <param name="Status">HTTP status answered.</param>
public sealed record RequestRefused(string Method, string Path, string Stage, string Kind, string Detail, int Status) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 200;
}

/// <summary>One operation and what the policy said, with the trace.</summary>
/// <param name="Person">Who.</param>
/// <param name="Operation">The operation's name, such as <c>git.push</c>.</param>
/// <param name="Target">On what.</param>
/// <param name="Needs">Permissions needed.</param>
/// <param name="Detail">Ref, old and new ids, for those that have them.</param>
/// <param name="Outcome">allow, deny or needs-approval.</param>
/// <param name="Reason">The denial's reason or the permitting rule.</param>
/// <param name="Policy">The policy version that decided.</param>
/// <param name="Trace">The trace, a line each.</param>
public sealed record OperationDecided(
    string Person, string Operation, string Target, string Needs, string? Detail, string Outcome, string Reason, string Policy, ImmutableArray<string> Trace) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 210;

    /// <summary>What it would change, for operations of which that is known; null otherwise.</summary>
    public string? Effect { get; init; }
}
