using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>
/// The one writer of a database: a thread that takes whatever has queued up while the last commit ran, applies it in one transaction and commits
/// once. So one write costs one flush to disk, and many at a time share it. A batch is applied whole or not at all.
/// </summary>
internal sealed class GroupCommitWriter<TWrite> : IDisposable
    where TWrite : PendingWrite
{
    private readonly SqliteDatabase _database;
    private readonly Action<SqliteConnection, IReadOnlyList<TWrite>> _apply;
    private readonly int _largestBatch;
    private readonly Channel<TWrite> _queue;
    private readonly Thread _thread;
    private SqliteConnection? _connection;
    private long _commits;

    /// <summary>Starts the writer; the database is opened with the first write.</summary>
    /// <param name="database">The database, which only this writer writes.</param>
    /// <param name="apply">Applies a batch within an open transaction; throws to fail all of it.</param>
    /// <param name="capacity">Writes that may queue; more wait (back-pressure).</param>
    /// <param name="largestBatch">Most writes in one transaction.</param>
    public GroupCommitWriter(
        SqliteDatabase database, Action<SqliteConnection, IReadOnlyList<TWrite>> apply, int capacity = 1024, int largestBatch = 512)
    {
        _database = database;
        _apply = apply;
        _largestBatch = largestBatch;
        _queue = Channel.CreateBounded<TWrite>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _thread = new Thread(Run) { IsBackground = true, Name = $"{typeof(TWrite).Name} writer" };
        _thread.Start();
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Queues a write and completes when it is durable. Failures are the transaction's own exceptions.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue; a queued write is seen through, so its outcome is known.</param>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    public async ValueTask WriteAsync(TWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(_thread.Name);
        }

        await write.Durable;
    }

    /// <summary>Takes no more, writes what is queued, and closes.</summary>
    public void Dispose()
    {
        _ = _queue.Writer.TryComplete();
        _thread.Join();
    }

    private void Run()
    {
        var batch = new List<TWrite>();
        while (WaitForWork())
        {
            while (batch.Count < _largestBatch && _queue.Reader.TryRead(out var write))
            {
                batch.Add(write);
            }

            Commit(batch);
            batch.Clear();
        }

        _connection?.Dispose();
    }

    /// <summary>Blocks this thread, which has nothing else to do, rather than one of the pool's.</summary>
    private bool WaitForWork() => _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void Commit(List<TWrite> batch)
    {
        try
        {
            _connection ??= _database.OpenWriter();
            using var transaction = _connection.BeginTransaction(deferred: false);
            _apply(_connection, batch);
            transaction.Commit();
        }
#pragma warning disable CA1031 // Whatever went wrong goes to every one who waits; none may be left waiting, and the thread must live on.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            // Nothing of this connection's memory is trusted after a failure: the next batch starts from what is on disk.
            _connection?.Dispose();
            _connection = null;
            batch.ForEach(write => write.Failed(reason));
            return;
        }

        _ = Interlocked.Increment(ref _commits);
        batch.ForEach(static write => write.Committed());
    }
}
