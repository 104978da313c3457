using System.Buffers;
using System.Text;
using CsCheck;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

[TestClass]
public sealed class PktLineReaderTests
{
    [TestMethod]
    [DataRow("0", GitFailureKind.Truncated, DisplayName = "one digit")]
    [DataRow("000", GitFailureKind.Truncated, DisplayName = "three digits")]
    [DataRow("0005", GitFailureKind.Truncated, DisplayName = "no payload")]
    [DataRow("000aabcde", GitFailureKind.Truncated, DisplayName = "payload one short")]
    [DataRow("0001", GitFailureKind.Malformed, DisplayName = "delimiter not allowed")]
    [DataRow("0002", GitFailureKind.Malformed, DisplayName = "response end not allowed")]
    [DataRow("0003", GitFailureKind.Malformed, DisplayName = "0003 is never allowed")]
    [DataRow("fff1", GitFailureKind.Malformed, DisplayName = "one above the longest")]
    [DataRow("ffff", GitFailureKind.Malformed, DisplayName = "longest number")]
    [DataRow("00g0", GitFailureKind.Malformed, DisplayName = "not hex")]
    [DataRow("-001", GitFailureKind.Malformed, DisplayName = "sign")]
    [DataRow(" 005a", GitFailureKind.Malformed, DisplayName = "space")]
    [DataRow("0x05a", GitFailureKind.Malformed, DisplayName = "prefix")]
    [DataRow("PACK", GitFailureKind.Malformed, DisplayName = "pack before the flush")]
    [DataRow("+00a", GitFailureKind.Malformed, DisplayName = "plus")]
    [DataRow("\u00e0005", GitFailureKind.Malformed, DisplayName = "high byte")]
    public async Task Read_BadBytes_FailsAndStaysFailed(string bytes, GitFailureKind kind)
    {
        var reader = new PktLineReader(Wire.Pipe(Wire.Bytes(bytes)));

        var first = await reader.ReadAsync(CancellationToken.None);
        var second = await reader.ReadAsync(CancellationToken.None);

        Assert.AreEqual(PktLineKind.Failed, first.Kind);
        Assert.AreEqual(kind, first.Failure!.Kind);
        Assert.AreEqual(first.Failure, second.Failure);
        Assert.AreEqual(0, reader.Consumed);
    }

    [TestMethod]
    [DataRow("0001", PktLineSpecials.Delimiter, PktLineKind.Delimiter)]
    [DataRow("0002", PktLineSpecials.ResponseEnd, PktLineKind.ResponseEnd)]
    [DataRow("0001", PktLineSpecials.ResponseEnd, PktLineKind.Failed)]
    [DataRow("0002", PktLineSpecials.Delimiter, PktLineKind.Failed)]
    [DataRow("0003", PktLineSpecials.Delimiter | PktLineSpecials.ResponseEnd, PktLineKind.Failed)]
    [DataRow("0000", PktLineSpecials.None, PktLineKind.Flush)]
    [DataRow("0004", PktLineSpecials.None, PktLineKind.Data)]
    [DataRow("", PktLineSpecials.None, PktLineKind.End)]
    public async Task Read_SpecialPacket_OnlyWhereAllowed(string bytes, PktLineSpecials allowed, PktLineKind kind)
    {
        var packet = await new PktLineReader(Wire.Pipe(Wire.Bytes(bytes)), allowed).ReadAsync(CancellationToken.None);

        Assert.AreEqual(kind, packet.Kind);
        Assert.AreEqual(0, packet.Payload.Length);
    }

    [TestMethod]
    [DataRow("000Aabcdef", "abcdef", DisplayName = "upper-case digit")]
    [DataRow("000aabcdef", "abcdef", DisplayName = "lower-case digit")]
    [DataRow("0008abc\n", "abc", DisplayName = "line feed taken off")]
    [DataRow("0008ab\n\n", "ab\n", DisplayName = "one line feed only")]
    public async Task Read_Data_GivesTheLine(string bytes, string line)
    {
        var packet = await new PktLineReader(Wire.Pipe(Wire.Bytes(bytes))).ReadAsync(CancellationToken.None);

        Assert.AreEqual(line, Wire.Text(packet.Line));
    }

    [TestMethod]
    public async Task Read_LongestPacket_IsRead()
    {
        var payload = new string('x', PktLine.MaxPayload);

        var packet = await new PktLineReader(Wire.Pipe(Wire.Packets(payload), 1000)).ReadAsync(CancellationToken.None);

        Assert.AreEqual(payload, Wire.Text(packet.Payload.Span));
    }

