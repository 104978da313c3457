using CursorBroker.Adapters.AzureStorage;
using CursorBroker.Adapters.Contracts;
using CursorBroker.Core.State;

namespace CursorBroker.Azurite.Tests;

[TestClass]
public sealed class BlobStoreTests : BlobStoreContract
{
    private World _world = null!;
    private Instance _instance = null!;

    protected override IBlobStore Blobs => _instance.Blobs;

    protected override int Chunk => BlobBlobStore.ChunkBytes;

    [TestInitialize]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        _instance = _world.Open(Time);
    }

    [TestCleanup]
    public async Task StopAsync() => await _world.DisposeAsync();

    protected override Task<int> PurgeAsync() => _instance.PurgeAsync();

    protected override async Task<long> StoredAsync() => await _world.State.GetBlobsAsync(default, default, "blobs/", default).CountAsync();

    protected override long PiecesOf(int size) => 1;
}
