using CursorBroker.Core.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Contracts;

/// <summary>What every home of State's blobs must do. Each home runs these, and its own beside them.</summary>
public abstract class BlobStoreContract
{
    protected static readonly StateKey Key = new("snapshots", "one");

    protected FakeTimeProvider Time { get; } = new();

    protected abstract IBlobStore Blobs { get; }

    /// <summary>The size in which the store takes and gives, in bytes.</summary>
    protected abstract int Chunk { get; }

    /// <summary>Takes out what has expired; how many.</summary>
    protected abstract Task<int> PurgeAsync();

    /// <summary>Pieces that take room in the store, of live blobs or not.</summary>
    protected abstract Task<long> StoredAsync();

    /// <summary>Pieces that a blob of a size is stored in.</summary>
    protected abstract long PiecesOf(int size);

    [TestMethod]
    [DataRow(0, 0, DisplayName = "Nothing")]
    [DataRow(0, 1, DisplayName = "One byte")]
    [DataRow(1, -1, DisplayName = "One byte less than a chunk")]
    [DataRow(1, 0, DisplayName = "A chunk")]
    [DataRow(1, 1, DisplayName = "One byte more than a chunk")]
    [DataRow(3, 7, DisplayName = "Three chunks and seven bytes")]
    public async Task Create_AnySize_ReadsBackTheSame(int chunks, int more)
    {
        var content = Content((chunks * Chunk) + more);

        Assert.IsTrue(await Create(content));

        CollectionAssert.AreEqual(content, await Read());
    }

    [TestMethod]
    public async Task Create_FromASourceInSmallPieces_IsStillWhole()
    {
        var content = Content(1000);
        using var source = new DrippingStream(content, failAt: int.MaxValue);

        Assert.IsTrue(await Blobs.CreateAsync(Key, source, null, CancellationToken.None));

        CollectionAssert.AreEqual(content, await Read());
        Assert.IsLessThanOrEqualTo(Chunk, source.LargestBuffer, "A blob is never whole in memory.");
    }

    [TestMethod]
    public async Task Create_WhereOneExists_IsFalseAndLeavesTheOldOneAndNothingElse()
    {
        _ = await Create([1]);

        Assert.IsFalse(await Create([2]));
        CollectionAssert.AreEqual(new byte[] { 1 }, await Read());
        Assert.AreEqual(1, await StoredAsync());
    }

    [TestMethod]
    public async Task Create_ManyAtOnce_ExactlyOneWinsAndIsWhole()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Run(
            async () => await Create([.. Enumerable.Repeat((byte)i, Chunk + 1)]) ? i : 0)));

        var winner = outcomes.Single(static outcome => outcome != 0);
        CollectionAssert.AreEqual(Enumerable.Repeat((byte)winner, Chunk + 1).ToArray(), await Read());
        Assert.AreEqual(PiecesOf(Chunk + 1), await StoredAsync());
    }

    [TestMethod]
    public async Task Create_FromASourceThatBreaksOff_LeavesNothing()
    {
        using var source = new DrippingStream(Content(Chunk + 100), failAt: Chunk + 50);

        _ = await Assert.ThrowsExactlyAsync<EndOfStreamException>(
            async () => await Blobs.CreateAsync(Key, source, null, CancellationToken.None));

        Assert.IsNull(await Blobs.OpenReadAsync(Key, CancellationToken.None));
        Assert.AreEqual(0, await StoredAsync());
    }

    [TestMethod]
    public async Task Expired_BlobIsGone_MayBeReplaced_AndIsPurged()
    {
        _ = await Blobs.CreateAsync(Key, new MemoryStream([1]), Time.GetUtcNow().AddMinutes(1), CancellationToken.None);
        _ = await Blobs.CreateAsync(Key with { Id = "two" }, new MemoryStream([2]), Time.GetUtcNow().AddMinutes(1), CancellationToken.None);
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.IsNull(await Blobs.OpenReadAsync(Key, CancellationToken.None));
        Assert.IsTrue(await Create([3]));
        Assert.AreEqual(1, await PurgeAsync());
        CollectionAssert.AreEqual(new byte[] { 3 }, await Read());
        Assert.AreEqual(1, await StoredAsync());
    }

    [TestMethod]
    public async Task Delete_RemovesAllOfIt_AndOfNoneIsNoError()
    {
        _ = await Create(Content(Chunk + 1));

        await Blobs.DeleteAsync(Key, CancellationToken.None);
        await Blobs.DeleteAsync(Key, CancellationToken.None);

        Assert.IsNull(await Blobs.OpenReadAsync(Key, CancellationToken.None));
        Assert.AreEqual(0, await StoredAsync());
    }

    [TestMethod]
    public async Task Read_ABlobDeletedMeanwhile_FailsRatherThanEndingEarly()
    {
        _ = await Create(Content(2 * Chunk));
        await using var reading = await Blobs.OpenReadAsync(Key, CancellationToken.None);
        await reading!.ReadExactlyAsync(new byte[Chunk]);
        await Blobs.DeleteAsync(Key, CancellationToken.None);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await reading.ReadExactlyAsync(new byte[1]));
    }

    [TestMethod]
    public async Task Read_ABlobDeletedAndMadeAnewMeanwhile_NeverMixesTheTwo()
    {
        _ = await Create(Content(2 * Chunk));
        await using var reading = await Blobs.OpenReadAsync(Key, CancellationToken.None);
        await reading!.ReadExactlyAsync(new byte[Chunk]);
        await Blobs.DeleteAsync(Key, CancellationToken.None);
        _ = await Create(new byte[2 * Chunk]);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await reading.ReadExactlyAsync(new byte[1]));
    }

    [TestMethod]
    public async Task Create_WithAKeyOutsideTheRules_IsRefused() =>
        _ = await Assert.ThrowsExactlyAsync<ArgumentException>(
            async () => await Blobs.CreateAsync(new StateKey("a", "../b"), Stream.Null, null, CancellationToken.None));

    protected static byte[] Content(int size) => [.. Enumerable.Range(0, size).Select(static i => (byte)(i * 31))];

    protected ValueTask<bool> Create(byte[] content) => Blobs.CreateAsync(Key, new MemoryStream(content), null, CancellationToken.None);

    protected async Task<byte[]> Read()
    {
        await using var blob = await Blobs.OpenReadAsync(Key, CancellationToken.None);
        using var copy = new MemoryStream();
        await blob!.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Gives seven bytes at a time at most, and fails on the way if told so.</summary>
    private protected sealed class DrippingStream(byte[] content, int failAt) : MemoryStream(content)
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
