using System.Text;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class DefaultRulesTests
{
    [TestMethod]
    public void Rules_AreReadWithoutAProblem() => Assert.IsGreaterThan(250, MaskRules.Default.Count);

    [TestMethod]
    public void Example_OfEachRule_MasksExactlyItsSecret()
    {
        var wrong = new List<string>();
        foreach (var rule in MaskRules.Default.Rules)
        {
            var alone = new MaskRules([rule]);
            foreach (var (text, secret) in rule.Examples)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                var latin = Encoding.Latin1.GetString(bytes);
                var hidden = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(secret));
                var masked = Masked.Chunks(alone, null, bytes).Text;
                var at = latin.IndexOf(hidden, StringComparison.Ordinal);
                var good = at >= 0 && masked.Length == latin.Length && masked[..at] == latin[..at] && masked[(at + hidden.Length)..] == latin[(at + hidden.Length)..]
                    && masked[at..(at + hidden.Length)] != hidden && masked.Contains('*');
                if (!good)
                {
                    wrong.Add($"{rule.Id}: {text} -> {masked}");
                }
            }

            wrong.AddRange(rule.Negatives.Where(text => Masked.Chunks(alone, null, Encoding.UTF8.GetBytes(text)).Findings.Length > 0).Select(text => $"{rule.Id}: negative {text}"));
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void Example_SplitAnywhere_GivesTheSame()
    {
        foreach (var text in MaskRules.Default.Rules.Select(static rule => Encoding.UTF8.GetBytes(rule.Examples[0].Text)))
        {
            var whole = Masked.Chunks(MaskRules.Default, null, text);
            Assert.AreEqual(whole, Masked.Chunks(MaskRules.Default, null, [.. text.Select(static value => new[] { value })]));
            for (var at = 1; at < text.Length; at++)
            {
                Assert.AreEqual(whole, Masked.Chunks(MaskRules.Default, null, text[..at], text[at..]));
            }
        }
    }
}
