using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Tests.Audit;

[TestClass]
public sealed class LedgerChainTests
{
    [TestMethod]
    public void Hash_OfARecord_IsSha256OverSequencePreviousHashAndPayload()
    {
        var payload = Encoding.UTF8.GetBytes("{}");
        byte[] hashed = [0, 0, 0, 0, 0, 0, 1, 2, .. Enumerable.Repeat((byte)0xab, 32), .. payload];

        var hash = LedgerChain.Hash(258, string.Concat(Enumerable.Repeat("ab", 32)), payload);

        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(hashed)), hash);
    }

    [TestMethod]
    public async Task Verify_AnUntouchedChain_IsIntactAndNamesItsHead()
    {
        var records = Chains.Of(20);

        var result = await Chains.Verify(records);

        Assert.IsTrue(result.IsIntact);
        Assert.AreEqual(Chains.Head(records[^1]), result.Head);
    }

    [TestMethod]
    public async Task Verify_AnEmptyLedger_IsIntact() => Assert.AreEqual(new LedgerVerification(LedgerHead.Empty, null), await Chains.Verify([]));

    [TestMethod]
    public async Task Verify_AnySingleByteOfAPayloadChanged_NamesThatRecord()
    {
        var records = Chains.Of(3);
        for (var i = 0; i < records[1].Payload.Length; i++)
        {
            var payload = records[1].Payload.ToArray();
            payload[i] ^= 1;

            var result = await Chains.Verify([records[0], records[1] with { Payload = payload }, records[2]]);

            Assert.AreEqual((2L, LedgerFault.Altered), (result.Problem!.Sequence, result.Problem.Fault));
            Assert.AreEqual(1, result.Head.Sequence);
        }
    }

    [TestMethod]
    public async Task Verify_ARecordRewrittenWithItsOwnHash_BreaksTheLinkOfTheNext()
    {
        var records = Chains.Of(3);
        var forged = LedgerChain.Next(Chains.Head(records[0]), "{}"u8.ToArray());

        var result = await Chains.Verify([records[0], forged, records[2]]);

        Assert.AreEqual((3L, LedgerFault.BrokenLink), (result.Problem!.Sequence, result.Problem.Fault));
    }

    [TestMethod]
    [DataRow("1 3", 2, LedgerFault.Gap, DisplayName = "Removed from the middle")]
    [DataRow("2 3", 1, LedgerFault.Gap, DisplayName = "Removed from the start")]
    [DataRow("1 3 2", 2, LedgerFault.Gap, DisplayName = "Swapped")]
    [DataRow("1 2 2 3", 2, LedgerFault.OutOfOrder, DisplayName = "Doubled")]
    [DataRow("1 2 1", 1, LedgerFault.OutOfOrder, DisplayName = "Replayed")]
    public async Task Verify_RecordsMoved_NamesTheFirstBadOne(string order, long sequence, LedgerFault fault)
    {
        var records = Chains.Of(3);

        var result = await Chains.Verify(order.Split(' ').Select(number => records[number[0] - '1']));

        Assert.AreEqual((sequence, fault), (result.Problem!.Sequence, result.Problem.Fault));
    }

    [TestMethod]
    public async Task Verify_SequenceOrHashChanged_IsFound()
    {
        var records = Chains.Of(2);

        Assert.AreEqual(LedgerFault.Gap, (await Chains.Verify([records[0] with { Sequence = 2 }])).Problem!.Fault);
        Assert.AreEqual(LedgerFault.BrokenLink, (await Chains.Verify([records[0] with { PreviousHash = records[1].Hash }])).Problem!.Fault);
        Assert.AreEqual(LedgerFault.Altered, (await Chains.Verify([records[0] with { Hash = records[0].Hash.ToUpperInvariant() }])).Problem!.Fault);
    }

    [TestMethod]
    public async Task Verify_RecordsCutFromTheEnd_ShowsOnlyAgainstAnAnchor()
    {
        var records = Chains.Of(5);
        var anchor = Chains.Head(records[^1]);

        Assert.IsTrue((await Chains.Verify(records.Take(3))).IsIntact);
        var result = await Chains.Verify(records.Take(3), anchor);

        Assert.AreEqual((4L, LedgerFault.Truncated), (result.Problem!.Sequence, result.Problem.Fault));
    }

    [TestMethod]
    public async Task Verify_AWholeNewChain_ShowsAgainstAnAnchorFromTheOldOne()
    {
        var old = Chains.Head(Chains.Of(3)[1]);
        var forged = new List<LedgerRecord> { LedgerChain.Next(LedgerHead.Empty, "{}"u8.ToArray()) };
        forged.Add(LedgerChain.Next(Chains.Head(forged[0]), "{}"u8.ToArray()));
        forged.Add(LedgerChain.Next(Chains.Head(forged[1]), "{}"u8.ToArray()));

        Assert.IsTrue((await Chains.Verify(forged)).IsIntact);
        var result = await Chains.Verify(forged, old);

        Assert.AreEqual((2L, LedgerFault.AnchorMismatch), (result.Problem!.Sequence, result.Problem.Fault));
    }

    [TestMethod]
    public async Task Verify_ALedgerGrownSinceTheAnchor_IsIntact()
    {
        var records = Chains.Of(5);

        Assert.IsTrue((await Chains.Verify(records, Chains.Head(records[2]))).IsIntact);
    }

    [TestMethod]
    public async Task Verify_AnAnchorOfRecordZeroThatIsNotZeros_IsNotTakenForAProof() =>
        Assert.AreEqual(LedgerFault.AnchorMismatch, (await Chains.Verify(Chains.Of(1), new LedgerHead(0, new string('a', 64)))).Problem!.Fault);

    [TestMethod]
    public void Next_APayloadOverTheLimit_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => LedgerChain.Next(LedgerHead.Empty, new byte[LedgerChain.MaxPayloadBytes + 1]));

    [TestMethod]
    public void LedgerHead_ItsText_ParsesBack()
    {
        var head = Chains.Head(Chains.Of(1)[0]);

        Assert.IsTrue(LedgerHead.TryParse(head.ToString(), out var parsed));
        Assert.AreEqual(head, parsed);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("1")]
    [DataRow("1:ab")]
    [DataRow("-1:0000000000000000000000000000000000000000000000000000000000000000")]
    [DataRow("1:000000000000000000000000000000000000000000000000000000000000000G")]
    [DataRow("1:00000000000000000000000000000000000000000000000000000000000000AA")]
    [DataRow("1:0000000000000000000000000000000000000000000000000000000000000000:")]
    public void LedgerHead_OtherText_IsRefused(string? text) => Assert.IsFalse(LedgerHead.TryParse(text, out _));
}
