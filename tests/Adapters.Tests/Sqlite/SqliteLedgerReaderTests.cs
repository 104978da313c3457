using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteLedgerReaderTests : IDisposable
{
    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Read_MoreThanOnePage_GivesAllInOrderAndAfterANumberTheRest()
    {
        await Write(700);
        using var reader = new SqliteLedgerReader(_data.Path);

        var all = await reader.ReadAsync(0, CancellationToken.None).Select(static record => record.Sequence).ToListAsync();
        var rest = await reader.ReadAsync(650, CancellationToken.None).Select(static record => record.Sequence).ToListAsync();

        CollectionAssert.AreEqual(Enumerable.Range(1, 700).Select(static i => (long)i).ToList(), all);
        CollectionAssert.AreEqual(Enumerable.Range(651, 50).Select(static i => (long)i).ToList(), rest);
    }

    [TestMethod]
    public async Task Read_WhileABrokerHoldsTheDirectory_SeesWhatIsDurable()
    {
        using var directory = DataDirectory.Open(_data.Path);
        using var ledger = new SqliteLedger(directory);
        using var reader = new SqliteLedgerReader(_data.Path);

        for (var i = 1; i <= 3; i++)
        {
            await ledger.AppendAsync([TestData.Event($"{i}")], CancellationToken.None);
            Assert.AreEqual(i, (await reader.ReadHeadAsync(CancellationToken.None)).Sequence);
            Assert.AreEqual(i, await reader.ReadAsync(0, CancellationToken.None).CountAsync());
        }
    }

    [TestMethod]
    public async Task Read_ALongRead_DoesNotHoldUpTheWriter()
    {
        await Write(300);
        using var reader = new SqliteLedgerReader(_data.Path);
        await using var reading = reader.ReadAsync(0, CancellationToken.None).GetAsyncEnumerator();
        Assert.IsTrue(await reading.MoveNextAsync());

        await Write(1);

        Assert.HasCount(301, await _data.Records());
    }

    [TestMethod]
    public async Task Read_WhereThereIsNoLedger_SaysSoAndMakesNone()
    {
        using var reader = new SqliteLedgerReader(_data.Path);

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await reader.ReadHeadAsync(CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await reader.ReadAsync(0, CancellationToken.None).CountAsync());
        Assert.IsFalse(File.Exists(_data.Ledger));
    }

    [TestMethod]
    public async Task Head_RemovedByHand_IsUnavailableNotEmpty()
    {
        await Write(2);
        TestData.Tamper(_data.Ledger, "DELETE FROM head");
        using var reader = new SqliteLedgerReader(_data.Path);

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await reader.ReadHeadAsync(CancellationToken.None));
    }

    private async Task Write(int count)
    {
        using var directory = DataDirectory.Open(_data.Path);
        using var ledger = new SqliteLedger(directory);
        await ledger.AppendAsync([.. Enumerable.Range(1, count).Select(i => TestData.Event($"{i}"))], CancellationToken.None);
    }
}
