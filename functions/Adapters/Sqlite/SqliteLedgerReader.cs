using System.Runtime.CompilerServices;
using CursorBroker.Core.Audit;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>
/// Reads a ledger, also one that another process is writing. It reads in short pages: a long read would keep SQLite from recycling its log.
/// </summary>
internal sealed class SqliteLedgerReader(string dataDirectory) : ILedgerReader, IDisposable
{
    private const int PageRecords = 256;
    private const long PageBytes = 8 * 1024 * 1024;

    private readonly SqliteDatabase _database = new(DataDirectory.LedgerPath(dataDirectory), LedgerSchema.Migrations);

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerRecord> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (Read(connection => LedgerRows.ReadPage(connection, after, PageRecords, PageBytes)) is { Count: > 0 } page)
        {
            foreach (var record in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
                after = record.Sequence;
            }

            // SQLite reads at once; this gives way to others between pages.
            await Task.Yield();
        }
    }

    /// <inheritdoc/>
    public ValueTask<LedgerHead> ReadHeadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Read(LedgerRows.ReadHead));

    /// <summary>Closes its connections.</summary>
    public void Dispose() => _database.Dispose();

    private T Read<T>(Func<SqliteConnection, T> query)
    {
        if (!File.Exists(DataDirectory.LedgerPath(dataDirectory)))
        {
            throw new LedgerUnavailableException($"There is no ledger in {dataDirectory}. Is that the data directory that the broker runs with?");
        }

        try
        {
            using var connection = _database.OpenReader();
            return query(connection);
        }
        catch (Exception failed) when (failed is SqliteException or IOException or DataDirectoryException or InvalidDataException)
        {
            throw new LedgerUnavailableException($"The ledger in {dataDirectory} cannot be read: {failed.Message}", failed);
        }
    }
}
