using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// The record of one request: gathers its events and makes them durable at two points, before anything is forwarded and when it is over.
/// </summary>
internal sealed class Exchange(ILedger ledger, TimeProvider time) : IRequestMarks
{
    private readonly long _started = time.GetTimestamp();
    private readonly List<AuditEvent> _pending = [];

    /// <summary>The request's reference id: random, quoted to the caller, found in the audit.</summary>
    public string Reference { get; } = $"r-{RandomNumberGenerator.GetHexString(20, lowercase: true)}";

    public Caller? Caller { get; set; }

    public SessionId? Session { get; set; }

    public long ElapsedMilliseconds => (long)time.GetElapsedTime(_started).TotalMilliseconds;

    public void Add(AuditEvent happened) =>
        _pending.Add(happened with { At = time.GetUtcNow(), Request = Reference, Session = Session?.Value });

    /// <summary>Notes that a credential is used for this request.</summary>
    public void AddLease(ICredentialLease lease)
    {
        var credential = lease.Credential;
        Add(new CredentialLeased(
            credential.Sha256, credential.Repository.Name.ToString(), credential.Repository.Id, credential.Permissions.ToString(), credential.Expires, lease.IsFresh)
        {
            Others = credential.Others.IsEmpty ? null : [.. credential.Others.Select(static other => string.Create(CultureInfo.InvariantCulture, $"{other.Name}#{other.Id}"))],
        });
    }

    /// <summary>Makes what was gathered so far durable.</summary>
    /// <exception cref="LedgerUnavailableException">It is not.</exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        // Taken off only once durable: what could not be written is tried again with the refusal that follows from it.
        ImmutableArray<AuditEvent> events = [.. _pending];
        await ledger.AppendAsync(events, cancellationToken);
        _pending.RemoveRange(0, events.Length);
    }

    /// <summary>Records the intent to forward and waits until it is durable: no write leaves before this returns.</summary>
    public async ValueTask IntendAsync(ForwardIntended intent, CancellationToken cancellationToken)
    {
        Add(intent);
        await CommitAsync(cancellationToken);
    }
}