    [TestMethod]
    public async Task Read_ToTheFlush_LeavesTheRestUntouched()
    {
        var pipe = Wire.Pipe([.. Wire.Packets("a", Wire.Flush), .. Wire.Bytes(Wire.Pack)], 3, 7);
        var reader = new PktLineReader(pipe);
        await reader.ReadAsync(CancellationToken.None);

        Assert.AreEqual(PktLineKind.Flush, (await reader.ReadAsync(CancellationToken.None)).Kind);
        CollectionAssert.AreEqual(Wire.Bytes(Wire.Pack), await Wire.RestAsync(pipe));
    }

    [TestMethod]
    [DataRow(9, PktLineKind.Flush)]
    [DataRow(8, PktLineKind.Failed)]
    public async Task Read_ByteLimit_CountsEveryPacket(int limit, PktLineKind second)
    {
        var reader = new PktLineReader(Wire.Pipe(Wire.Packets("a", Wire.Flush)), maxBytes: limit);
        await reader.ReadAsync(CancellationToken.None);

        var packet = await reader.ReadAsync(CancellationToken.None);

        Assert.AreEqual(second, packet.Kind);
        Assert.AreEqual(second == PktLineKind.Failed ? GitFailureKind.TooLarge : null, packet.Failure?.Kind);
    }

    [TestMethod]
    public async Task Read_CancelledPendingRead_ThrowsAndKeepsTheBytes()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        pipe.Reader.CancelPendingRead();

        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => new PktLineReader(pipe.Reader).ReadAsync(CancellationToken.None).AsTask());
    }

    [TestMethod]
    public void Read_RoundTrip_SameForEverySplit() =>
        Gen.Select(Gen.Byte.Array[0, 300].Array[0, 12], Gen.Int[1, 40].Array[1, 8]).Sample((payloads, pieces) =>
        {
            var bytes = new ArrayBufferWriter<byte>();
            Array.ForEach(payloads, payload => PktLineWriter.WriteData(bytes, payload));
            var reader = new PktLineReader(Wire.Pipe(bytes.WrittenSpan.ToArray(), pieces));
            foreach (var payload in payloads)
            {
                var packet = Wire.Now(reader.ReadAsync(CancellationToken.None));
                if (packet.Kind != PktLineKind.Data || !packet.Payload.Span.SequenceEqual(payload))
                {
                    return false;
                }
            }

            return Wire.Now(reader.ReadAsync(CancellationToken.None)).Kind == PktLineKind.End;
        });

    [TestMethod]
    public void Read_RandomBytes_NeverThrow() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 9].Array[1, 4]).Sample((bytes, pieces) =>
        {
            var reader = new PktLineReader(Wire.Pipe(bytes, pieces), PktLineSpecials.Delimiter);
            PktLine packet;
            do
            {
                packet = Wire.Now(reader.ReadAsync(CancellationToken.None));
            }
            while (packet.Kind is not (PktLineKind.End or PktLineKind.Failed));

            return packet.Kind == PktLineKind.End ? reader.Consumed == bytes.Length : packet.Failure is not null;
        });

    [TestMethod]
    public void WriteData_TooLong_IsABug() => Assert.ThrowsExactly<ArgumentException>(() =>
        PktLineWriter.WriteData(new ArrayBufferWriter<byte>(), new byte[PktLine.MaxPayload + 1]));

    [TestMethod]
    public void WriteSideBand_LongBytes_AreCutIntoPacketsOfTheBand()
    {
        var output = new ArrayBufferWriter<byte>();

        PktLineWriter.WriteSideBand(output, 1, new byte[70_000]);

        Assert.AreEqual("fff0\u0001", Encoding.ASCII.GetString(output.WrittenSpan[..5]));
        Assert.AreEqual(70_000 + 10, output.WrittenCount);
    }

    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("two\nlines\r\n", "two lines")]
    [DataRow("\u001b[31mred\u001b[0m", "[31mred [0m", DisplayName = "terminal escape")]
    [DataRow("a\u202egnp.exe", "a gnp.exe", DisplayName = "right-to-left override")]
    [DataRow("a\u0085b\u2028c\u0007", "a b c", DisplayName = "C1, line separator, bell")]
    [DataRow("äöü", "äöü")]
    [DataRow("", "")]
    public void OneLine_HostileText_CannotTouchTheTerminal(string text, string expected) =>
        Assert.AreEqual(expected, GitText.OneLine(text, 100));

    [TestMethod]
    public void OneLine_Limit_IsInBytesAndNeverCutsACharacter() => Assert.AreEqual("ää", GitText.OneLine("äää", 5));
}
