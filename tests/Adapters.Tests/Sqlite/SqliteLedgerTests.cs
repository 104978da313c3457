using System.Globalization;
using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteLedgerTests : LedgerContract, IDisposable
{
    private readonly TestData _data = new();
    private readonly DataDirectory _directory;
    private readonly SqliteLedger _ledger;
    private readonly SqliteLedgerReader _reader;
    private readonly List<SqliteLedger> _others = [];

    public SqliteLedgerTests()
    {
        _directory = DataDirectory.Open(_data.Path);
        _ledger = new SqliteLedger(_directory);
        _reader = new SqliteLedgerReader(_data.Path);
    }

    protected override ILedger Ledger => _ledger;

    protected override ILedgerReader Reader => _reader;

    public void Dispose()
    {
        _reader.Dispose();
        _others.ForEach(static ledger => ledger.Dispose());
        _ledger.Dispose();
        _directory.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    public async Task Append_NoEvents_StillOpensTheFile()
    {
        await _ledger.AppendAsync([], CancellationToken.None);

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
        Assert.IsTrue((await Verify()).IsIntact);
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 64).Select(static i => i.ToString(CultureInfo.InvariantCulture)).Append("first").ToArray(),
            (await Records()).Select(LedgerSamples.Name).ToArray());
    }

    [TestMethod]
    public async Task Append_WhoseSecondEventFails_LeavesNoneOfIt()
    {
        await Append("before");
        TestData.Tamper(_data.Ledger, "CREATE TRIGGER fault BEFORE INSERT ON record WHEN new.sequence = 3 BEGIN SELECT RAISE(ABORT, 'fault'); END");

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append("x", "y"));
        TestData.Tamper(_data.Ledger, "DROP TRIGGER fault");
        await Append("after");

        CollectionAssert.AreEqual(new[] { "before", "after" }, (await Records()).Select(LedgerSamples.Name).ToArray());
        Assert.IsTrue((await Verify()).IsIntact);
    }

    [TestMethod]
    public async Task Append_ToALedgerCutAtItsEnd_IsRefusedAndVerifySaysWhere()
    {
        await Append("a", "b", "c");
        TestData.Tamper(_data.Ledger, "DROP TRIGGER record_never_goes; DELETE FROM record WHERE sequence > 1");

        var refusal = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append("d"));
        Assert.Contains("cut or changed", refusal.Message);
        var problem = (await Verify()).Problem!;
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

        var problem = (await Verify()).Problem!;
        Assert.AreEqual((sequence, fault), (problem.Sequence, problem.Fault));
    }

    [TestMethod]
    [DataRow("UPDATE record SET payload = x'7b7d'")]
    [DataRow("DELETE FROM record")]
    public async Task Records_ChangedByAMistakeOfOurOwn_AreKept(string sql)
    {
        await Append("a");

        _ = Assert.ThrowsExactly<Microsoft.Data.Sqlite.SqliteException>(() => TestData.Tamper(_data.Ledger, sql));
        Assert.IsTrue((await Verify()).IsIntact);
    }

    protected override Task CloseAsync()
    {
        _ledger.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The directory's lock forbids two brokers; on a file system without locks the chain still must hold.</summary>
    protected override Task<ILedger> OpenAnotherAsync()
    {
        var another = new SqliteLedger(_directory);
        _others.Add(another);
        return Task.FromResult<ILedger>(another);
    }
}
