using CursorBroker.Adapters.AzureStorage;
using CursorBroker.Adapters.Contracts;
using CursorBroker.Core.Audit;

namespace CursorBroker.Azurite.Tests;

[TestClass]
public sealed class LedgerTests : LedgerContract
{
    private World _world = null!;
    private Instance _instance = null!;

    protected override ILedger Ledger => _instance.Ledger;

    protected override ILedgerReader Reader => _instance.Reader;

    [TestInitialize]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        _instance = _world.Open();
    }

    [TestCleanup]
    public async Task StopAsync() => await _world.DisposeAsync();

    protected override Task CloseAsync() => ((AppendBlobLedger)Ledger).DisposeAsync().AsTask();

    protected override Task<ILedger> OpenAnotherAsync() => Task.FromResult(_world.Open().Ledger);
}
