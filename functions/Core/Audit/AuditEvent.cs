using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>
/// Something that happened, for the Ledger. One family with stable ids and names; a new kind gets a new id, an old one never changes meaning.
/// Holds no secret: credentials appear as SHA-256, texts from outside as data, never as format.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(SessionStarted), "session.started")]
[JsonDerivedType(typeof(RequestRefused), "request.refused")]
[JsonDerivedType(typeof(OperationDecided), "operation.decided")]
[JsonDerivedType(typeof(CredentialLeased), "credential.leased")]
[JsonDerivedType(typeof(CredentialRevoked), "credential.revoked")]
[JsonDerivedType(typeof(ForwardIntended), "exchange.intended")]
[JsonDerivedType(typeof(ExchangeCompleted), "exchange.completed")]
[JsonDerivedType(typeof(PolicyLoaded), "policy.loaded")]
[JsonDerivedType(typeof(PolicyRejected), "policy.rejected")]
[JsonDerivedType(typeof(BrokerStarted), "broker.started")]
[JsonDerivedType(typeof(BrokerStopped), "broker.stopped")]
public abstract record AuditEvent
{
    /// <summary>The stable number of this kind: 1xx session, 2xx operation, 3xx credential, 4xx exchange, 8xx policy, 9xx broker.</summary>
    [JsonPropertyName("id")]
    public abstract int Id { get; }

    /// <summary>When it happened, UTC; stamped by whoever gathers events for the ledger.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The request it belongs to: also the reference id that callers are shown. Null for events of the broker itself.</summary>
    public string? Request { get; init; }

    /// <summary>The session; null before the caller is known.</summary>
    public string? Session { get; init; }
}

/// <summary>A caller's first request of a session.</summary>
public sealed record SessionStarted(string Person, string DisplayName, string Kind, string Client, ImmutableArray<string> Groups) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 100;
}

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
    public override int Id => 210;
}

/// <summary>A credential was taken for a request.</summary>
public sealed record CredentialLeased(
    string Sha256, string Repository, long RepositoryId, string Permissions, DateTimeOffset Expires, bool Fresh) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 300;
}

/// <summary>A credential's revocation, or the failure of it.</summary>
public sealed record CredentialRevoked(string Sha256, string Why, bool Confirmed) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 310;
}

/// <summary>A request is about to be forwarded. For writes this is durable before the first byte goes out.</summary>
/// <param name="Method">Upstream method.</param>
/// <param name="Path">Upstream path, rebuilt.</param>
/// <param name="Writes">Whether it changes anything.</param>
/// <param name="Operations">What it does, a line each.</param>
public sealed record ForwardIntended(string Method, string Path, bool Writes, ImmutableArray<string> Operations) : AuditEvent
{
    /// <inheritdoc/>
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
    /// <inheritdoc/>
    public override int Id => 410;
}

/// <summary>A policy version came into force.</summary>
public sealed record PolicyLoaded(string Version, string Source) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 800;
}

/// <summary>A policy version was refused; the one before stays.</summary>
public sealed record PolicyRejected(string Source, ImmutableArray<string> Problems) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 810;
}

/// <summary>An instance started.</summary>
public sealed record BrokerStarted(string Instance, string Version) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 900;
}

/// <summary>An instance stopped in good order.</summary>
public sealed record BrokerStopped(string Instance) : AuditEvent
{
    /// <inheritdoc/>
    public override int Id => 910;
}
