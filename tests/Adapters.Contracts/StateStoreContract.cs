using CursorBroker.Core.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Contracts;

/// <summary>What every home of State's records must do. Each home runs these, and its own beside them.</summary>
public abstract class StateStoreContract
{
    protected static readonly StateKey Key = new("approvals", "one");
    protected static readonly byte[] Value = [1, 2, 3];

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    protected abstract IStateStore Store { get; }

    protected DateTimeOffset InAMinute => Time.GetUtcNow().AddMinutes(1);

    /// <summary>Takes out what has expired; how many.</summary>
    protected abstract Task<int> PurgeAsync();

    /// <summary>Records that take room in the store, live or not.</summary>
    protected abstract Task<long> StoredAsync();

    [TestMethod]
    public async Task Create_Replace_Delete_EachChangesWhatIsRead()
    {
        Assert.IsNull(await Read());
        var first = await Create(Value, InAMinute);
        var record = await Read();
        CollectionAssert.AreEqual(Value, record!.Value.ToArray());
        Assert.AreEqual((Key, first, InAMinute), (record.Key, record.Version, record.Expires!.Value));

        var second = await Store.ReplaceAsync(Key, new byte[] { 9 }, first!, null, CancellationToken.None);
        record = await Read();
        CollectionAssert.AreEqual(new byte[] { 9 }, record!.Value.ToArray());
        Assert.AreEqual((second, null), (record.Version, record.Expires));

        Assert.IsTrue(await Store.DeleteAsync(Key, second!, CancellationToken.None));
        Assert.IsNull(await Read());
        Assert.IsFalse(await Store.DeleteAsync(Key, second!, CancellationToken.None));
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
        _ = await Store.ReplaceAsync(Key, new byte[] { 9 }, old!, null, CancellationToken.None);

        Assert.IsNull(await Store.ReplaceAsync(Key, Value, old!, null, CancellationToken.None));
        Assert.IsFalse(await Store.DeleteAsync(Key, old!, CancellationToken.None));
        CollectionAssert.AreEqual(new byte[] { 9 }, (await Read())!.Value.ToArray());
    }

    [TestMethod]
    public async Task Replace_ARecordDeletedAndMadeAnewWithTheSameValue_Fails()
    {
        // Else a consumed approval, deleted and recreated, could be consumed through the old reading of it.
        var old = await Create(Value);
        _ = await Store.DeleteAsync(Key, old!, CancellationToken.None);
        _ = await Create(Value);

        Assert.IsNull(await Store.ReplaceAsync(Key, Value, old!, null, CancellationToken.None));
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
            () => Store.ReplaceAsync(Key, new[] { (byte)i }, version!, null, CancellationToken.None).AsTask())));

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
                done += await Store.ReplaceAsync(Key, next, record.Version, null, CancellationToken.None) is null ? 0 : 1;
            }
        })));

        Assert.AreEqual(80, (await Read())!.Value.Span[0]);
    }

    [TestMethod]
    public async Task Expired_RecordIsGoneForReadReplaceDeleteAndList_AndCreateMayTakeItsPlace()
    {
        var version = await Create(Value, InAMinute);
        Time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.IsNotNull(await Read());
        Assert.IsNull(await Create([9]));

        Time.Advance(TimeSpan.FromTicks(1));

        Assert.IsNull(await Read());
        Assert.IsNull(await Store.ReplaceAsync(Key, Value, version!, null, CancellationToken.None));
        Assert.IsFalse(await Store.DeleteAsync(Key, version!, CancellationToken.None));
        Assert.AreEqual(0, await Store.ListAsync(Key.Collection, CancellationToken.None).CountAsync());
        Assert.IsNotNull(await Create([9]));
        CollectionAssert.AreEqual(new byte[] { 9 }, (await Read())!.Value.ToArray());
    }

    [TestMethod]
    public async Task Purge_DeletesWhatHasExpiredAndNothingElse()
    {
        for (var i = 0; i < 450; i++)
        {
            _ = await Store.CreateAsync(new StateKey("c", $"{i}"), Value, i < 430 ? InAMinute : null, CancellationToken.None);
        }

        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.AreEqual(430, await PurgeAsync());
        Assert.AreEqual(20, await StoredAsync());
    }

    [TestMethod]
    public async Task List_GivesAllOfACollectionAndNoOther()
    {
        for (var i = 0; i < 100; i++)
        {
            _ = await Store.CreateAsync(new StateKey("mine", $"{i}"), Value, null, CancellationToken.None);
            _ = await Store.CreateAsync(new StateKey("mine-not", $"{i}"), Value, null, CancellationToken.None);
        }

        var ids = await Store.ListAsync("mine", CancellationToken.None).Select(static record => record.Key.Id).ToListAsync();

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 100).Select(static i => $"{i}").ToList(), ids);
    }

    [TestMethod]
    public async Task List_WhileItsRecordsAreDeleted_Ends()
    {
        for (var i = 0; i < 100; i++)
        {
            _ = await Store.CreateAsync(new StateKey("mine", $"{i}"), Value, null, CancellationToken.None);
        }

        await foreach (var record in Store.ListAsync("mine", CancellationToken.None))
        {
            Assert.IsTrue(await Store.DeleteAsync(record.Key, record.Version, CancellationToken.None));
        }

        Assert.AreEqual(0, await StoredAsync());
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
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await Store.ReadAsync(key, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await Store.CreateAsync(key, Value, null, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await Store.DeleteAsync(key, new StateVersion("x"), CancellationToken.None));
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
        _ = await Store.CreateAsync(new StateKey("c", "id"), Value, null, CancellationToken.None);

        Assert.IsNull(await Store.ReadAsync(new StateKey("c", "ID"), CancellationToken.None));
    }

    protected ValueTask<StateRecord?> Read() => Store.ReadAsync(Key, CancellationToken.None);

    protected Task<StateVersion?> Create(byte[] value, DateTimeOffset? expires = null) =>
        Store.CreateAsync(Key, value, expires, CancellationToken.None).AsTask();
}
