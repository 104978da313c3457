using CursorBroker.Adapters.Contracts;
using CursorBroker.Core.State;

namespace CursorBroker.Azurite.Tests;

[TestClass]
public sealed class StateStoreTests : StateStoreContract
{
    private World _world = null!;
    private Instance _instance = null!;

    protected override IStateStore Store => _instance.State;

    [TestInitialize]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        _instance = _world.Open(Time);
    }

    [TestCleanup]
    public async Task StopAsync() => await _world.DisposeAsync();

    [TestMethod]
    [DataRow(".")]
    [DataRow("..")]
    [DataRow("a.")]
    public async Task Ids_ThatAnAddressWouldSwallow_AreRecordsLikeAnyOther(string id)
    {
        var key = new StateKey("c", id);
        Assert.IsNotNull(await Store.CreateAsync(key, Value, null, CancellationToken.None));

        Assert.IsNotNull(await Store.ReadAsync(key, CancellationToken.None));
        Assert.AreEqual(key, (await Store.ListAsync("c", CancellationToken.None).SingleAsync()).Key);
    }

    [TestMethod]
    public async Task Replace_WithATextThatIsNoVersion_Fails()
    {
        _ = await Create(Value);

        Assert.IsNull(await Store.ReplaceAsync(Key, Value, new StateVersion("*"), null, CancellationToken.None));
        Assert.IsNull(await Store.ReplaceAsync(Key, Value, new StateVersion("a b c"), null, CancellationToken.None));
        Assert.IsFalse(await Store.DeleteAsync(Key, new StateVersion(""), CancellationToken.None));
    }

    protected override Task<int> PurgeAsync() => _instance.PurgeAsync();

    protected override async Task<long> StoredAsync() => await _world.State.GetBlobsAsync(default, default, "records/", default).CountAsync();
}
