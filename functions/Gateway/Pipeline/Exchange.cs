using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// The record of one request: gathers its events and makes them durable at two points, when it is forwarded and when it is over.
/// </summary>
internal sealed class Exchange(ILedger ledger, TimeProvider time) : IRequestMarks
{
    private readonly long _started = time.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly List<AuditEvent> _pending = [];
    private Task _committing = Task.CompletedTask;

    /// <summary>The request's reference id: random, quoted to the caller, found in the audit.</summary>
    public string Reference { get; } = $"r-{RandomNumberGenerator.GetHexString(20, lowercase: true)}";

    public Caller? Caller { get; set; }

    public SessionId? Session { get; set; }

    public long ElapsedMilliseconds => (long)time.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>Whether something was gathered that is not durable yet.</summary>
    public bool HasMore
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count > 0;
            }
        }
    }

    public void Add(AuditEvent happened)
    {
        var noted = happened with { At = time.GetUtcNow(), Request = Reference, Session = Session?.Value };
        lock (_gate)
        {
            _pending.Add(noted);
        }
    }

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

    /// <summary>Makes what was gathered so far durable, after what is on its way already.</summary>
    /// <exception cref="LedgerUnavailableException">It is not.</exception>
    public Task CommitAsync(CancellationToken cancellationToken) => _committing = CommitAfterAsync(_committing, cancellationToken);

    private async Task CommitAfterAsync(Task earlier, CancellationToken cancellationToken)
    {
        // What it could not write is among the events still, and its failure is for whoever waits for it.
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ImmutableArray<AuditEvent> events;
        lock (_gate)
        {
            events = [.. _pending];
        }

        if (events.IsEmpty)
        {
            return;
        }

        // Taken off only once durable: what could not be written is tried again with the refusal that follows from it.
        await ledger.AppendAsync(events, cancellationToken);
        lock (_gate)
        {
            _pending.RemoveRange(0, events.Length);
        }
    }
}
