using CsCheck;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class GlobTests
{
    [TestMethod]
    [DataRow("main", "main", true)]
    [DataRow("main", "Main", false)]
    [DataRow("main", "main2", false)]
    [DataRow("release/*", "release/1", true)]
    [DataRow("release/*", "release/", true)]
    [DataRow("release/*", "release/1/2", false)]
    [DataRow("cursor/**", "cursor/a/b", true)]
    [DataRow("cursor/**", "cursor", false)]
    [DataRow("**/*.pem", "a.pem", true)]
    [DataRow("**/*.pem", "x/y/a.pem", true)]
    [DataRow("**/.env", ".env", true)]
    [DataRow("**/.env", "x/.env", true)]
    [DataRow("**/.env", "x.env", false)]
    [DataRow("a/**/b", "a/b", true)]
    [DataRow("a/**/b", "a/x/y/b", true)]
    [DataRow("a/**/b", "axb", false)]
    [DataRow("?", "/", false)]
    [DataRow("a?c", "abc", true)]
    [DataRow("**", "", true)]
    [DataRow("*", "", true)]
    [DataRow("a**b", "a/x/b", true)]
    public void IsMatch_KnownPairs_MatchAsDocumented(string pattern, string text, bool expected) =>
        Assert.AreEqual(expected, Glob.Compile(pattern).IsMatch(text));

    [TestMethod]
    [DataRow("ACME", "acme", true)]
    [DataRow("é", "É", true)]
    [DataRow("i", "ı", false)]
    [DataRow("k", "\u212a", false)]
    public void IsMatch_IgnoringCase_FoldsSimpleCaseOnly(string pattern, string text, bool expected) =>
        Assert.AreEqual(expected, Glob.Compile(pattern, ignoreCase: true).IsMatch(text));

    [TestMethod]
    public void IsMatch_AnyPatternAndText_AgreesWithTheReference()
    {
        var patterns = Policies.AnyOf("a", "B", "/", "*", "**", "**/", "?", "b").Array[1, 8].Select(string.Concat);
        var texts = Policies.AnyOf("a", "b", "A", "/", "c").Array[0, 10].Select(string.Concat);
        Gen.Select(patterns, texts, Gen.Bool).Sample(
            (pattern, text, fold) => Glob.Compile(pattern, fold).IsMatch(text) == Reference(Fold(pattern, fold), 0, Fold(text, fold), 0),
            iter: 20_000);
    }

    [TestMethod]
    public void IsMatch_HostilePattern_TakesStepsLinearInPatternTimesText()
    {
        // Backtracking would need some 4,000 choose 125 steps; a table needs half a million and ends at once.
        var pattern = string.Concat(Enumerable.Repeat("*a", 125)) + "b";
        Assert.IsFalse(Glob.Compile(pattern).IsMatch(new string('a', 4_000)));
        Assert.IsFalse(Glob.Compile(string.Concat(Enumerable.Repeat("**/", 80)) + "b").IsMatch(string.Concat(Enumerable.Repeat("a/", 2_000))));
    }

    private static string Fold(string text, bool fold) => fold ? text.ToUpperInvariant() : text;

    /// <summary>The meaning, written down as directly as possible: try every way.</summary>
    private static bool Reference(string pattern, int i, string text, int j)
    {
        if (i == pattern.Length)
        {
            return j == text.Length;
        }

        var rest = pattern.AsSpan(i);
        if (rest.StartsWith("**/") && (i == 0 || pattern[i - 1] == '/'))
        {
            return Reference(pattern, i + 3, text, j)
                || Enumerable.Range(j, text.Length - j).Any(k => text[k] == '/' && Reference(pattern, i + 3, text, k + 1));
        }

        if (rest.StartsWith("**"))
        {
            return Enumerable.Range(j, text.Length - j + 1).Any(k => Reference(pattern, i + 2, text, k));
        }

        if (pattern[i] == '*')
        {
            return Enumerable.Range(j, text.Length - j + 1).TakeWhile(k => k == j || text[k - 1] != '/').Any(k => Reference(pattern, i + 1, text, k));
        }

        return j < text.Length && (pattern[i] == '?' ? text[j] != '/' : pattern[i] == text[j]) && Reference(pattern, i + 1, text, j + 1);
    }
}
