using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class GrantTests
{
    [TestMethod]
    public void Grant_RuleAllowsMuchMore_HoldsExactlyWhatTheOperationNeeds()
    {
        var policy = Policies.Rules("- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write, issues: write, administration: write } }");
        Assert.AreEqual(PermissionSet.ContentsRead, policy.Decide(Policies.Person("x", "dev"), Policies.Read()).GrantOf().Permissions);
        Assert.AreEqual(PermissionSet.ContentsWrite, policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/x")).GrantOf().Permissions);
    }

    [TestMethod]
    public void Grant_SeveralRulesPermit_HasTheShortestLifetimeOfThose()
    {
        var policy = Policies.Rules("""
            - { id: long, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, lifetime: 1h }
            - { id: short, who: { groups: [dev] }, repositories: [acme/payments-api], allow: { contents: write }, lifetime: 90s }
            - { id: shorter, who: { groups: [dev] }, repositories: [acme/*], allow: { issues: read }, lifetime: 1s }
            """);
        var read = policy.Decide(Policies.Person("x", "dev"), Policies.Read()).GrantOf();
        Assert.AreEqual(TimeSpan.FromSeconds(90), read.Lifetime, "a rule that does not permit it has no say");
        Assert.AreEqual("long", read.Rule, "the first that permits, in the policy's order");
        Assert.AreEqual(TimeSpan.FromHours(1), policy.Decide(Policies.Person("x", "dev"), Policies.Read("acme/web")).GrantOf().Lifetime);
    }

    [TestMethod]
    public void Grant_Visible_IsTheUnionOfRulesThatAloneReadContents()
    {
        var policy = Policies.Rules("""
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, refs: { visible: [main] } }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write }, refs: { visible: ["cursor/**"], push: [x] } }
            - { id: c, who: { groups: [dev] }, repositories: [acme/*], allow: { issues: read } }
            - { id: d, who: { groups: [ops] }, repositories: [acme/*], allow: { contents: read } }
            """);
        var visible = policy.Decide(Policies.Person("x", "dev"), Policies.Read()).GrantOf().Visible;
        Assert.IsTrue(visible.Shows(RefName.Parse("refs/heads/main")));
        Assert.IsTrue(visible.Shows(RefName.Parse("refs/heads/cursor/a/b")));
        Assert.IsFalse(visible.Shows(RefName.Parse("refs/heads/secret")), "a rule about issues shows no ref");
        Assert.IsFalse(visible.Shows(RefName.Parse("refs/tags/main")));
        Assert.IsTrue(policy.Decide(Policies.Person("x", "ops"), Policies.Read()).GrantOf().Visible.IsEverything);
    }

    [TestMethod]
    [DataRow("", true)]
    [DataRow(", refs: { push: [x] }", true)]
    [DataRow(", refs: { visible: [\"refs/**\"] }", true)]
    [DataRow(", refs: { visible: [\"**\"] }", false, DisplayName = "every branch is not every ref")]
    public void Grant_VisibleIsEverything_OnlyWhenNoRefIsHidden(string refs, bool everything)
    {
        var policy = Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: read }}{refs} }}");
        Assert.AreEqual(everything, policy.Decide(Policies.Person("x", "dev"), Policies.Read()).GrantOf().Visible.IsEverything);
    }

    [TestMethod]
    [DataRow("", "", false, DisplayName = "never by default")]
    [DataRow("", ", masking: reveal", true, DisplayName = "one that says nothing does not stand against one that says it")]
    [DataRow(", masking: mask", ", masking: reveal", false, DisplayName = "one that says mask does")]
    [DataRow(", masking: reveal", ", masking: reveal", true)]
    public void Grant_Reveals_OnlyWhereARuleThatPermitsItSaysSo(string first, string second, bool expected)
    {
        var policy = Policies.Rules($$"""
            - { id: first, who: { groups: [dev] }, repositories: [acme/pay], allow: { contents: read }{{first}} }
            - { id: second, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }{{second}} }
            """);

        Assert.AreEqual(expected, policy.Decide(Policies.Person("u", "dev"), Policies.Read("acme/pay")).GrantOf().Reveals);
    }

    [TestMethod]
    public void Grant_Reveals_NotByARuleForSomethingElse()
    {
        var policy = Policies.Rules("""
            - { id: issues, who: { groups: [dev] }, repositories: [acme/pay], allow: { issues: write }, masking: reveal }
            - { id: contents, who: { groups: [dev] }, repositories: [acme/pay], allow: { contents: read } }
            """);

        Assert.IsFalse(policy.Decide(Policies.Person("u", "dev"), Policies.Read("acme/pay")).GrantOf().Reveals);
    }

    [TestMethod]
    [DataRow("", "", OpaqueHandling.Allow)]
    [DataRow("", ", opaque: inspect", OpaqueHandling.Inspect)]
    [DataRow(", opaque: allow", ", opaque: refuse", OpaqueHandling.Refuse)]
    [DataRow(", opaque: inspect", ", opaque: allow", OpaqueHandling.Inspect)]
    [DataRow(", deny: [{ read: { paths: [secret] } }]", "", OpaqueHandling.Refuse)]
    [DataRow(", deny: [{ read: { paths: [secret] } }]", ", opaque: allow", OpaqueHandling.Refuse, DisplayName = "one rule's allow does not speak for the other")]
    [DataRow(", opaque: inspect, deny: [{ read: { paths: [secret] } }]", "", OpaqueHandling.Refuse)]
    [DataRow(", opaque: inspect, deny: [{ read: { paths: [secret] } }]", ", opaque: inspect", OpaqueHandling.Inspect)]
    [DataRow(", opaque: allow, deny: [{ read: { paths: [secret] } }]", ", opaque: allow", OpaqueHandling.Allow)]
    public void Grant_Opaque_IsTheStrictestOfTheCoveringRules(string first, string second, OpaqueHandling expected)
    {
        var policy = Policies.Rules($$"""
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }{{first}} }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }{{second}} }
            """);
        var decision = policy.Decide(Policies.Person("x", "dev"), Policies.Read());
        Assert.AreEqual("allow", decision.Outcome(), "the pipeline acts on Opaque; the decision stays an allow");
        Assert.AreEqual(expected, decision.GrantOf().Opaque);
    }

    [TestMethod]
    public void NeedsApproval_SeveralEntriesOfSeveralRules_AllAreRequired()
    {
        var policy = Policies.Rules("""
            - id: a
              who: { groups: [dev] }
              repositories: [acme/*]
              allow: { contents: write }
              approve:
                - { when: { push: { refs: [other] } }, by: { groups: [leads] } }
                - { when: { push: { refs: [main] } }, by: { groups: [leads, owners], quorum: 2 }, expires: 1h, valid: 5m, notify: [x] }
            - id: b
              who: { groups: [dev] }
              repositories: [acme/*]
              approve: [{ when: { paths: ["deploy/**"] }, by: { groups: [ops] } }]
            """, "notify: { x: { email: [a@example.com] } }");
        var decision = (Decision.NeedsApproval)policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/main", "deploy/x"));
        Assert.HasCount(2, decision.Requirements);
        var (first, second) = (decision.Requirements[0], decision.Requirements[1]);
        Assert.AreEqual(("a", 1, "leads,owners", 2, "x"), (first.Rule, first.Entry, string.Join(',', first.ApproverGroups), first.Quorum, string.Join(',', first.Notify)));
        Assert.AreEqual((TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)), (first.Expires, first.Valid));
        Assert.AreEqual(("b", 0, "ops", 1), (second.Rule, second.Entry, string.Join(',', second.ApproverGroups), second.Quorum));
        Assert.AreEqual((TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15)), (second.Expires, second.Valid));
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/x", "src/x")).Outcome());
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Policies.Read()).Outcome());
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Policies.Prepare()).Outcome());
    }
}
