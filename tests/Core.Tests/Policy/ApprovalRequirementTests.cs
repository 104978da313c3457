using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>Which <c>approve</c> entries ask, for whom and why: each is met on its own.</summary>
[TestClass]
public sealed class ApprovalRequirementTests
{
    [TestMethod]
    [DataRow("push: { refs: [main] }", "update", true)]
    [DataRow("push: { refs: [main] }", "delete", true, DisplayName = "refs alone also ask for a delete")]
    [DataRow("push: { delete: true }", "delete", true)]
    [DataRow("push: { delete: true }", "update", false)]
    [DataRow("push: { create: true }", "create", true)]
    [DataRow("push: { create: true }", "update", false)]
    [DataRow("push: { tags: true }", "tag", true)]
    [DataRow("push: { tags: true, create: true }", "tag", true)]
    [DataRow("push: { tags: true }", "create", false)]
    [DataRow("push: { refs: ['refs/tags/v*'] }", "tag", true)]
    [DataRow("push: { force: true }", "forced", true)]
    [DataRow("push: { force: true }", "delete", false)]
    [DataRow("push: { larger: 1KB }", "update", true)]
    [DataRow("push: { larger: 1MB }", "update", false)]
    [DataRow("push: { authors: ['*@else.example'] }", "update", true)]
    [DataRow("push: { other-authors: ['*@acme.example'] }", "update", true)]
    [DataRow("push: { unsigned: true }", "update", true)]
    [DataRow("paths: [deploy/**]", "update", true)]
    [DataRow("paths: [DEPLOY/**]", "update", true, DisplayName = "paths compare without case")]
    [DataRow("paths: ['**']", "delete", false, DisplayName = "a delete changes no path")]
    [DataRow("push: { paths: ['**'] }", "delete", false)]
    [DataRow("push: { refs: [main] }, paths: [deploy/**]", "update", true)]
    [DataRow("push: { refs: [release] }, paths: [deploy/**]", "update", false, DisplayName = "both keys must hold")]
    [DataRow("push: { refs: [main] }, paths: [docs/**]", "update", false)]
    [DataRow("push: { refs: [main] }, paths: ['**']", "delete", false)]
    public void Decide_OneEntry_AsksWhenItMatches(string when, string what, bool asks)
    {
        var policy = Policies.Rules(
            $"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write }}, approve: [{{ when: {{ {when} }}, by: {{ groups: [leads] }} }}] }}");
        Assert.AreEqual(asks ? "approve" : "allow", policy.Decide(Policies.Person("x", "dev"), Policies.Push(Update(what))).Outcome());
    }

    [TestMethod]
    public void Decide_SeveralEntriesOfSeveralRules_AreEachARequirementOfTheirOwn()
    {
        var policy = Policies.Rules("""
            - id: a
              who: { groups: [dev] }
              repositories: [acme/*]
              allow: { contents: write }
              approve:
                - { when: { push: { refs: [main] } }, by: { groups: [leads], quorum: 2 }, expires: 1h, valid: 5m }
                - { when: { push: { refs: [other] } }, by: { groups: [nobody] } }
                - { when: { push: { unsigned: true }, paths: [deploy/**] }, by: { groups: [ops, leads] } }
            - { id: b, who: { groups: [dev] }, repositories: [acme/payments-*], approve: [{ when: { paths: ["**"] }, by: { groups: [security] } }] }
            - { id: c, who: { groups: [others] }, repositories: [acme/*], approve: [{ when: { paths: ["**"] }, by: { groups: [nobody] } }] }
            """);
        var waits = (Decision.NeedsApproval)policy.Decide(Policies.Person("x", "dev"), Policies.Push(Update("update")));
        CollectionAssert.AreEqual(
            new[]
            {
                "a/0: 2 of leads within 01:00:00, for 00:05:00: it moves refs/heads/main",
                "a/2: 1 of ops, leads within 00:30:00, for 00:15:00: its commit 0000000 carries no signature; it changes deploy/prod.yaml (deploy/**)",
                "b/0: 1 of security within 00:30:00, for 00:15:00: it changes deploy/prod.yaml (**)",
            },
            waits.Requirements.Select(static need => $"{need.Rule}/{need.Entry}: {need.Quorum} of {string.Join(", ", need.ApproverGroups)} within {need.Expires}, for {need.Valid}: {need.Reason}").ToArray());
    }

    [TestMethod]
    public void Decide_DenyAndApproveBothMatch_NobodyIsAsked()
    {
        var policy = Policies.Rules("""
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write }, approve: [{ when: { push: { refs: [main] } }, by: { groups: [leads] } }] }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], deny: [{ push: { larger: 1KB } }] }
            """);
        Assert.AreEqual("DeniedByRule", policy.Decide(Policies.Person("x", "dev"), Policies.Push(Update("update"))).Outcome());
    }

    private static RefUpdate Update(string what) => what switch
    {
        "delete" => Policies.Delete("refs/heads/main"),
        "create" => Policies.Create("refs/heads/main"),
        "tag" => Policies.Create("refs/tags/v1"),
        "forced" => Policies.Update("refs/heads/main") with { Forced = true },
        _ => Policies.Update("refs/heads/main", "deploy/prod.yaml") with { Size = 5000, Commits = MadeUpCommits.By(["x@else.example"], withSignature: false) },
    };
}
