using CsCheck;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>Texts made to hurt the reader. None may throw, hang or compile.</summary>
[TestClass]
public sealed class HostileYamlTests
{
    [TestMethod]
    [DataRow("", 1, 1, "empty", DisplayName = "nothing")]
    [DataRow("# only a comment", 1, 1, "empty")]
    [DataRow("version: &x 1", 1, 10, "anchor '&x'")]
    [DataRow("version: 1\nmasking: *x", 2, 10, "alias '*x'")]
    [DataRow("version: 1\nmasking: &a { fields: *a }", 2, 10, "anchor '&a'")]
    [DataRow("version: 1\n<<: { rules: [] }", 2, 1, "Merge keys")]
    [DataRow("version: !!int 1", 1, 10, "tag")]
    [DataRow("--- !policy\nversion: 1", 1, 5, "tag")]
    [DataRow("version: 1\n---\nversion: 1", 2, 1, "second document")]
    [DataRow("version: 1\n...\n---\nversion: 1", 3, 1, "second document")]
    [DataRow("? [a]\n: 1\nversion: 1", 1, 3, "A key must be a plain word")]
    [DataRow("version: 1\n\trules: []", 1, 10, "Not well-formed")]
    [DataRow("version: [1", 1, 12, "Not well-formed")]
    [DataRow("version: \"1", 1, 10, "Not well-formed")]
    [DataRow("version: 1\nrules: 'a\u0000b'", 2, 8, "", DisplayName = "NUL in a scalar")]
    public void Compile_Hostile_IsRefusedWhereItIs(string yaml, int line, int column, string message)
    {
        var compilation = PolicyCompiler.Compile(yaml);
        Assert.IsNull(compilation.Policy);
        var error = compilation.Errors.First();
        StringAssert.Contains(error.Message, message, StringComparison.Ordinal);
        Assert.AreEqual((line, column), (error.Line, error.Column), error.ToString());
    }

    [TestMethod]
    public void Compile_BillionLaughs_ReportsEachAliasAndExpandsNone()
    {
        var levels = Enumerable.Range(1, 9).Select(i => $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 9))}]");
        var errors = PolicyCompiler.Compile("version: 1\nl0: &l0 lol\n" + string.Join('\n', levels)).Errors.ToArray();
        Assert.AreEqual(81, errors.Count(error => error.Message.StartsWith("The alias", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("[", "")]
    [DataRow("{ a: ", "")]
    [DataRow("- ", "")]
    [DataRow("? ", "")]
    public void Compile_DeepNesting_StopsAtTheLimit(string open, string between)
    {
        var compilation = PolicyCompiler.Compile(string.Join(between, Enumerable.Repeat(open, 200_000)));
        Assert.IsNull(compilation.Policy);
        Assert.IsLessThan(3, compilation.Errors.Count());
    }

    [TestMethod]
    public void Compile_HugeScalar_IsShownShort()
    {
        var huge = new string('x', 900_000);
        foreach (var yaml in new[] { $"version: {huge}", $"version: 1\n{huge}: 1", $"version: 1\nrules: [{{ id: {huge} }}]", $"version: 1\nceiling: {{ contents: \"{huge}\" }}" })
        {
            foreach (var problem in PolicyCompiler.Compile(yaml).Problems)
            {
                Assert.IsLessThan(500, problem.ToString().Length);
            }
        }
    }

    [TestMethod]
    public void Compile_HugeKeyWithManyChildren_DoesNotMultiply()
    {
        // Attack: each child's path repeats its parent's key.
        var children = string.Join(", ", Enumerable.Range(0, 20_000).Select(i => $"k{i}: *a"));
        var problems = PolicyCompiler.Compile($"version: 1\n? {new string('x', 500_000)}\n: {{ {children} }}").Problems;
        Assert.IsTrue(problems.All(problem => problem.Path.Length < 200));
    }

    [TestMethod]
    public void Compile_ControlCharacters_DoNotReachTheMessage()
    {
        // Attack: a policy under review that rewrites the reviewer's terminal.
        var problems = PolicyCompiler.Compile("version: 1\n\"\\e[2J\\u202eevil\": 1").Problems;
        Assert.IsFalse(problems.Any(problem => problem.ToString().Any(c => char.IsControl(c) || c == '\u202e')));
    }

    [TestMethod]
    public void Compile_AnyMixOfYamlPieces_NeverThrows()
    {
        var pieces = Policies.AnyOf(
            "version", ": ", "1", "\n", "  ", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "!!t ", "'", "\"", "|\n", ">-\n", "? ", "---\n", "...\n", "%YAML 1.2\n", "#", "\t",
            "rules", "id", "who", "groups", "\\", "\u0000", "\ufeff", "\ud800", "é", "@", "`", "~", "<<", "refs", "push");
        pieces.Array[0, 30].Select(string.Concat).Sample(
            text => { _ = PolicyCompiler.Compile(text); },
            iter: 50_000);
    }

    [TestMethod]
    public void Compile_ExampleWithAnyByteChanged_NeverThrows() => Gen.Select(Gen.Int[0, Policies.Example.Length - 1], Gen.Char.AlphaNumeric, Policies.AnyOf('\n', ' ', '[', '}', '\'', '&', '*', ':', '\t'), Gen.Bool).Sample(
        (at, letter, odd, odder) => { _ = PolicyCompiler.Compile(Policies.Example[..at] + (odder ? odd : letter) + Policies.Example[(at + 1)..]); },
        iter: 5_000);
}
