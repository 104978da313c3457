using CursorBroker.Adapters.Sqlite;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class GroupCommitWriterTests : IDisposable
{
    private readonly TestData _data = new();
    private readonly SqliteDatabase _database;

    public GroupCommitWriterTests() =>
        _database = new SqliteDatabase(_data.State, ["CREATE TABLE note (text TEXT NOT NULL) STRICT"]);

    public void Dispose()
    {
        _database.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    public async Task Write_WhenTheQueueIsFull_WaitsAndCanBeGivenUpWithoutATrace()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        using var writer = new GroupCommitWriter<Note>(_database, (connection, batch) =>
        {
            entered.Set();
            gate.Wait();
            foreach (var note in batch)
            {
                _ = connection.Run("INSERT INTO note (text) VALUES ($text)", ("$text", note.Text));
            }
        }, capacity: 1);

        var committing = writer.WriteAsync(new Note("committing"), CancellationToken.None).AsTask();
        entered.Wait();
        var queued = writer.WriteAsync(new Note("queued"), CancellationToken.None).AsTask();
        using var patience = new CancellationTokenSource();
        var waiting = writer.WriteAsync(new Note("waiting"), patience.Token).AsTask();
        Assert.IsFalse(waiting.IsCompleted);
        await patience.CancelAsync();

        _ = await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        await Task.WhenAll(committing, queued);
        Assert.AreEqual(2, TestData.Count(_data.State, "note"));
    }

    [TestMethod]
    public async Task Write_MoreThanTheLargestBatch_TakesSeveralCommits()
    {
        using var gate = new ManualResetEventSlim();
        using var writer = new GroupCommitWriter<Note>(_database, (_, _) => gate.Wait(), largestBatch: 10);

        var writes = Enumerable.Range(0, 100).Select(i => writer.WriteAsync(new Note($"{i}"), CancellationToken.None).AsTask()).ToArray();
        gate.Set();
        await Task.WhenAll(writes);

        Assert.IsGreaterThanOrEqualTo(10, writer.Commits);
        Assert.IsLessThanOrEqualTo(11, writer.Commits);
    }

    [TestMethod]
    public async Task Write_AfterABatchThatThrew_IsServedByAFreshConnection()
    {
        var broken = true;
        using var writer = new GroupCommitWriter<Note>(_database, (connection, batch) =>
        {
            _ = connection.Run("INSERT INTO note (text) VALUES ($text)", ("$text", batch[0].Text));
            if (broken)
            {
                throw new InvalidTimeZoneException("anything at all");
            }
        });

        _ = await Assert.ThrowsExactlyAsync<InvalidTimeZoneException>(async () => await writer.WriteAsync(new Note("lost"), CancellationToken.None));
        broken = false;
        await writer.WriteAsync(new Note("kept"), CancellationToken.None);

        Assert.AreEqual(1, TestData.Count(_data.State, "note"));
        Assert.AreEqual(1, writer.Commits);
    }

    private sealed class Note(string text) : PendingWrite
    {
        public string Text { get; } = text;
    }
}
