using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class SettingsTests
{
    private const string Token = "ghp_Zk3vQ8LmX2rT9wYb5NcJ7hFd1GsPa4Ue6KiO";

    [TestMethod]
    [DataRow("ACME-[0-9]{8}", "id ACME-12345678 x", "id **", " x")]
    [DataRow(@"\bacme_[a-z0-9]+\b", "id acme_12345678 x", "id **", " x")]
    [DataRow("(?i)employee: *(?<value>[0-9]{6})", "EMPLOYEE:  123456 x", "EMPLOYEE:  ******", " x")]
    [DataRow("(?:red|blue)-team-[a-z]{3}", "go blue-team-abc x", "go **", " x")]
    [DataRow("corp[a-z]*", "id corpaaaaaaaaaaaaaaaaaaaaaa", "id ****", "")]
    public void Pattern_OfThePolicy_Masks(string pattern, string text, string begins, string ends)
    {
        var rules = Compile(new() { Custom = [new("own", pattern)] });
        var (masked, findings) = Mask(rules, text);
        Assert.StartsWith(begins, masked);
        Assert.EndsWith(ends, masked);
        Assert.HasCount(text.Length, masked);
        Assert.AreEqual("own", findings.Single().RuleId);
    }

    [TestMethod]
    public void Pattern_WithoutAnEnd_IsMaskedToItsEnd()
    {
        var (masked, _) = Mask(Compile(new() { Custom = [new("own", "corp-[a-z]+")] }), "corp-" + new string('a', 5000) + " b");
        Assert.DoesNotContain("aa", masked);
    }

    [TestMethod]
    [DataRow("[a-z]{8}", "literal")]
    [DataRow("(acme|[0-9]{4})x", "literal")]
    [DataRow("acme(?=x)", "")]
    [DataRow(@"acme(.)\1", "")]
    [DataRow("acme(a+)+", "bound")]
    [DataRow("(acme.{1,500}){1,500}", "4096")]
    public void Pattern_ThatIsNotLinearOrHasNoLiteral_IsRefused(string pattern, string why)
    {
        var compiled = MaskRules.For(new() { Custom = [new("own", pattern)] });
        Assert.IsNull(compiled.Rules);
        Assert.AreEqual("custom[0].pattern", compiled.Problems.Single().Path);
        Assert.Contains(why, compiled.Problems.Single().Message);
    }

    [TestMethod]
    public void Action_Audit_FindsAndLeaves()
    {
        var (masked, findings) = Mask(Compile(new() { Action = MaskAction.Audit }), Token);
        Assert.AreEqual(Token, masked);
        Assert.AreEqual(MaskAction.Audit, findings.Single().Action);
    }

    [TestMethod]
    public void Action_OfOneRule_BlocksAndWritesNothingOfIt()
    {
        var rules = Compile(new() { Actions = MaskingSettings.Default.Actions.Add("github-personal-access-token", MaskAction.Block) });
        using var masker = new StreamMasker(rules, Masked.Key);
        var output = new ArrayBufferWriter<byte>();
        masker.Push(Encoding.ASCII.GetBytes("before " + Token + " after"), end: false, output);
        Assert.AreEqual("github-personal-access-token", masker.BlockedBy, string.Join(' ', masker.Findings) + Encoding.ASCII.GetString(output.WrittenSpan));
        Assert.DoesNotContain("ghp_", Encoding.ASCII.GetString(output.WrittenSpan));
        Assert.ThrowsExactly<InvalidOperationException>(() => masker.Push([], end: true, output));
    }

    public static IEnumerable<object[]> Allowed() =>
    [
        [new AllowedText { Text = Token }, true],
        [new AllowedText { Text = Token[..^1] }, false],
        [new AllowedText { Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Token))) }, true],
        [new AllowedText { Glob = "ghp_Zk3*" }, true],
        [new AllowedText { Glob = "ghp_Zk?" }, false],
        [new AllowedText { Rule = "github-personal-access-token", Glob = "*KiO" }, true],
        [new AllowedText { Rule = "stripe-key", Glob = "*KiO" }, false],
    ];

    [TestMethod]
    [DynamicData(nameof(Allowed))]
    public void Value_ThatThePolicyAllows_Passes(AllowedText entry, bool passes) =>
        Assert.AreEqual(passes, Mask(Compile(new() { Allow = [entry] }), Token).Text == Token);

    private static MaskRules Compile(MaskingSettings settings)
    {
        var compiled = MaskRules.For(settings);
        return compiled.Rules ?? throw new InvalidOperationException(string.Join('\n', compiled.Problems));
    }

    private static (string Text, IReadOnlyList<MaskFinding> Findings) Mask(MaskRules rules, string text)
    {
        using var masker = new StreamMasker(rules, Masked.Key);
        var output = new ArrayBufferWriter<byte>();
        masker.Push(Encoding.UTF8.GetBytes(text), end: true, output);
        return (Encoding.UTF8.GetString(output.WrittenSpan), masker.Findings);
    }
}
