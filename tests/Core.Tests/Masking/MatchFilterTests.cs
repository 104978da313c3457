using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Patterns;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class MatchFilterTests
{
    private static readonly string[] Patterns =
        ["ab{2,5}c?d", "(?:abc|ab|b){1,3}d", "a[ab]{3,70}c", "a[a-d]{0,9}?dc", "(?:abc|bca|cab|dab|dd|bb)[a-c]{1,3}d", "b(?:a|bc)?[cd]{2}a{2,4}", "d[ab]{1,100}(?:c|dd)"];

    [TestMethod]
    public void MayMatch_OfAnyRange_IsTrueWhereOneBegins()
    {
        var denied = 0;
        var letter = Gen.Char['a', 'd'];
        Gen.Select(Gen.Int[0, Patterns.Length - 1], Gen.String[letter, 0, 150], Gen.Int[0, 150], Gen.Int[0, 40], Gen.Int[0, 150], Gen.Bool).Sample((pattern, text, first, length, cut, edges) =>
        {
            var before = edges ? PatternParser.ParseClass("[ab]", ignoreCase: false) : null;
            var after = edges ? PatternParser.ParseClass("[cd]", ignoreCase: false) : null;
            var regex = new Regex($@"\G(?:{Patterns[pattern]}){(edges ? @"(?=[cd]|\z)" : "")}", RegexOptions.CultureInvariant);
            var filter = MatchProgram.Compile(PatternParser.Parse(Patterns[pattern], ignoreCase: false, unbounded: false), null, after).Filter;
            var bytes = Encoding.ASCII.GetBytes(text);
            var last = first + length;
            bool Begins(int at) => (!edges || at == 0 || text[at - 1] is 'a' or 'b') && regex.IsMatch(text, at);
            bool AnyBegins(int end) => Enumerable.Range(first, length + 1).Any(at => at < end && Begins(at));
            var whole = filter.MayMatch(bytes, first, last, before, end: true);
            Assert.IsTrue(whole || !AnyBegins(text.Length), "of the whole text");
            cut = Math.Min(cut, text.Length);
            Assert.IsTrue(filter.MayMatch(bytes.AsSpan(0, cut), first, last, before, end: false) || !AnyBegins(cut), "of its beginning");
            _ = whole || first >= text.Length ? denied : Interlocked.Increment(ref denied);
        });
        Assert.IsGreaterThan(0, denied, "It denies nothing.");
    }
}
