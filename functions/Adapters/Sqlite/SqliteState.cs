using CursorBroker.Core.State;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>State's one file and its one writer, shared by the record and the blob store.</summary>
internal sealed class SqliteState : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly GroupCommitWriter<Change> _writer;

    /// <summary>State in a data directory that this process holds.</summary>
    public SqliteState(DataDirectory directory)
    {
        _database = new SqliteDatabase(DataDirectory.StatePath(directory.Path), StateSchema.Migrations);
        _writer = new GroupCommitWriter<Change>(_database, Apply);
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Changes something in a transaction shared with others; completes when it is durable.</summary>
    /// <param name="change">Runs once, on the writer's thread. It must not throw for an expected outcome: that would fail the others too.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue.</param>
    /// <exception cref="StateUnavailableException">It could not be made durable.</exception>
    public async ValueTask<T> ChangeAsync<T>(Func<SqliteConnection, T> change, CancellationToken cancellationToken)
    {
        T result = default!;
        try
        {
            await _writer.WriteAsync(new Change(connection => result = change(connection)), cancellationToken);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            throw new StateUnavailableException($"State could not be written: {failed.Message}", failed);
        }

        return result;
    }

    /// <summary>Reads something, at once, on a connection of its own. Sees every change that was reported durable.</summary>
    /// <exception cref="StateUnavailableException">It could not be read.</exception>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        try
        {
            _database.Prepare();
            using var connection = _database.OpenReader();
            return query(connection);
        }
        catch (Exception failed) when (failed is SqliteException or IOException or DataDirectoryException)
        {
            throw new StateUnavailableException($"State could not be read: {failed.Message}", failed);
        }
    }

    /// <summary>Writes what is queued, then closes.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }

    private static void Apply(SqliteConnection connection, IReadOnlyList<Change> batch)
    {
        foreach (var change in batch)
        {
            change.Run(connection);
        }
    }

    private sealed class Change(Action<SqliteConnection> run) : PendingWrite
    {
        public void Run(SqliteConnection connection) => run(connection);
    }
}
