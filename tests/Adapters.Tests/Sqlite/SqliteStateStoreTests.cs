using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteStateStoreTests : IDisposable
{
    private static readonly StateKey Key = new("approvals", "one");
    private static readonly byte[] Value = [1, 2, 3];

    private readonly TestData _data = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DataDirectory _directory;
    private readonly SqliteState _state;
    private readonly SqliteStateStore _store;

    public SqliteStateStoreTests()
    {
        _directory = DataDirectory.Open(_data.Path);
        _state = new SqliteState(_directory);
        _store = new SqliteStateStore(_state, _time);
    }

    private DateTimeOffset InAMinute => _time.GetUtcNow().AddMinutes(1);

    public void Dispose()
    {
        _state.Dispose();
        _directory.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    public async Task Create_Replace_Delete_EachChangesWhatIsRead()
    {
        Assert.IsNull(await Read());
        var first = await Create(Value, InAMinute);
        var record = await Read();
        CollectionAssert.AreEqual(Value, record!.Value.ToArray());
        Assert.AreEqual((Key, first, InAMinute), (record.Key, record.Version, record.Expires!.Value));

        var second = await _store.ReplaceAsync(Key, new byte[] { 9 }, first!, null, CancellationToken.None);
        record = await Read();
        CollectionAssert.AreEqual(new byte[] { 9 }, record!.Value.ToArray());
        Assert.AreEqual((second, null), (record.Version, record.Expires));

        Assert.IsTrue(await _store.DeleteAsync(Key, second!, CancellationToken.None));
        Assert.IsNull(await Read());
        Assert.IsFalse(await _store.DeleteAsync(Key, second!, CancellationToken.None));
    }

    [TestMethod]
    public async Task Create_WhereOneExists_IsNullAndChangesNothing()
    {
        var first = await Create(Value);

        Assert.IsNull(await Create([9]));
        Assert.AreEqual(first, (await Read())!.Version);
    }

    [TestMethod]
    public async Task Replace_OrDelete_WithAnOldVersion_Fails()
    {
        var old = await Create(Value);
        _ = await _store.ReplaceAsync(Key, new byte[] { 9 }, old!, null, CancellationToken.None);

        Assert.IsNull(await _store.ReplaceAsync(Key, Value, old!, null, CancellationToken.None));
        Assert.IsFalse(await _store.DeleteAsync(Key, old!, CancellationToken.None));
        CollectionAssert.AreEqual(new byte[] { 9 }, (await Read())!.Value.ToArray());
    }

    [TestMethod]
    public async Task Replace_ARecordDeletedAndMadeAnewWithTheSameValue_Fails()
    {
        // Else a consumed approval, deleted and recreated, could be consumed through the old reading of it.
        var old = await Create(Value);
        _ = await _store.DeleteAsync(Key, old!, CancellationToken.None);
        _ = await Create(Value);

        Assert.IsNull(await _store.ReplaceAsync(Key, Value, old!, null, CancellationToken.None));
    }

    [TestMethod]
    public async Task Create_ManyAtOnce_ExactlyOneWins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => Create([(byte)i]))));

        Assert.HasCount(1, outcomes.Where(static version => version is not null));
        Assert.AreEqual(outcomes.Single(static version => version is not null), (await Read())!.Version);
    }

    [TestMethod]
    public async Task Replace_ManyAtOnceWithOneVersion_ExactlyOneWins()
    {
        var version = await Create(Value);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(
            () => _store.ReplaceAsync(Key, new[] { (byte)i }, version!, null, CancellationToken.None).AsTask())));

        Assert.HasCount(1, outcomes.Where(static outcome => outcome is not null));
    }

    [TestMethod]
    public async Task Counter_IncrementedByCompareAndSwapFromManySides_LosesNothing()
    {
        _ = await Create([0]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 10;)
            {
                var record = await Read();
                var next = new[] { (byte)(record!.Value.Span[0] + 1) };
                done += await _store.ReplaceAsync(Key, next, record.Version, null, CancellationToken.None) is null ? 0 : 1;
            }
        })));

        Assert.AreEqual(80, (await Read())!.Value.Span[0]);
    }

    [TestMethod]
    public async Task Expired_RecordIsGoneForReadReplaceDeleteAndList_AndCreateMayTakeItsPlace()
    {
        var version = await Create(Value, InAMinute);
        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.IsNotNull(await Read());
        Assert.IsNull(await Create([9]));

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.IsNull(await Read());
        Assert.IsNull(await _store.ReplaceAsync(Key, Value, version!, null, CancellationToken.None));
        Assert.IsFalse(await _store.DeleteAsync(Key, version!, CancellationToken.None));
        Assert.AreEqual(0, await _store.ListAsync(Key.Collection, CancellationToken.None).CountAsync());
        Assert.IsNotNull(await Create([9]));
        CollectionAssert.AreEqual(new byte[] { 9 }, (await Read())!.Value.ToArray());
    }

    [TestMethod]
    public async Task Purge_DeletesWhatHasExpiredAndNothingElse()
    {
        for (var i = 0; i < 450; i++)
        {
            _ = await _store.CreateAsync(new StateKey("c", $"{i}"), Value, i < 430 ? InAMinute : null, CancellationToken.None);
        }

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.AreEqual(430, await new StatePurge(_state, _time).DeleteExpiredAsync(CancellationToken.None));
        Assert.AreEqual(20, TestData.Count(_data.State, "record"));
    }

    [TestMethod]
    public async Task List_GivesAllOfACollectionAndNoOther()
    {
        for (var i = 0; i < 100; i++)
        {
            _ = await _store.CreateAsync(new StateKey("mine", $"{i}"), Value, null, CancellationToken.None);
            _ = await _store.CreateAsync(new StateKey("mine-not", $"{i}"), Value, null, CancellationToken.None);
        }

        var ids = await _store.ListAsync("mine", CancellationToken.None).Select(static record => record.Key.Id).ToListAsync();

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 100).Select(static i => $"{i}").ToList(), ids);
    }

    [TestMethod]
    public async Task List_WhileItsRecordsAreDeleted_Ends()
    {
        for (var i = 0; i < 100; i++)
        {
            _ = await _store.CreateAsync(new StateKey("mine", $"{i}"), Value, null, CancellationToken.None);
        }

        await foreach (var record in _store.ListAsync("mine", CancellationToken.None))
        {
            Assert.IsTrue(await _store.DeleteAsync(record.Key, record.Version, CancellationToken.None));
        }

        Assert.AreEqual(0, TestData.Count(_data.State, "record"));
    }

    [TestMethod]
    public async Task Create_WhoseBufferIsReusedMeanwhile_KeepsWhatWasGiven()
    {
        var buffer = new byte[] { 1, 2, 3 };
        _ = await Read();
        Task<StateVersion?> create;
        using (var other = TestData.Open(_data.State))
        {
            using var held = other.BeginTransaction(deferred: false);
            create = _store.CreateAsync(Key, buffer, null, CancellationToken.None).AsTask();
            Array.Clear(buffer);
        }

        _ = await create;
        CollectionAssert.AreEqual(Value, (await Read())!.Value.ToArray());
    }

    [TestMethod]
    public async Task Create_LargestValue_IsKeptAndOneByteMoreIsRefused()
    {
        Assert.IsNotNull(await Create(new byte[StateRecord.MaxValueBytes]));
        Assert.AreEqual(StateRecord.MaxValueBytes, (await Read())!.Value.Length);

        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(() => Create(new byte[StateRecord.MaxValueBytes + 1]));
    }

    [TestMethod]
    [DataRow("", "x", DisplayName = "No collection")]
    [DataRow("Upper", "x", DisplayName = "Upper-case collection")]
    [DataRow("a/b", "x", DisplayName = "Slash in the collection")]
    [DataRow("a", "", DisplayName = "No id")]
    [DataRow("a", "../b", DisplayName = "Climbs out")]
    [DataRow("a", "b c", DisplayName = "Space")]
    [DataRow("a", "ä", DisplayName = "Not ASCII")]
    [DataRow("a", "b\0", DisplayName = "NUL")]
    public async Task Any_WithAKeyOutsideTheRules_IsRefused(string collection, string id)
    {
        var key = new StateKey(collection, id);
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await _store.ReadAsync(key, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await _store.CreateAsync(key, Value, null, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await _store.DeleteAsync(key, new StateVersion("x"), CancellationToken.None));
    }

    [TestMethod]
    public void StateKey_LongestParts_AreAcceptedAndOneMoreIsNot()
    {
        new StateKey(new string('a', 40), new string('A', 200)).ThrowIfInvalid();

        _ = Assert.ThrowsExactly<ArgumentException>(() => new StateKey(new string('a', 41), "x").ThrowIfInvalid());
        _ = Assert.ThrowsExactly<ArgumentException>(() => new StateKey("a", new string('A', 201)).ThrowIfInvalid());
    }

    [TestMethod]
    public async Task Ids_DifferingInCaseOnly_AreDifferentRecords()
    {
        _ = await _store.CreateAsync(new StateKey("c", "id"), Value, null, CancellationToken.None);

        Assert.IsNull(await _store.ReadAsync(new StateKey("c", "ID"), CancellationToken.None));
    }

    private ValueTask<StateRecord?> Read() => _store.ReadAsync(Key, CancellationToken.None);

    private Task<StateVersion?> Create(byte[] value, DateTimeOffset? expires = null) =>
        _store.CreateAsync(Key, value, expires, CancellationToken.None).AsTask();
}
