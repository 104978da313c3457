using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.Tests.Sqlite;

/// <summary>Whatever keeps the files from being used ends in the port's own exception, on which its callers refuse.</summary>
[TestClass]
public sealed class UnusableStoreTests : IDisposable
{
    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Stores_WhoseFilesAreDirectories_AreUnavailable()
    {
        _ = Directory.CreateDirectory(_data.Ledger);
        _ = Directory.CreateDirectory(_data.State);

        await AssertUnavailable();
    }

    [TestMethod]
    public async Task Stores_WhoseFilesAreNotDatabases_AreUnavailableAndLeftAlone()
    {
        var text = new string('x', 5000);
        await File.WriteAllTextAsync(_data.Ledger, text);
        await File.WriteAllTextAsync(_data.State, text);

        await AssertUnavailable();
        Assert.AreEqual(text, await File.ReadAllTextAsync(_data.Ledger));
    }

    [TestMethod]
    public async Task Stores_WrittenByANewerBroker_AreUnavailableAndSayWhy()
    {
        await using (var stores = Stores())
        {
            await stores.GetRequiredService<ILedger>().AppendAsync([], CancellationToken.None);
            _ = await stores.GetRequiredService<IStateStore>().CreateAsync(new StateKey("c", "i"), default, null, CancellationToken.None);
        }

        TestData.Tamper(_data.Ledger, "PRAGMA user_version = 99");
        TestData.Tamper(_data.State, "PRAGMA user_version = 99");

        Assert.Contains("Use the newer broker", await AssertUnavailable());
    }

    [TestMethod]
    public async Task Ledger_ThatLostItsTable_IsUnavailableForEveryoneInTheBatch()
    {
        await using var stores = Stores();
        var ledger = stores.GetRequiredService<ILedger>();
        await ledger.AppendAsync([], CancellationToken.None);
        TestData.Tamper(_data.Ledger, "DROP TABLE head");

        var appends = Enumerable.Range(0, 10).Select(i => ledger.AppendAsync([LedgerSamples.Event($"{i}")], CancellationToken.None).AsTask()).ToArray();

        foreach (var append in appends)
        {
            _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => append);
        }
    }

    private ServiceProvider Stores() => new ServiceCollection().AddSqliteStores(_data.Path).BuildServiceProvider();

    private async Task<string> AssertUnavailable()
    {
        await using var stores = Stores();
        var ledger = stores.GetRequiredService<ILedger>();
        var state = stores.GetRequiredService<IStateStore>();
        var blobs = stores.GetRequiredService<IBlobStore>();
        var key = new StateKey("c", "i");

        var refusal = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(
            async () => await ledger.AppendAsync([LedgerSamples.Event("x")], CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await state.ReadAsync(key, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await state.CreateAsync(key, default, null, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await state.ListAsync("c", CancellationToken.None).CountAsync());
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await blobs.OpenReadAsync(key, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(
            async () => await blobs.CreateAsync(key, new MemoryStream([1]), null, CancellationToken.None));
        return refusal.Message;
    }
}
