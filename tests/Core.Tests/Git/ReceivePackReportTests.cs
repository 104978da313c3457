using System.Buffers;
using CsCheck;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using static CursorBroker.Core.Tests.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

[TestClass]
public sealed class ReceivePackReportTests
{
    private static readonly ReceivePackCapabilities SideBands = new() { ReportStatusV2 = true, SideBand64k = true };
    private static readonly ReceivePackCapabilities Plain = new() { ReportStatus = true };
    private static readonly RefRefusal[] Refused = [new(RefName.Parse("refs/heads/main"), "policy: main\nis closed"), new(RefName.Parse("refs/tags/v1"), "")];

    [TestMethod]
    public async Task WriteRefusal_SideBands_MessagesThenReportInsideBandOne()
    {
        var packets = await UnpackAsync(Write(output => ReceivePackReport.WriteRefusal(output, SideBands, ["Ask\u001b[1m a lead", ""], Refused)));

        var report = Text(Packets("unpack ok\n", "ng refs/heads/main policy: main is closed\n", "ng refs/tags/v1 refused\n", Flush));
        CollectionAssert.AreEqual(new[] { "\u0002Ask [1m a lead\n", "\u0002\n", "\u0001" + report, Flush }, packets);
    }

    [TestMethod]
    public async Task WriteRefusal_NoSideBands_IsTheReportAlone() => CollectionAssert.AreEqual(
        new[] { "unpack ok\n", "ng refs/heads/main policy: main is closed\n", "ng refs/tags/v1 refused\n", Flush },
        await UnpackAsync(Write(output => ReceivePackReport.WriteRefusal(output, Plain, ["not shown"], Refused))));

    [TestMethod]
    public async Task WriteRefusal_NoReportAsked_IsFatalNotSilentlySuccessful()
    {
        var banded = await UnpackAsync(Write(o => ReceivePackReport.WriteRefusal(o, new() { SideBand64k = true }, ["why"], Refused[..1])));
        var bare = await UnpackAsync(Write(o => ReceivePackReport.WriteRefusal(o, ReceivePackCapabilities.None, ["why"], Refused[..1])));

        CollectionAssert.AreEqual(new[] { "\u0002why\n", "\u0003refs/heads/main: policy: main is closed\n", Flush }, banded);
        CollectionAssert.AreEqual(new[] { "ERR refs/heads/main: policy: main is closed\n" }, bare);
    }

    [TestMethod]
    public async Task WriteRefusal_EndlessReason_IsCut()
    {
        var packets = await UnpackAsync(Write(o => ReceivePackReport.WriteRefusal(o, Plain, [], [new(RefName.Parse("refs/heads/x"), new string('y', 5000))])));

        Assert.AreEqual("ng refs/heads/x ".Length + ReceivePackReport.MaxReason + 1, packets[1].Length);
    }

    [TestMethod]
    public void WriteRefusal_TenThousandRefs_ReadsBackWhole()
    {
        var refusals = Enumerable.Range(0, 10_000).Select(static i => new RefRefusal(RefName.Parse($"refs/heads/{i}"), "closed")).ToArray();
        var reader = new ReportStatusReader(SideBands, 10_000);

        reader.Observe(Write(output => ReceivePackReport.WriteRefusal(output, SideBands, ["no"], refusals)));

        Assert.IsTrue(reader.Status is { Complete: true, Unpack: "ok", Dropped: 0, Refs.Length: 10_000 });
        Assert.AreEqual(new RefStatus("refs/heads/9999", "closed"), reader.Status.Refs[^1]);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Observe_AnySplit_CollectsTheSame(bool sideBands)
    {
        var report = Packets("unpack ok\n", "ok refs/heads/a\n", "option refname refs/heads/z\n", "ng refs/heads/b hook declined it\n", "ng refs/heads/c\n", Flush);
        var stream = sideBands ? Banded(report) : report;
        Gen.Int[1, 50].Array[1, 6].Sample(pieces =>
        {
            var reader = new ReportStatusReader(sideBands ? SideBands : Plain, 2);
            for (int at = 0, i = 0; at < stream.Length; i++)
            {
                var size = Math.Min(pieces[i % pieces.Length], stream.Length - at);
                reader.Observe(stream.AsSpan(at, size));
                at += size;
            }

            var status = reader.Status;
            return status is { Complete: true, Unpack: "ok", Dropped: 1, Fatal: null, Refs.Length: 2 }
                && status.Refs[0] == new RefStatus("refs/heads/a", null) && status.Refs[1] == new RefStatus("refs/heads/b", "hook declined it");
        });
    }

    [TestMethod]
    public void Observe_EndlessReportOfLongRefs_FitsIntoOneAuditEvent()
    {
        var line = Packets($"ng refs/heads/{new string('+', 1013)} {new string('+', 1020)}\n");
        var reader = new ReportStatusReader(Plain);
        for (var i = 0; i < 10_000; i++)
        {
            reader.Observe(line);
        }

        var ended = new ExchangeCompleted(
            200, "x", 1, 1, 1, false, null, [.. reader.Status.Refs.Select(static each => $"ng {each.Ref} {each.Error}")])
        { At = DateTimeOffset.UnixEpoch };

        Assert.IsLessThan(LedgerChain.MaxPayloadBytes, AuditJson.Serialize(ended).Length);
        Assert.AreEqual(10_000, reader.Status.Refs.Length + reader.Status.Dropped);
    }

    [TestMethod]
    public void Observe_UpstreamDiesMidway_IsIncomplete()
    {
        var stream = Banded(Packets("unpack ok\n", "ok refs/heads/a\n", Flush));
        var reader = new ReportStatusReader(SideBands);

        reader.Observe(stream.AsSpan(0, stream.Length - 12));

        Assert.IsFalse(reader.Status.Complete);
    }

    [TestMethod]
    public void Observe_FatalBandAndErrPacket_AreRemembered()
    {
        var banded = new ReportStatusReader(SideBands);
        banded.Observe(Write(output => ReceivePackReport.WriteFatal(output, SideBands, [], "disk\nfull")));
        var plain = new ReportStatusReader(Plain);
        plain.Observe(Packets("ERR gone\n"));

        Assert.IsTrue(banded.Status is { Fatal: "disk full", Complete: false });
        Assert.IsTrue(plain.Status is { Fatal: "gone", Complete: false });
    }

    [TestMethod]
    public void Observe_RandomBytes_NeverThrow() => Gen.Select(Gen.Bool, Gen.Byte.Array[0, 300]).Sample((sideBands, bytes) =>
    {
        var reader = new ReportStatusReader(sideBands ? SideBands : Plain);
        reader.Observe([.. "0006"u8, 1, .. bytes]);
        return reader.Status is not null;
    });

    [TestMethod]
    public async Task WriteAdvertisement_Refusal_IsReadByGitAsRemoteError() => CollectionAssert.AreEqual(
        new[] { "# service=git-upload-pack\n", Flush, "ERR not here\n" },
        await UnpackAsync(Write(output => GitErrorPacket.WriteAdvertisement(output, GitService.UploadPack, "not\u0000 here"))));

    private static byte[] Banded(byte[] report) => Write(output =>
    {
        ReceivePackReport.WriteMessage(output, "unpack not-this-one");
        PktLineWriter.WriteSideBand(output, 1, report.AsSpan(0, 30));
        ReceivePackReport.WriteMessage(output, "between");
        PktLineWriter.WriteSideBand(output, 1, report.AsSpan(30));
        PktLineWriter.WriteFlush(output);
    });

    private static byte[] Write(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
