using CursorBroker.Gateway.Lfs;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Lfs;

[TestClass]
public sealed class CheckedContentTests
{
    private static readonly LfsObject Named = new(LfsHarness.Oid, LfsHarness.Content.Length);

    [TestMethod]
    public async Task Read_InPieces_LetsEverythingThrough()
    {
        CollectionAssert.AreEqual(LfsHarness.Content, await ReadAsync(LfsHarness.Content));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(20)]
    public async Task Read_OtherContent_KeepsTheLastPieceBack(int at)
    {
        var other = LfsHarness.Content.ToArray();
        other[at]++;
        var passed = new List<byte>();

        var refused = await Assert.ThrowsExactlyAsync<BodyRefusedException>(() => ReadAsync(other, passed));

        Assert.AreEqual(RefusalKind.Unprocessable, refused.Refusal.Kind);
        Assert.HasCount(other.Length - 1, passed);
    }

    [TestMethod]
    public async Task Read_RightContentAndThenMore_KeepsTheLastPieceBack()
    {
        var passed = new List<byte>();

        await Assert.ThrowsExactlyAsync<BodyRefusedException>(() => ReadAsync([.. LfsHarness.Content, 0], passed));

        Assert.HasCount(LfsHarness.Content.Length - 1, passed);
    }

    [TestMethod]
    public async Task Read_Nothing_IsNothing()
    {
        await using var content = new CheckedContent(new Pieces([]), new LfsObject("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0));

        Assert.AreEqual(0, await content.ReadAsync(new byte[10]));
    }

    private static async Task<byte[]> ReadAsync(byte[] sent, List<byte>? passed = null)
    {
        passed ??= [];
        await using var content = new CheckedContent(new Pieces(sent), Named);
        var buffer = new byte[100];
        while (await content.ReadAsync(buffer) is > 0 and var read)
        {
            passed.AddRange(buffer[..read]);
        }

        return [.. passed];
    }

    /// <summary>Gives a byte at a time.</summary>
    private sealed class Pieces(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
