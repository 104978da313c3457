using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class SqliteBlobStoreTests : IDisposable
{
    private const int Chunk = SqliteBlobStore.ChunkBytes;
    private static readonly StateKey Key = new("snapshots", "one");

    private readonly TestData _data = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DataDirectory _directory;
    private readonly SqliteState _state;
    private readonly SqliteBlobStore _blobs;

    public SqliteBlobStoreTests()
    {
        _directory = DataDirectory.Open(_data.Path);
        _state = new SqliteState(_directory);
        _blobs = new SqliteBlobStore(_state, _time);
    }

    public void Dispose()
    {
        _state.Dispose();
        _directory.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(Chunk - 1)]
    [DataRow(Chunk)]
    [DataRow(Chunk + 1)]
    [DataRow((3 * Chunk) + 7)]
    public async Task Create_AnySize_ReadsBackTheSame(int size)
    {
        var content = Content(size);

        Assert.IsTrue(await Create(content));

        CollectionAssert.AreEqual(content, await Read());
    }

    [TestMethod]
    public async Task Create_FromASourceInSmallPieces_IsStillWhole()
    {
        var content = Content(1000);
        using var source = new DrippingStream(content, failAt: int.MaxValue);

        Assert.IsTrue(await _blobs.CreateAsync(Key, source, null, CancellationToken.None));

        CollectionAssert.AreEqual(content, await Read());
        Assert.IsLessThanOrEqualTo(Chunk, source.LargestBuffer, "A blob is never whole in memory.");
    }

    [TestMethod]
    public async Task Create_WhereOneExists_IsFalseAndLeavesTheOldOneAndNothingElse()
    {
        _ = await Create([1]);

        Assert.IsFalse(await Create([2]));
        CollectionAssert.AreEqual(new byte[] { 1 }, await Read());
        Assert.AreEqual(1, TestData.Count(_data.State, "blob_chunk"));
    }

    [TestMethod]
    public async Task Create_ManyAtOnce_ExactlyOneWinsAndIsWhole()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Run(
            async () => await Create([.. Enumerable.Repeat((byte)i, Chunk + 1)]) ? i : 0)));

        var winner = outcomes.Single(static outcome => outcome != 0);
        CollectionAssert.AreEqual(Enumerable.Repeat((byte)winner, Chunk + 1).ToArray(), await Read());
        Assert.AreEqual(2, TestData.Count(_data.State, "blob_chunk"));
    }

    [TestMethod]
    public async Task Create_FromASourceThatBreaksOff_LeavesNothing()
    {
        using var source = new DrippingStream(Content(Chunk + 100), failAt: Chunk + 50);

        _ = await Assert.ThrowsExactlyAsync<EndOfStreamException>(
            async () => await _blobs.CreateAsync(Key, source, null, CancellationToken.None));

        Assert.IsNull(await _blobs.OpenReadAsync(Key, CancellationToken.None));
        Assert.AreEqual(0, TestData.Count(_data.State, "blob_chunk"));
    }

    [TestMethod]
    public async Task Expired_BlobIsGone_MayBeReplaced_AndIsPurged()
    {
        _ = await _blobs.CreateAsync(Key, new MemoryStream([1]), _time.GetUtcNow().AddMinutes(1), CancellationToken.None);
        _ = await _blobs.CreateAsync(Key with { Id = "two" }, new MemoryStream([2]), _time.GetUtcNow().AddMinutes(1), CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.IsNull(await _blobs.OpenReadAsync(Key, CancellationToken.None));
        Assert.IsTrue(await Create([3]));
        Assert.AreEqual(1, await new StatePurge(_state, _time).DeleteExpiredAsync(CancellationToken.None));
        CollectionAssert.AreEqual(new byte[] { 3 }, await Read());
        Assert.AreEqual(1, TestData.Count(_data.State, "blob_chunk"));
    }

    [TestMethod]
    public async Task Delete_RemovesAllOfIt_AndOfNoneIsNoError()
    {
        _ = await Create(Content(Chunk + 1));

        await _blobs.DeleteAsync(Key, CancellationToken.None);
        await _blobs.DeleteAsync(Key, CancellationToken.None);

        Assert.IsNull(await _blobs.OpenReadAsync(Key, CancellationToken.None));
        Assert.AreEqual(0, TestData.Count(_data.State, "blob_chunk"));
    }

    [TestMethod]
    public async Task Read_ABlobDeletedMeanwhile_FailsRatherThanEndingEarly()
    {
        _ = await Create(Content(2 * Chunk));
        await using var reading = await _blobs.OpenReadAsync(Key, CancellationToken.None);
        await reading!.ReadExactlyAsync(new byte[Chunk]);
        await _blobs.DeleteAsync(Key, CancellationToken.None);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await reading.ReadExactlyAsync(new byte[1]));
    }

    [TestMethod]
    public async Task BrokenUploads_AreClearedAtStart_AndNamedBlobsStay()
    {
        _ = await Create(Content(Chunk + 1));
        TestData.Tamper(_data.State, "INSERT INTO blob_chunk (content, position, bytes) VALUES ('nobody', 0, x'00')");

        Assert.AreEqual(1, await new StatePurge(_state, _time).DeleteBrokenUploadsAsync(CancellationToken.None));
        CollectionAssert.AreEqual(Content(Chunk + 1), await Read());
    }

    [TestMethod]
    public async Task Create_WithAKeyOutsideTheRules_IsRefused() =>
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(
            async () => await _blobs.CreateAsync(new StateKey("a", "../b"), Stream.Null, null, CancellationToken.None));

    private static byte[] Content(int size) => [.. Enumerable.Range(0, size).Select(static i => (byte)(i * 31))];

    private ValueTask<bool> Create(byte[] content) => _blobs.CreateAsync(Key, new MemoryStream(content), null, CancellationToken.None);

    private async Task<byte[]> Read()
    {
        await using var blob = await _blobs.OpenReadAsync(Key, CancellationToken.None);
        using var copy = new MemoryStream();
        await blob!.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Gives seven bytes at a time at most, and fails on the way if told so.</summary>
    private sealed class DrippingStream(byte[] content, int failAt) : MemoryStream(content)
    {
        public int LargestBuffer { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestBuffer = Math.Max(LargestBuffer, buffer.Length);
            return Position >= failAt
                ? throw new EndOfStreamException("The source broke off.")
                : base.ReadAsync(buffer[..Math.Min(7, buffer.Length)], cancellationToken);
        }
    }
}
