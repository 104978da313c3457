using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TestData _data = new();
    private readonly DataDirectory _directory;
    private readonly SqliteState _state;

    public SqliteBlobStoreTests()
    {
        _directory = DataDirectory.Open(_data.Path);
        _state = new SqliteState(_directory);
        Blobs = new SqliteBlobStore(_state, Time);
    }

    protected override IBlobStore Blobs { get; }

    protected override int Chunk => SqliteBlobStore.ChunkBytes;

    public void Dispose()
    {
        _state.Dispose();
        _directory.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    public async Task BrokenUploads_AreClearedAtStart_AndNamedBlobsStay()
    {
        _ = await Create(Content(Chunk + 1));
        TestData.Tamper(_data.State, "INSERT INTO blob_chunk (content, position, bytes) VALUES ('nobody', 0, x'00')");

        Assert.AreEqual(1, await new StatePurge(_state, Time).DeleteBrokenUploadsAsync(CancellationToken.None));
        CollectionAssert.AreEqual(Content(Chunk + 1), await Read());
    }

    protected override Task<int> PurgeAsync() => new StatePurge(_state, Time).DeleteExpiredAsync(CancellationToken.None).AsTask();

    protected override Task<long> StoredAsync() => Task.FromResult(TestData.Count(_data.State, "blob_chunk"));

    protected override long PiecesOf(int size) => (size + Chunk - 1) / Chunk;
}
