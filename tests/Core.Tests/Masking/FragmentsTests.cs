using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class FragmentsTests
{
    private const string Secret = "tok_h7Gf2kQ9zX4cV1bN8mL5pR3t";

    [TestMethod]
    public void Pattern_WithAFragment_FindsWhatTheFragmentSays()
    {
        var masked = Masked.Whole(Masked.Rules(File("  letters: '[A-Za-z0-9]'", "tok_{{letters}}{20,40}")), "a " + Secret + "-b");
        Assert.DoesNotContain(Secret, masked);
        Assert.EndsWith("-b", masked);
    }

    [TestMethod]
    public void Fragment_OfAlternatives_StaysOneUnit() =>
        Assert.AreEqual("tok_ab", Masked.Whole(Masked.Rules(File("  either: 'x{20}|y{20}'", "tok_{{either}}")), "tok_ab"));

    [TestMethod]
    public void Fragment_OfOneAbove_IsAccepted() =>
        Assert.DoesNotContain(Secret, Masked.Whole(Masked.Rules(File("  one: '[A-Za-z0-9]'\n  many: '{{one}}{20,40}'", "tok_{{many}}")), Secret));

    [TestMethod]
    public void Fragment_ThatMayBeEmpty_IsAccepted() =>
        Assert.DoesNotContain(Secret, Masked.Whole(Masked.Rules(File("  space: '\\s{0,3}'", "{{space}}tok_[A-Za-z0-9]{20,40}")), Secret));

    [TestMethod]
    [DataRow("  letters: '[a-z]'", "tok_{{leters}}", 7, "'leters' is no fragment that stands above this line (at character 5 of the pattern). Did you mean 'letters'?", DisplayName = "unknown")]
    [DataRow("  letters: '[a-z]'", "tok_{{}}", 7, "'' is no fragment", DisplayName = "no name")]
    [DataRow("  self: 'a{{self}}'", "tok_x", 3, "'self' is no fragment that stands above", DisplayName = "itself")]
    [DataRow("  first: '{{second}}'\n  second: '{{first}}'", "tok_x", 3, "'second' is no fragment that stands above", DisplayName = "in a circle")]
    [DataRow("  bad: 'a('", "tok_x", 3, "A group is not closed (at character 3 of the pattern).", DisplayName = "no pattern")]
    [DataRow("  bad: 'a)(?:b'", "tok_x", 3, "It closes a group that it did not open", DisplayName = "torn groups")]
    [DataRow("  endless: 'a*'", "tok_x", 3, "needs an upper bound", DisplayName = "unbounded")]
    [DataRow("  Upper: 'a'", "tok_x", 3, "'Upper' is taken, or not in kebab-case", DisplayName = "name")]
    [DataRow("  long: 'a{4000}'", "tok_{{long}}{{long}}", 7, "It can match more than 4096 bytes (at character 27 of the pattern, its fragments in place).", DisplayName = "too long together")]
    public void File_WithAWrongFragment_IsRefusedWithItsLine(string fragments, string regex, int line, string message)
    {
        var compiled = MaskRules.Compile(File(fragments, regex));
        Assert.IsNull(compiled.Rules);
        Assert.Contains(message, compiled.Problems[0].Message);
        Assert.AreEqual(line, compiled.Problems[0].Line);
    }

    [TestMethod]
    public void Attack_FragmentsThatDouble_AreRefusedInsteadOfFillingMemory()
    {
        var lines = string.Join('\n', Enumerable.Range(1, 60).Select(static i => $"  f{i}: '{{{{f{i - 1}}}}}?{{{{f{i - 1}}}}}?'").Prepend("  f0: 'a'"));
        var compiled = MaskRules.Compile(File(lines, "tok_{{f60}}"));
        Assert.IsNull(compiled.Rules);
    }

    [TestMethod]
    public void ListOfNames_IsLiteralsInThePatternAndAnchors()
    {
        var rules = Masked.Rules(File("  issuer: [acme.io, 'ump_']", "{{issuer}}=(?<value>[a-z]{20})").Replace("anchors: ['tok_']", "anchors: ['{{issuer}}']\n    value: value", StringComparison.Ordinal));
        const string Value = "abcdefghijklmnopqrst";
        Assert.DoesNotContain(Value, Masked.Whole(rules, "acme.io=" + Value));
        Assert.DoesNotContain(Value, Masked.Whole(rules, "ump_=" + Value));
        Assert.Contains(Value, Masked.Whole(rules, "acme-io=" + Value));
    }

    [TestMethod]
    [DataRow("  issuer: 'acme|ump_'", "'issuer' is no list of names that stands above this line.", DisplayName = "a pattern")]
    [DataRow("  issuer: [acme, ab]", "An anchor has 3 to 32 ASCII characters.", DisplayName = "a short name")]
    [DataRow("  issuer: []", "The list is empty", DisplayName = "no name")]
    public void Anchor_OfNoListOfNames_IsRefused(string fragments, string message)
    {
        var compiled = MaskRules.Compile(File(fragments, "acme").Replace("'tok_'", "'{{issuer}}'", StringComparison.Ordinal));
        Assert.IsNull(compiled.Rules);
        Assert.Contains(message, string.Join('\n', compiled.Problems));
    }

    [TestMethod]
    public void File_OfFragmentsAlone_HasNoRules() => Assert.IsEmpty(MaskRules.Compile("version: 1\nfragments:\n  a: 'b'\n").Problems);

    private static string File(string fragments, string regex) =>
        $"version: 1\nfragments:\n{fragments}\nrules:\n  - id: x\n    description: d\n    regex: '{regex}'\n    tier: identified\n    anchors: ['tok_']\n    examples: []\n";
}
