using CursorBroker.Core.Audit;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>
/// The Ledger in a SQLite file. The chain is continued from what the file says within the same transaction, never from memory, so that not even
/// two writers could fork it.
/// </summary>
internal sealed class SqliteLedger : ILedger, IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly GroupCommitWriter<Append> _writer;

    /// <summary>A ledger in a data directory that this process holds.</summary>
    public SqliteLedger(DataDirectory directory)
    {
        _database = new SqliteDatabase(DataDirectory.LedgerPath(directory.Path), LedgerSchema.Migrations);
        _writer = new GroupCommitWriter<Append>(_database, Apply);
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => _writer.Commits;

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var append = new Append([.. events.Select(Serialize)]);
        try
        {
            await _writer.WriteAsync(append, cancellationToken);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            throw new LedgerUnavailableException($"{events.Count} audit events could not be made durable: {failed.Message}", failed);
        }
    }

    /// <summary>Writes what is queued, then closes.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }

    private static byte[] Serialize(AuditEvent auditEvent)
    {
        // Checked here as well as in the chain, so that one oversized event fails its own append and nobody else's.
        var payload = AuditJson.Serialize(auditEvent);
        return payload.Length <= LedgerChain.MaxPayloadBytes
            ? payload
            : throw new LedgerUnavailableException(
                $"An audit event of kind {auditEvent.Id} has {payload.Length} bytes; the most is {LedgerChain.MaxPayloadBytes}.");
    }

    private static void Apply(SqliteConnection connection, IReadOnlyList<Append> batch)
    {
        var head = LedgerRows.ReadHeadToAppendTo(connection);
        var records = new List<LedgerRecord>();
        foreach (var payload in batch.SelectMany(static append => append.Payloads))
        {
            var record = LedgerChain.Next(head, payload);
            records.Add(record);
            head = new LedgerHead(record.Sequence, record.Hash);
        }

        LedgerRows.Append(connection, records);
    }

    /// <summary>One call's events, already in their final form.</summary>
    private sealed class Append(IReadOnlyList<byte[]> payloads) : PendingWrite
    {
        public IReadOnlyList<byte[]> Payloads { get; } = payloads;
    }
}
