using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class StreamMaskerTests
{
    private const string Yaml = """
        version: 1
        rules:
          - id: short
            description: d
            tier: identified
            anchors: ['tok_']
            regex: 'tok_[A-Za-z0-9]{20,40}'
            before: '[^A-Za-z0-9]'
            keep: 4
            examples: [{ text: 'tok_aaaaaaaaaaaaaaaaaaaaaaaa', secret: 'tok_aaaaaaaaaaaaaaaaaaaaaaaa' }]
          - id: long
            description: d
            tier: identified
            anchors: ['sgn_']
            regex: 'sgn_[A-Za-z0-9.]{20,}'
            unbounded: true
            keep: 4
            examples: [{ text: 'sgn_aaaaaaaaaaaaaaaaaaaaaaaa', secret: 'sgn_aaaaaaaaaaaaaaaaaaaaaaaa' }]
        """;

    private const string Secret = "tok_h7Gf2kQ9zX4cV1bN8mL5pR3t";
    private static readonly MaskRules Rules = Masked.Rules(Yaml);

    [TestMethod]
    public void Secret_BehindAJsonEscape_IsMasked() => Assert.DoesNotContain(Secret, Masked.Whole(Rules, "{\"a\":\"x\\n" + Secret + "\"}"));

    [TestMethod]
    public void Secret_GluedToALetter_IsNone() => Assert.Contains(Secret, Masked.Whole(Rules, "n" + Secret));

    [TestMethod]
    public void Secret_WithoutABound_IsMaskedToItsEnd()
    {
        var text = "a sgn_" + string.Concat(Enumerable.Repeat("h7Gf2.", 30_000)) + " b";
        var masked = Masked.Whole(Rules, text);
        Assert.AreEqual(text.Length, masked.Length);
        Assert.DoesNotContain("h7Gf2", masked);
        Assert.EndsWith("* b", masked);
        Assert.AreEqual(masked, Masked.Chunks(Rules, null, [.. Encoding.ASCII.GetBytes(text).Chunk(777)]).Text);
    }

    [TestMethod]
    public void Findings_OfManySecrets_AreReadChunkByChunkAndForgotten()
    {
        const int Many = 12_000;
        using var masker = new StreamMasker(Rules, Masked.Key);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var read = 0;
        foreach (var chunk in Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{Secret}\n", Many))).Chunk(9_999))
        {
            masker.Push(chunk, end: false, output);
            for (; read < masker.Findings.Count; read++)
            {
                Assert.AreEqual(read + 1, masker.Findings[read].Line);
            }
        }

        masker.Push([], end: true, output);
        Assert.AreEqual(Many, masker.Findings.Count);
        Assert.IsLessThan(10_500, masker.Findings.Where(static finding => finding.RuleId == "short").Count());
        Assert.ThrowsExactly<InvalidOperationException>(() => masker.Findings[10_000]);
    }

    [TestMethod]
    public void Bytes_ThatAreNoText_PassUnharmed()
    {
        var text = new string([.. Enumerable.Range(0, 100_000).Select(static i => (char)(i * 31 % 256))]);
        Assert.AreEqual(text, Masked.Whole(Rules, text));
    }

    [TestMethod]
    public void Mask_IsRecognisedByItsKeyAlone()
    {
        var masked = Encoding.ASCII.GetBytes(Masked.Whole(Rules, Secret));
        Assert.AreNotEqual(-1, Masked.Root.FindMark(masked));
        Assert.AreEqual(-1, MaskRoot.Create().FindMark(masked));
        Assert.AreEqual(-1, Masked.Root.FindMark("/**** header ****/ **bold** a ** b"u8));
    }

    [TestMethod]
    public void Finding_SaysLineAndColumn_NotTheSecret()
    {
        var findings = Masked.Chunks(Rules, null, Encoding.ASCII.GetBytes("one\ntwo " + Secret + "\n")).Findings;
        Assert.Contains("Line = 2, Column = 5", findings);
        Assert.DoesNotContain(Secret[4..], findings);
    }

    [TestMethod]
    [DataRow("a: h7Gf2kQ9zX4cV1bN!8mL+5pR3t/", "plain")]
    [DataRow("aDdHZjJrUTl6WDRjVjFiTiE4bUwrNXBSM3Qv", "base64")]
    [DataRow("683747663 no 68374766326B51397A5834635631624E21386D4C2B357052337 68374766326b51397a5834635631624e21386d4c2b35705233742f", "hex")]
    [DataRow("h7Gf2kQ9zX4cV1bN%218mL%2B5pR3t%2F", "URL")]
    [DataRow("h7Gf2kQ9zX4cV1bN!8mL\\u002B5pR3t/", "JSON")]
    public void KnownSecret_InAnyEncoding_IsMasked(string text, string encoding)
    {
        var time = new FakeTimeProvider();
        var known = new KnownSecrets(time);
        Assert.IsTrue(known.TryAdd("h7Gf2kQ9zX4cV1bN!8mL+5pR3t/", time.GetUtcNow().AddHours(1)));
        Assert.AreNotEqual(text, Masked.Whole(Rules, text, known), encoding);
        time.Advance(TimeSpan.FromHours(2));
        Assert.AreEqual(text, Masked.Whole(Rules, text, known));
    }

    [TestMethod]
    [DataRow("true")]
    [DataRow("aaaaaaaaaaaaaaaaaaaa")]
    [DataRow("payments-api")]
    [DataRow("acme/payments-api", DisplayName = "attack: a repository's name stored as a secret would be masked for everybody")]
    [DataRow("api.payments.internal.example.com")]
    public void KnownSecret_TooPlain_IsNotAccepted(string value) =>
        Assert.IsFalse(new KnownSecrets(new FakeTimeProvider()).TryAdd(value, DateTimeOffset.MaxValue));

    [TestMethod]
    [DataRow("correct-horse-battery-staple")]
    [DataRow("Kestrel-umbra-Opal-mist")]
    [DataRow("payments-api-7x")]
    public void KnownSecret_Passphrase_IsAccepted(string value) =>
        Assert.IsTrue(new KnownSecrets(new FakeTimeProvider()).TryAdd(value, DateTimeOffset.MaxValue));

    [TestMethod]
    [DataRow("(tok_a{1,90}){1,90}", "catastrophic: bound")]
    [DataRow("(tok_a+)+", "catastrophic: nested")]
    [DataRow("tok_(?=a)", "look-around")]
    [DataRow(@"tok_(a)\\1", "back reference")]
    [DataRow("tok_a*", "unbounded unmarked")]
    [DataRow("(tok_)?[a-z]{9}", "a match without its anchor")]
    public void Pattern_OutsideTheSubset_IsRefusedWithItsPlace(string pattern, string why)
    {
        var compiled = MaskRules.Compile($"version: 1\nrules:\n  - {{ id: x, description: d, tier: identified, anchors: ['tok_'], regex: '{pattern.Replace(@"\\", @"\")}', examples: [] }}\n");
        Assert.IsNull(compiled.Rules, why);
        Assert.IsTrue(compiled.Problems.All(static problem => problem.Line == 3 && problem.Column > 1));
    }
}
