using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Vaults;
using CursorBroker.Core.Writes;

namespace CursorBroker.Core.Tests.Writes;

[TestClass]
public sealed class PlaceholderScanTests
{
    private const string Placeholder = "{{vault:kv-payments-dev/db-password}}";

    private static readonly WriteScanner Scanner = new(new SecretScanner(MaskRules.Default, MaskRoot.Create()));

    [TestMethod]
    public void Placeholder_CutAnywhere_IsFoundOnItsLine()
    {
        var content = Encoding.UTF8.GetBytes($"one\ntwo\n  password: {Placeholder}\nfour\n");
        for (var cut = 0; cut <= content.Length; cut++)
        {
            using var scan = Scanner.Begin();
            scan.Push(content.AsSpan(0, cut), end: false);
            scan.Push(content.AsSpan(cut), end: true);
            var found = scan.Verdict.Masks.Single();
            Assert.AreEqual((true, 3, 8 + "  password: ".Length, Placeholder.Length), (found.IsPlaceholder, found.Line, (int)found.Offset, found.Length), $"cut at {cut}");
        }
    }

    [TestMethod]
    public void Placeholders_FarApart_AreFoundByTheirLines()
    {
        var far = new string('x', 100_000) + "\n";
        var lines = Scanner.Scan(Encoding.UTF8.GetBytes($"{Placeholder}\n{far}{far}{Placeholder}{Placeholder}")).Masks.Select(static found => found.Line).ToArray();
        CollectionAssert.AreEqual(new[] { 1, 4, 4 }, lines);
    }

    [TestMethod]
    public void Placeholder_IsNoSecretThatIsAdded() => Assert.IsEmpty(Scanner.Scan(Encoding.UTF8.GetBytes(Placeholder)).AddedTo());

    [TestMethod]
    [DataRow("{{vault:kv-payments-dev}}")]
    [DataRow("{{ vault:kv-payments-dev/db }}")]
    [DataRow("{{vault:kv_payments/db}}")]
    [DataRow("{{vault:kv-payments-dev/db.password}}")]
    [DataRow("{{vault:kv-payments-dev/db/1}}")]
    [DataRow("{{vault:kv-payments-dev/db}")]
    [DataRow("{{ .Values.vault }}")]
    public void TextLikeOne_IsNone(string text)
    {
        Assert.IsFalse(Placeholders.TryParse(text, out _));
        Assert.IsTrue(Scanner.Scan(Encoding.UTF8.GetBytes(text)).Masks.FirstOrDefault() is null);
    }

    [TestMethod]
    public void Message_SaysWhereAndWhatToDo() =>
        Assert.StartsWith("deploy/app.yaml:3: this is a placeholder of a vault's secret", WrittenMask.Message("deploy/app.yaml", 3, isPlaceholder: true));
}
