using System.Globalization;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteLedgerTests : IDisposable
{
    private readonly TestData _data = new();
    private readonly DataDirectory _directory;
    private readonly SqliteLedger _ledger;

    public SqliteLedgerTests()
    {
        _directory = DataDirectory.Open(_data.Path);
        _ledger = new SqliteLedger(_directory);
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _directory.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    public async Task Append_SeveralEvents_AreReadBackInOrderAndVerify()
    {
        await Append("a");
        await Append("b", "c");

        var records = await _data.Records();
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, records.Select(TestData.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1L, 2L, 3L }, records.Select(static record => record.Sequence).ToArray());
        var verification = await _data.Verify();
        Assert.IsTrue(verification.IsIntact);
        Assert.AreEqual(3, verification.Head.Sequence);
    }

    [TestMethod]
    public async Task Append_AfterReopening_ContinuesTheChain()
    {
        await Append("a");
        _ledger.Dispose();
        using var reopened = new SqliteLedger(_directory);
        await reopened.AppendAsync([TestData.Event("b")], CancellationToken.None);

        Assert.IsTrue((await _data.Verify()).IsIntact);
        Assert.HasCount(2, await _data.Records());
    }

    [TestMethod]
    public async Task Append_NoEvents_RecordsNothing()
    {
        await _ledger.AppendAsync([], CancellationToken.None);

        Assert.IsEmpty(await _data.Records());
        Assert.AreEqual(1, _ledger.Commits);
    }

    [TestMethod]
    public async Task Append_64AtOnceWhileACommitWaits_ShareTheNextCommits()
    {
        await Append("first");

        // Somebody else's lock stands for a slow disk: until it goes nothing commits, and all 64 are queued by the time it does.
        Task[] appends;
        using (var other = TestData.Open(_data.Ledger))
        {
            using var held = other.BeginTransaction(deferred: false);
            appends = [.. Enumerable.Range(0, 64).Select(i => Append(i.ToString(CultureInfo.InvariantCulture)))];
            Assert.IsFalse(appends.Any(static append => append.IsCompleted));
        }

        await Task.WhenAll(appends);
        Assert.IsLessThanOrEqualTo(3, _ledger.Commits);
        Assert.IsTrue((await _data.Verify()).IsIntact);
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 64).Select(static i => i.ToString(CultureInfo.InvariantCulture)).Append("first").ToArray(),
            (await _data.Records()).Select(TestData.Name).ToArray());
    }

    [TestMethod]
    public async Task Append_FromTwoWritersOnOneFile_NeverForksTheChain()
    {
        // The directory's lock forbids this; on a file system without locks the chain still must hold.
        using var second = new SqliteLedger(_directory);
        await _ledger.AppendAsync([], CancellationToken.None);
        await second.AppendAsync([], CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(i => new[]
        {
            Append($"first-{i}"), second.AppendAsync([TestData.Event($"second-{i}")], CancellationToken.None).AsTask(),
        }));

        var verification = await _data.Verify();
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        Assert.AreEqual(200, verification.Head.Sequence);
    }

    [TestMethod]
    public async Task Append_WhoseSecondEventFails_LeavesNoneOfIt()
    {
        await Append("before");
        TestData.Tamper(_data.Ledger, "CREATE TRIGGER fault BEFORE INSERT ON record WHEN new.sequence = 3 BEGIN SELECT RAISE(ABORT, 'fault'); END");

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append("x", "y"));
        TestData.Tamper(_data.Ledger, "DROP TRIGGER fault");
        await Append("after");

        CollectionAssert.AreEqual(new[] { "before", "after" }, (await _data.Records()).Select(TestData.Name).ToArray());
        Assert.IsTrue((await _data.Verify()).IsIntact);
    }

    [TestMethod]
    public async Task Append_AnEventOverTheLimit_FailsItsOwnCallOnly()
    {
        var large = Append(new string('x', LedgerChain.MaxPayloadBytes));
        var small = Append("small");

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => large);
        await small;
        CollectionAssert.AreEqual(new[] { "small" }, (await _data.Records()).Select(TestData.Name).ToArray());
    }

    [TestMethod]
    public async Task Dispose_WithAppendsQueued_WritesThemFirst()
    {
        var appends = Enumerable.Range(0, 50).Select(i => Append($"{i}")).ToArray();
        _ledger.Dispose();

        await Task.WhenAll(appends);
        Assert.HasCount(50, await _data.Records());
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append("late"));
    }

    [TestMethod]
    public async Task Append_ToALedgerCutAtItsEnd_IsRefusedAndVerifySaysWhere()
    {
        await Append("a", "b", "c");
        TestData.Tamper(_data.Ledger, "DROP TRIGGER record_never_goes; DELETE FROM record WHERE sequence > 1");

        var refusal = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append("d"));
        Assert.Contains("cut or changed", refusal.Message);
        var problem = (await _data.Verify()).Problem!;
        Assert.AreEqual((2L, LedgerFault.Truncated), (problem.Sequence, problem.Fault));
    }

    [TestMethod]
    [DataRow("UPDATE record SET payload = CAST(replace(CAST(payload AS TEXT), 'b', 'B') AS BLOB) WHERE sequence = 2", 2, LedgerFault.Altered)]
    [DataRow("DELETE FROM record WHERE sequence = 2", 2, LedgerFault.Gap)]
    [DataRow("UPDATE record SET previous_hash = zeroblob(31) WHERE sequence = 2", 2, LedgerFault.BrokenLink)]
    public async Task Verify_RowsChangedByHand_NamesTheRecord(string sql, long sequence, LedgerFault fault)
    {
        await Append("a", "b", "c");
        TestData.Tamper(_data.Ledger, $"DROP TRIGGER record_never_goes; DROP TRIGGER record_never_changes; {sql}");

        var problem = (await _data.Verify()).Problem!;
        Assert.AreEqual((sequence, fault), (problem.Sequence, problem.Fault));
    }

    [TestMethod]
    [DataRow("UPDATE record SET payload = x'7b7d'")]
    [DataRow("DELETE FROM record")]
    public async Task Records_ChangedByAMistakeOfOurOwn_AreKept(string sql)
    {
        await Append("a");

        _ = Assert.ThrowsExactly<Microsoft.Data.Sqlite.SqliteException>(() => TestData.Tamper(_data.Ledger, sql));
        Assert.IsTrue((await _data.Verify()).IsIntact);
    }

    private Task Append(params string[] names) => _ledger.AppendAsync([.. names.Select(TestData.Event)], CancellationToken.None).AsTask();
}
