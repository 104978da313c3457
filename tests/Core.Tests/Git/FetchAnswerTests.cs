using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

[TestClass]
public sealed class FetchAnswerTests
{
    private static readonly string[] Whole = ["packfile\n", "\u0002Counting objects", "\u0001PACK", "\u0001rest", Wire.Flush];

    [TestMethod]
    [DataRow()]
    [DataRow("acknowledgments\n", $"ACK {Wire.A}\n", "ready\n", Wire.Delimiter)]
    [DataRow("acknowledgments\n", "NAK\n", Wire.Delimiter, "wanted-refs\n", $"{Wire.A} refs/heads/main\n", Wire.Delimiter)]
    public async Task Read_Answer_HandsOnThePackAlone(params string[] sections)
    {
        foreach (var piece in (int[])[1, 7, 100_000])
        {
            var (read, pack) = await ReadAsync(Wire.Packets([.. sections, .. Whole]), piece: piece);

            Assert.IsTrue(read.Succeeded, read.Failure?.Message);
            Assert.AreEqual("PACKrest", pack);
            Assert.AreEqual(8, read.Value.PackBytes);
        }
    }

    [TestMethod]
    [DataRow(GitFailureKind.UpstreamRefused, "ERR not our ref\n")]
    [DataRow(GitFailureKind.UpstreamRefused, "packfile\n", "\u0001PACK", "\u0003out of memory\n", Wire.Flush)]
    [DataRow(GitFailureKind.UpstreamRefused, "packfile\n", "ERR gone\n")]
    [DataRow(GitFailureKind.UpstreamRefused, "acknowledgments\n", "ERR gone\n")]
    [DataRow(GitFailureKind.Unsupported, "packfile-uris\n", "abc https://elsewhere\n", Wire.Delimiter, "packfile\n", "\u0001PACK", Wire.Flush)]
    [DataRow(GitFailureKind.Unsupported, "shallow-info\n", $"shallow {Wire.A}\n", Wire.Delimiter, "packfile\n", "\u0001PACK", Wire.Flush)]
    [DataRow(GitFailureKind.Unsupported, "something-new\n", Wire.Delimiter)]
    [DataRow(GitFailureKind.Truncated, "acknowledgments\n", "NAK\n", Wire.Flush)]
    [DataRow(GitFailureKind.Truncated, Wire.Flush)]
    [DataRow(GitFailureKind.Truncated)]
    [DataRow(GitFailureKind.Truncated, "packfile\n", "\u0001PACK")]
    [DataRow(GitFailureKind.Malformed, "packfile\n", "\u0004PACK", Wire.Flush)]
    [DataRow(GitFailureKind.Malformed, "packfile\n", "", Wire.Flush)]
    [DataRow(GitFailureKind.Malformed, "packfile\n", "\u0001PACK", Wire.Delimiter)]
    [DataRow(GitFailureKind.Malformed, "packfile\n", "\u0001PACK", Wire.Flush, "more")]
    public async Task Read_AnythingElse_IsAFailure(GitFailureKind kind, params string[] packets)
    {
        var (read, _) = await ReadAsync(Wire.Packets(packets));

        Assert.AreEqual(kind, read.Failure?.Kind);
    }

    [TestMethod]
    public async Task Read_CutAnywhere_IsAFailure()
    {
        var bytes = Wire.Packets(["acknowledgments\n", "NAK\n", Wire.Delimiter, .. Whole]);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.AreEqual(GitFailureKind.Truncated, (await ReadAsync(bytes[..length])).Read.Failure?.Kind, $"after {length} bytes");
        }
    }

    [TestMethod]
    public async Task Read_MorePackThanAllowed_IsRefusedBeforeItIsHandedOn()
    {
        var (read, pack) = await ReadAsync(Wire.Packets(Whole), maxPackBytes: 7);

        Assert.AreEqual(GitFailureKind.TooLarge, read.Failure?.Kind);
        Assert.AreEqual("PACK", pack);
    }

    [TestMethod]
    public async Task Read_HistoryThatTheQuestionItselfCut_IsTakenAsAsked()
    {
        var answer = Wire.Packets("shallow-info\n", $"shallow {Wire.A}\n", Wire.Delimiter, "packfile\n", "\u0001PACK", Wire.Flush);

        var (read, pack) = await ReadAsync(answer, cut: true);

        Assert.IsNull(read.Failure);
        Assert.AreEqual("PACK", pack);
    }

    private static async Task<(GitResult<FetchAnswer> Read, string Pack)> ReadAsync(byte[] bytes, long maxPackBytes = 100, int piece = 100_000, bool cut = false)
    {
        using var pack = new MemoryStream();
        var read = await FetchAnswer.ReadAsync(
            Wire.Pipe(bytes, piece), async (part, cancellationToken) => await pack.WriteAsync(part, cancellationToken), maxPackBytes, cut, CancellationToken.None);
        return (read, Wire.Text(pack.ToArray()));
    }
}
