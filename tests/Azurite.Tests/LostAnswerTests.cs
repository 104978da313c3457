using Azure.Core;
using CursorBroker.Adapters.AzureStorage;
using CursorBroker.Core.State;

namespace CursorBroker.Azurite.Tests;

/// <summary>Writes of State whose outcome the client is not told.</summary>
[TestClass]
public sealed class LostAnswerTests
{
    private static readonly StateKey Key = new("approvals", "one");
    private static readonly byte[] Mine = [1];
    private static readonly byte[] Theirs = [2];

    private World _world = null!;
    private Instance _mine = null!;
    private Instance _theirs = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        _mine = _world.Open();
        _theirs = _world.Open();
    }

    [TestCleanup]
    public async Task StopAsync() => await _world.DisposeAsync();

    [TestMethod]
    [DataRow(Fault.AnswerLost)]
    [DataRow(Fault.RequestLost)]
    [DataRow(Fault.ErrorBefore)]
    [DataRow(Fault.ErrorAfter)]
    [DataRow(Fault.Busy)]
    public async Task Create_WhoseFirstTryFails_IsStillItsOwn(Fault fault)
    {
        _mine.Faults.OnWrites(fault);

        var version = await Create(_mine, Mine);

        Assert.IsNotNull(version);
        Assert.AreEqual(version, (await Read())!.Version);
        Assert.IsNotNull(await _theirs.State.ReplaceAsync(Key, Theirs, version, null, CancellationToken.None));
    }

    [TestMethod]
    [DataRow(Fault.AnswerLost)]
    [DataRow(Fault.ErrorAfter)]
    public async Task Create_DoneButNeverAnswered_IsFoundByItsWrite(Fault fault)
    {
        _mine.Faults.OnWrites(fault, fault, fault, fault);

        Assert.AreEqual(await Create(_mine, Mine), (await Read())!.Version);
    }

    [TestMethod]
    [DataRow(Fault.RequestLost)]
    [DataRow(Fault.ErrorBefore)]
    [DataRow(Fault.Busy)]
    public async Task Create_NeverDone_IsUnavailableAfterBoundedTries(Fault fault)
    {
        _mine.Faults.OnWrites(fault, fault, fault, fault);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => Create(_mine, Mine));

        Assert.HasCount(4, _mine.Faults.Seen.Where(static request => request.StartsWith("PUT", StringComparison.Ordinal)));
        Assert.IsNull(await Read());
    }

    [TestMethod]
    public async Task Create_WhereAnotherIs_WithTheAnswerLost_IsNeverSuccess()
    {
        _ = await Create(_theirs, Theirs);
        _mine.Faults.OnWrites(Fault.AnswerLost);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => Create(_mine, Mine));
        CollectionAssert.AreEqual(Theirs, (await Read())!.Value.ToArray());
    }

    [TestMethod]
    public async Task Create_Throttled_AndThenAnotherIsThere_IsPlainlyNotDone()
    {
        _mine.Faults.Decide = Once(Fault.Busy, async () => await Create(_theirs, Theirs));

        Assert.IsNull(await Create(_mine, Mine));
    }

    [TestMethod]
    public async Task Create_WhoseRecordIsReplacedBeforeTheNextTry_NeverSaysThatOneExists()
    {
        // The first try succeeds unheard; somebody acts on the record at once. "There is one already" would be untrue.
        _mine.Faults.OnWrites(Fault.AnswerLost);
        _mine.Faults.Meanwhile = Once(async () => await _theirs.State.ReplaceAsync(Key, Theirs, (await Read())!.Version, null, CancellationToken.None));

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => Create(_mine, Mine));
    }

    [TestMethod]
    public async Task Create_OverAnExpiredRecord_WithTheAnswerLost_IsItsOwn()
    {
        _ = await _theirs.State.CreateAsync(Key, Theirs, DateTimeOffset.UnixEpoch, CancellationToken.None);
        _mine.Faults.OnWrites(Fault.None, Fault.AnswerLost);

        Assert.AreEqual(await Create(_mine, Mine), (await Read())!.Version);
    }

    [TestMethod]
    public async Task Create_OverAnExpiredRecord_FromManyInstances_ExactlyOneWins()
    {
        _ = await _theirs.State.CreateAsync(Key, Theirs, DateTimeOffset.UnixEpoch, CancellationToken.None);
        var instances = Enumerable.Range(0, 8).Select(_ => _world.Open()).ToArray();

        var versions = await Task.WhenAll(instances.Select(instance => Task.Run(() => Create(instance, Mine))));

        Assert.HasCount(1, versions.Where(static version => version is not null));
    }

    [TestMethod]
    [DataRow(Fault.AnswerLost)]
    [DataRow(Fault.RequestLost)]
    [DataRow(Fault.Busy)]
    public async Task Replace_WhoseFirstTryFails_IsStillItsOwn(Fault fault)
    {
        var version = await Create(_mine, Theirs);
        _mine.Faults.OnWrites(fault);

        var next = await _mine.State.ReplaceAsync(Key, Mine, version!, null, CancellationToken.None);

        Assert.IsNotNull(next);
        Assert.AreEqual(next, (await Read())!.Version);
    }

    [TestMethod]
    public async Task Replace_WithTheAnswerLost_WhereAnotherWasQuicker_IsNeverSuccess()
    {
        var version = await Create(_mine, Mine);
        _ = await _theirs.State.ReplaceAsync(Key, Theirs, version!, null, CancellationToken.None);
        _mine.Faults.OnWrites(Fault.AnswerLost);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(
            async () => await _mine.State.ReplaceAsync(Key, Mine, version!, null, CancellationToken.None));
        CollectionAssert.AreEqual(Theirs, (await Read())!.Value.ToArray());
    }

    [TestMethod]
    [DataRow(Fault.AnswerLost)]
    [DataRow(Fault.RequestLost)]
    public async Task Delete_WhoseFirstTryFails_IsStillItsOwn(Fault fault)
    {
        var version = await Create(_mine, Mine);
        _mine.Faults.OnWrites(fault);

        Assert.IsTrue(await _mine.State.DeleteAsync(Key, version!, CancellationToken.None));
        Assert.IsNull(await Read());
    }

    [TestMethod]
    public async Task Delete_ByTwo_WithOneAnswerLost_IsNeverBoths()
    {
        var version = await Create(_mine, Mine);
        Assert.IsTrue(await _theirs.State.DeleteAsync(Key, version!, CancellationToken.None));
        _mine.Faults.OnWrites(Fault.AnswerLost);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(
            async () => await _mine.State.DeleteAsync(Key, version!, CancellationToken.None));
    }

    [TestMethod]
    public async Task Delete_ThatCannotRemoveWhatItMarked_IsDone_AndThePurgeRemovesIt()
    {
        var version = await Create(_mine, Mine);
        _mine.Faults.Decide = static request => request.Method == RequestMethod.Delete ? Fault.RequestLost : Fault.None;

        Assert.IsTrue(await _mine.State.DeleteAsync(Key, version!, CancellationToken.None));
        Assert.IsNull(await Read());
        Assert.AreEqual(1, await _theirs.PurgeAsync());
    }

    [TestMethod]
    public async Task Write_CancelledOnTheWay_IsSeenThrough()
    {
        // Whoever gave up at this point would not know whether it was done.
        using var patience = new CancellationTokenSource();
        _mine.Faults.OnWrites(Fault.RequestLost);
        _mine.Faults.Decide = Both(_mine.Faults.Decide, patience.Cancel);

        Assert.IsNotNull(await _mine.State.CreateAsync(Key, Mine, null, patience.Token));
        _ = await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await _mine.State.CreateAsync(Key with { Id = "two" }, Mine, null, patience.Token));
    }

    [TestMethod]
    [DataRow(Fault.AnswerLost)]
    [DataRow(Fault.RequestLost)]
    [DataRow(Fault.ErrorBefore)]
    [DataRow(Fault.Busy)]
    public async Task Read_WhoseFirstTryFails_IsRepeated(Fault fault)
    {
        _ = await Create(_theirs, Theirs);
        _mine.Faults.Decide = Once(fault, static () => Task.CompletedTask);

        Assert.IsNotNull(await _mine.State.ReadAsync(Key, CancellationToken.None));
    }

    [TestMethod]
    [DataRow(Fault.AnswerLost)]
    [DataRow(Fault.ErrorBefore)]
    public async Task Blob_WhoseCommitFailsOnce_IsStillItsOwn(Fault fault)
    {
        _mine.Faults.Decide = OnCommit(fault);

        Assert.IsTrue(await _mine.Blobs.CreateAsync(Key, new MemoryStream([1, 2, 3]), null, CancellationToken.None));

        await using var blob = await _theirs.Blobs.OpenReadAsync(Key, CancellationToken.None);
        Assert.AreEqual(3, blob!.Length);
    }

    [TestMethod]
    public async Task Blob_WhereAnotherIsCommittedFirst_WithTheAnswerLost_IsNeverSuccess()
    {
        _mine.Faults.Decide = OnCommit(Fault.AnswerLost, async () => _ = await _theirs.Blobs.CreateAsync(Key, new MemoryStream(Theirs), null, CancellationToken.None));

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(
            async () => await _mine.Blobs.CreateAsync(Key, new MemoryStream(Mine), null, CancellationToken.None));
    }

    [TestMethod]
    public async Task Blob_WhoseUploadIsOvertaken_LosesPlainlyAndLeavesTheOtherWhole()
    {
        _mine.Faults.Decide = OnCommit(Fault.None, async () => Assert.IsTrue(
            await _theirs.Blobs.CreateAsync(Key, new MemoryStream(new byte[BlobBlobStore.ChunkBytes + 1]), null, CancellationToken.None)));

        Assert.IsFalse(await _mine.Blobs.CreateAsync(Key, new MemoryStream(Mine), null, CancellationToken.None));

        await using var blob = await _mine.Blobs.OpenReadAsync(Key, CancellationToken.None);
        using var copy = new MemoryStream();
        await blob!.CopyToAsync(copy);
        Assert.AreEqual(BlobBlobStore.ChunkBytes + 1, copy.Length);
    }

    private static Task<StateVersion?> Create(Instance instance, byte[] value) =>
        instance.State.CreateAsync(Key, value, null, CancellationToken.None).AsTask();

    private ValueTask<StateRecord?> Read() => _theirs.State.ReadAsync(Key, CancellationToken.None);

    /// <summary>A fault of the first request, and something that happens just before it.</summary>
    private static Func<Request, Fault> Once(Fault fault, Func<Task> first)
    {
        var done = 0;
        return _ =>
        {
            if (Interlocked.Exchange(ref done, 1) != 0)
            {
                return Fault.None;
            }

            Task.Run(first).GetAwaiter().GetResult();
            return fault;
        };
    }

    private static Func<Request, Task> Once(Func<Task> first)
    {
        var done = 0;
        return async _ =>
        {
            if (Interlocked.Exchange(ref done, 1) == 0)
            {
                await first();
            }
        };
    }

    private static Func<Request, Fault> OnCommit(Fault fault, Func<Task>? before = null)
    {
        var once = Once(fault, before ?? (static () => Task.CompletedTask));
        return request => request.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal) ? once(request) : Fault.None;
    }

    private static Func<Request, Fault> Both(Func<Request, Fault> decide, Action also) => request =>
    {
        also();
        return decide(request);
    };
}
