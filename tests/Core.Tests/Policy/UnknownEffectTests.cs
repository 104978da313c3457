using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>What cannot be known of a push counts as the worst it could be, for deny and for approve.</summary>
[TestClass]
public sealed class UnknownEffectTests
{
    [TestMethod]
    [DataRow("paths: [secret]", "paths", "cannot be computed beforehand")]
    [DataRow("force: true", "force", "cannot be computed beforehand")]
    [DataRow("force: false", "force", "cannot be computed beforehand")]
    [DataRow("refs: [main], paths: [secret]", "paths", "cannot be computed beforehand")]
    [DataRow("larger: 9999999GB", "size", "how much it sends cannot be computed beforehand")]
    [DataRow("authors: [a@example.com]", "commits", "might be a@example.com")]
    [DataRow("other-authors: ['*@example.com']", "commits", "might be others than *@example.com")]
    [DataRow("unsigned: true", "commits", "whether its commits are signed cannot be computed beforehand")]
    [DataRow("unsigned: false", "commits", "whether its commits are signed cannot be computed beforehand")]
    public void Decide_UnknownEffectAndADenyAboutIt_IsDeniedSayingSo(string push, string unknown, string text)
    {
        var denied = Rule($"deny: [{{ push: {{ {push} }} }}]").Decide(Policies.Person("x", "dev"), Policies.Push(Unknown(unknown)));
        Assert.AreEqual("DeniedByRule", denied.Outcome());
        StringAssert.Contains(denied.Explained(), text, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("push: { paths: [secret] }", "paths")]
    [DataRow("paths: [secret]", "paths")]
    [DataRow("push: { force: true }", "force")]
    [DataRow("push: { refs: [main] }, paths: [secret]", "paths")]
    [DataRow("push: { larger: 1GB }", "size")]
    [DataRow("push: { authors: [a@example.com] }", "commits")]
    [DataRow("push: { other-authors: ['*@example.com'] }", "commits")]
    [DataRow("push: { unsigned: true }", "commits")]
    [DataRow("push: { unsigned: false }", "commits")]
    public void Decide_UnknownEffectAndAnApproveAboutIt_NeedsApproval(string when, string unknown)
    {
        var policy = Rule($"approve: [{{ when: {{ {when} }}, by: {{ groups: [leads] }} }}]");
        Assert.AreEqual("approve", policy.Decide(Policies.Person("x", "dev"), Policies.Push(Unknown(unknown))).Outcome());
    }

    [TestMethod]
    public void Decide_UnknownEffectOnAnotherRef_IsNotHeldBack()
    {
        var policy = Rule("deny: [{ push: { refs: [release], paths: [secret] } }]");
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Policies.Push(Unknown("paths"))).Outcome());
    }

    [TestMethod]
    [DataRow("force: true", "update", "allow")]
    [DataRow("force: true", "forced", "DeniedByRule")]
    [DataRow("force: false", "update", "DeniedByRule")]
    [DataRow("force: true", "create", "allow")]
    [DataRow("force: true", "delete", "allow")]
    [DataRow("create: true", "create", "DeniedByRule")]
    [DataRow("create: true", "update", "allow")]
    [DataRow("create: false", "update", "DeniedByRule")]
    [DataRow("delete: true", "delete", "DeniedByRule")]
    [DataRow("delete: true", "update", "allow")]
    [DataRow("delete: false", "delete", "allow")]
    [DataRow("tags: true", "tag", "DeniedByRule")]
    [DataRow("tags: true", "update", "allow")]
    [DataRow("tags: false", "tag", "allow")]
    [DataRow("refs: [\"refs/tags/**\"], delete: true", "delete", "allow", DisplayName = "keys of one entry must all hold")]
    [DataRow("paths: [a], force: true", "update", "allow", DisplayName = "known and not matching does not match")]
    public void Decide_KnownEffect_MatchesExactly(string push, string what, string expected)
    {
        var update = what switch
        {
            "forced" => Policies.Update("refs/heads/main") with { Forced = true },
            "create" => Policies.Create("refs/heads/main"),
            "delete" => Policies.Delete("refs/heads/main"),
            "tag" => Policies.Create("refs/tags/v1"),
            _ => Policies.Update("refs/heads/main"),
        };
        Assert.AreEqual(expected, Rule($"deny: [{{ push: {{ {push} }} }}]").Decide(Policies.Person("x", "dev"), Policies.Push(update)).Outcome());
    }

    [TestMethod]
    public void Decide_PathWithTerminalEscapes_IsCleanedInTheExplanation()
    {
        // Attack: a file name that rewrites the terminal of whoever reads the refusal.
        var denied = Rule("deny: [{ push: { paths: [\"**\"] } }]").Decide(
            Policies.Person("x", "dev"), Policies.Push("refs/heads/main", "a\u001b[2J\r\n\u202eb" + new string('x', 500)));
        Assert.IsFalse(denied.Explained().Any(c => char.IsControl(c) || c == '\u202e'), denied.Explained());
        Assert.IsLessThan(401, denied.Explained().Length);
    }

    private static RefUpdate Unknown(string what) => what == "paths"
        ? Policies.Update("refs/heads/main") with { ChangedPaths = null }
        : what == "commits" ? Policies.Update("refs/heads/main") with { Commits = null }
        : what == "size" ? Policies.Update("refs/heads/main") with { Size = null }
        : Policies.Update("refs/heads/main") with { Forced = null };

    private static PolicySet Rule(string entries) =>
        Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write }}, {entries} }}");
}
