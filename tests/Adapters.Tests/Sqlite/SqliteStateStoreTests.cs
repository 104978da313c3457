using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteStateStoreTests : StateStoreContract, IDisposable
{
    private readonly TestData _data = new();
    private readonly DataDirectory _directory;
    private readonly SqliteState _state;

    public SqliteStateStoreTests()
    {
        _directory = DataDirectory.Open(_data.Path);
        _state = new SqliteState(_directory);
        Store = new SqliteStateStore(_state, Time);
    }

    protected override IStateStore Store { get; }

    public void Dispose()
    {
        _state.Dispose();
        _directory.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    public async Task Create_WhoseBufferIsReusedMeanwhile_KeepsWhatWasGiven()
    {
        var buffer = new byte[] { 1, 2, 3 };
        _ = await Read();
        Task<StateVersion?> create;
        using (var other = TestData.Open(_data.State))
        {
            using var held = other.BeginTransaction(deferred: false);
            create = Store.CreateAsync(Key, buffer, null, CancellationToken.None).AsTask();
            Array.Clear(buffer);
        }

        _ = await create;
        CollectionAssert.AreEqual(Value, (await Read())!.Value.ToArray());
    }

    protected override Task<int> PurgeAsync() => new StatePurge(_state, Time).DeleteExpiredAsync(CancellationToken.None).AsTask();

    protected override Task<long> StoredAsync() => Task.FromResult(TestData.Count(_data.State, "record"));
}
