using System.Text;
using System.Text.Json;
using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Tests.Audit;

[TestClass]
public sealed class LedgerExportTests
{
    [TestMethod]
    public async Task Export_RoundTrip_GivesTheExactRecordsBack()
    {
        var records = Chains.Of(300);
        using var file = new MemoryStream(await Chains.Export(records));

        var read = await LedgerExport.ReadAsync(file, CancellationToken.None).ToListAsync();

        Assert.HasCount(records.Count, read);
        foreach (var (expected, actual) in records.Zip(read))
        {
            Assert.AreEqual(expected with { Payload = default }, actual with { Payload = default });
            Assert.IsTrue(expected.Payload.Span.SequenceEqual(actual.Payload.Span));
        }
    }

    [TestMethod]
    public async Task Export_ALine_IsReadableJsonWithTheEventInside()
    {
        var line = Encoding.UTF8.GetString(await Chains.Export(Chains.Of(1)));

        using var document = JsonDocument.Parse(line);
        Assert.AreEqual(1, document.RootElement.GetProperty("seq").GetInt64());
        Assert.AreEqual("broker.stopped", document.RootElement.GetProperty("event").GetProperty("event").GetString());
        Assert.AreEqual('\n', line[^1]);
    }

    [TestMethod]
    public async Task Verify_AnExportedFileAlone_IsIntact()
    {
        var records = Chains.Of(50);

        var result = await Chains.VerifyExport(await Chains.Export(records), Chains.Head(records[^1]));

        Assert.IsTrue(result.IsIntact);
        Assert.AreEqual(50, result.Head.Sequence);
    }

    [TestMethod]
    [DataRow((byte)0x01)]
    [DataRow((byte)0x20)]
    [DataRow((byte)0x80)]
    public async Task Verify_AnySingleByteOfTheFileChanged_IsFound(byte flip)
    {
        var records = Chains.Of(3);
        var file = await Chains.Export(records);
        for (var i = 0; i < file.Length; i++)
        {
            var changed = file.ToArray();
            changed[i] ^= flip;
            Assert.IsFalse((await Chains.VerifyExport(changed)).IsIntact, $"byte {i}");
        }
    }

    [TestMethod]
    public async Task Verify_AnySingleByteRemovedOrDoubled_IsFound()
    {
        var file = await Chains.Export(Chains.Of(2));
        for (var i = 0; i < file.Length; i++)
        {
            Assert.IsFalse((await Chains.VerifyExport([.. file[..i], .. file[(i + 1)..]])).IsIntact, $"without byte {i}");
            Assert.IsFalse((await Chains.VerifyExport([.. file[..i], file[i], .. file[i..]])).IsIntact, $"byte {i} doubled");
        }
    }

    [TestMethod]
    public async Task Verify_LinesSwappedOrRemoved_IsFound()
    {
        var lines = Encoding.UTF8.GetString(await Chains.Export(Chains.Of(3))).Split('\n')[..3];

        Assert.AreEqual(LedgerFault.Gap, (await Chains.VerifyExport($"{lines[0]}\n{lines[2]}\n")).Problem!.Fault);
        Assert.AreEqual(LedgerFault.Gap, (await Chains.VerifyExport($"{lines[1]}\n{lines[0]}\n{lines[2]}\n")).Problem!.Fault);
    }

    [TestMethod]
    public async Task Verify_LinesCutFromTheEnd_ShowsAgainstTheAnchor()
    {
        var records = Chains.Of(3);
        var cut = await Chains.Export(records.Take(2));

        Assert.AreEqual(LedgerFault.Truncated, (await Chains.VerifyExport(cut, Chains.Head(records[2]))).Problem!.Fault);
    }

    [TestMethod]
    [DataRow("\n", DisplayName = "Empty line")]
    [DataRow("{}\n", DisplayName = "Another object")]
    [DataRow(" {\"seq\":1", DisplayName = "Leading space, no end")]
    [DataRow("{\"seq\":01,\"prev\":", DisplayName = "Leading zero")]
    [DataRow("{\"seq\":99999999999999999999,\"prev\":\n", DisplayName = "Number over 64 bits")]
    public async Task Verify_WhatIsNoExport_IsMalformedAtLineOne(string file)
    {
        var problem = (await Chains.VerifyExport(file)).Problem!;

        Assert.AreEqual(LedgerFault.Malformed, problem.Fault);
        Assert.Contains("Line 1 ", problem.Detail);
    }

    [TestMethod]
    public async Task Verify_AnEndlessLine_IsRefusedWithoutReadingItAll()
    {
        using var endless = new EndlessStream();

        var result = await LedgerExport.VerifyAsync(endless, null, CancellationToken.None);

        Assert.AreEqual(LedgerFault.Malformed, result.Problem!.Fault);
        Assert.IsLessThan(4L * LedgerChain.MaxPayloadBytes, endless.Served);
    }

    [TestMethod]
    public async Task Read_AMalformedLine_ThrowsAndNamesIt()
    {
        using var file = new MemoryStream([.. await Chains.Export(Chains.Of(2)), .. "oops\n"u8]);

        var failure = await Assert.ThrowsExactlyAsync<InvalidDataException>(
            async () => await LedgerExport.ReadAsync(file, CancellationToken.None).CountAsync());

        Assert.Contains("Line 3", failure.Message);
    }

    [TestMethod]
    public async Task Write_ATamperedRecordWithALineBreak_IsRefused()
    {
        // Written out it would read as two lines, the second of the attacker's making.
        var forged = LedgerChain.Next(LedgerHead.Empty, "{}\n{}"u8.ToArray());

        _ = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Chains.Export([forged]));
    }

    private sealed class EndlessStream : Stream
    {
        public long Served { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'x');
            Served += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
