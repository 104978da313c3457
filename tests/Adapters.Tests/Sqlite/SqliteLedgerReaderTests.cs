using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteLedgerReaderTests : IDisposable
{
    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

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
        await ledger.AppendAsync([.. Enumerable.Range(1, count).Select(i => LedgerSamples.Event($"{i}"))], CancellationToken.None);
    }
}
