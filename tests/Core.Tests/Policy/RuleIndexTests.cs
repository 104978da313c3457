using CsCheck;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Indexing;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class RuleIndexTests
{
    [TestMethod]
    [DataRow(10)]
    [DataRow(1_000)]
    [DataRow(10_000)]
    public void Find_HoweverManyRulesAboutOthers_ExaminesTheSameFew(int others)
    {
        var rules = Enumerable.Range(0, others).SelectMany(i => new[] { RuleFor($"l{i}", $"acme/repo-{i}"), RuleFor($"o{i}", $"owner-{i}/*") })
            .Append(RuleFor("literal", "acme/payments-api")).Append(RuleFor("glob", "acme/payments-*")).Append(RuleFor("any", "*/payments-*"));
        var found = new RuleIndex([.. rules]).Find(RepositoryName.Parse("ACME/Payments-API"), out var examined);
        CollectionAssert.AreEqual(new[] { "literal", "glob", "any" }, found.Select(rule => rule.Id).ToArray());
        Assert.AreEqual(3, examined);
    }

    [TestMethod]
    public void Find_AnyRulesAndRepository_AgreesWithLookingAtEveryRule()
    {
        var parts = Policies.AnyOf("a", "b", "A", "*", "?", "ab", "a*", "*b");
        var globs = Gen.Select(parts, parts, (owner, name) => $"{owner}/{name}");
        var names = Policies.AnyOf("a", "b", "A", "ab", "bb", "B");
        Gen.Select(globs.Array[1, 3].Array[0, 12], names, names).Sample((rows, owner, name) =>
        {
            Rule[] rules = [.. rows.Select((row, i) => RuleFor($"r{i}", row))];
            var repository = RepositoryName.Parse($"{owner}/{name}");
            var expected = rules.Where(rule => rule.Repositories.Any(glob => glob.Matches(repository))).Select(rule => rule.Id);
            return new RuleIndex([.. rules]).Find(repository).Select(rule => rule.Id).SequenceEqual(expected);
        }, iter: 5_000);
    }

    private static Rule RuleFor(string id, params string[] repositories) => new()
    {
        Id = id,
        Who = new Who { Groups = ["dev"] },
        Repositories = [.. repositories.Select(text => new RepositoryGlob(text.Split('/')[0], text.Split('/')[1]))],
    };
}
