namespace CursorBroker.Core.Audit;

/// <summary>The append-only, hash-chained store of audit events.</summary>
public interface ILedger
{
    /// <summary>
    /// Appends events in order, as one unit. Completes when they are durable: they survive the process and the machine losing power.
    /// Concurrent calls share a commit. An empty list records nothing and shows that the ledger can be opened and is not cut short.
    /// </summary>
    /// <param name="events">What happened, oldest first.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue. Once queued the outcome is awaited, so it is always known.</param>
    /// <exception cref="LedgerUnavailableException">They are not durable; whoever needed them to be refuses.</exception>
    ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);
}

/// <summary>Reading the ledger, for people and proofs.</summary>
public interface ILedgerReader
{
    /// <summary>Records after a sequence number, in order; ends at the newest one there was when it got there.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    IAsyncEnumerable<LedgerRecord> ReadAsync(long after, CancellationToken cancellationToken);

    /// <summary>
    /// The newest record as the store noted it beside the records; <see cref="LedgerHead.Empty"/> when there is none. Read it before the
    /// records and verify them against it: a cut of the records alone then shows.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    ValueTask<LedgerHead> ReadHeadAsync(CancellationToken cancellationToken);
}

/// <summary>One record as stored.</summary>
/// <param name="Sequence">1, 2, 3 ... without gaps.</param>
/// <param name="PreviousHash">The hash of the record before; 64 zeros for the first. Lower-case hex.</param>
/// <param name="Hash">SHA-256 over sequence, previous hash and payload, as <c>LedgerChain</c> defines. Lower-case hex.</param>
/// <param name="Payload">The event as UTF-8 JSON, exactly as hashed.</param>
public sealed record LedgerRecord(long Sequence, string PreviousHash, string Hash, ReadOnlyMemory<byte> Payload);

/// <summary>The ledger could not make something durable.</summary>
public sealed class LedgerUnavailableException : Exception
{
    /// <summary>Says what failed.</summary>
    public LedgerUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
