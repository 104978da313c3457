using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>When a token may leave the broker: never where it could do what the rules hold back.</summary>
[TestClass]
public sealed class LeavingTheBrokerTests
{
    private const string Open = "- { id: ci, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write, issues: write, pull_requests: write, checks: write }, lifetime: 20m, exchange: true }";

    [TestMethod]
    [DataRow("contents:read")]
    [DataRow("contents:write")]
    [DataRow("checks:write, contents:read, issues:write")]
    [DataRow("metadata:read")]
    public void Exchange_RuleThatHoldsNothingBack_GivesExactlyThat(string permissions)
    {
        var grant = Decide(Open, permissions).GrantOf();
        Assert.AreEqual((permissions, TimeSpan.FromMinutes(20), "ci"), (grant.Permissions.ToString(), grant.Lifetime, grant.Rule));
    }

    [TestMethod]
    [DataRow("pages:read", "PermissionMissing")]
    [DataRow("contents:admin", "PermissionMissing")]
    [DataRow("contents:read, pages:read", "PermissionMissing")]
    [DataRow("", "PermissionMissing", DisplayName = "nothing, which GitHub takes for everything")]
    public void Exchange_MoreThanTheRuleGives_IsDenied(string permissions, string expected) => Assert.AreEqual(expected, Decide(Open, permissions).Outcome());

    [TestMethod]
    public void Exchange_WithoutTheKey_IsForTheBrokerAlone()
    {
        foreach (var rules in new[] { Open.Replace(", exchange: true", "", StringComparison.Ordinal), Open.Replace("exchange: true", "exchange: false", StringComparison.Ordinal) })
        {
            var denied = Decide(rules, "contents:read");
            Assert.AreEqual("NotExchangeable", denied.Outcome());
            Assert.AreEqual("No token for contents:read is to be had here: rule 'ci' gives that through the broker only (it has no 'exchange: true').", denied.Explained());
        }
    }

    [TestMethod]
    public void Exchange_KeyOfOneRuleAndPermissionOfAnother_NeverAddUp() => Assert.AreEqual("NotExchangeable", Decide(
        """
        - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write } }
        - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { issues: read }, exchange: true }
        """,
        "contents:write").Outcome());

    [TestMethod]
    [DataRow("checks:read")]
    [DataRow("metadata:read")]
    public void Exchange_ByARuleForSomethingElseThanContentsThatAreHidden_IsDenied(string permissions) => Assert.AreEqual("NotExchangeable", Decide(
        """
        - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, refs: { visible: [main] } }
        - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { checks: read }, exchange: true }
        """,
        permissions).Outcome());

    [TestMethod]
    public void Exchange_OfAStranger_IsToldNothing() =>
        Assert.AreEqual("NotCovered", Policies.Rules(Open).Decide(Policies.Person("y"), Exchange("contents:read")).Outcome());

    [TestMethod]
    public void Exchange_AboveTheCeiling_IsDenied() => Assert.AreEqual(
        "AboveCeiling", Policies.Rules(Open, "ceiling: { contents: read }").Decide(Policies.Person("x", "dev"), Exchange("contents:write")).Outcome());

    [TestMethod]
    [DataRow("refs: { visible: [main], push: ['refs/**'] }", "contents:read", "does not show every ref")]
    [DataRow("refs: { visible: [main], push: ['refs/**'] }", "issues:write", "does not show every ref", DisplayName = "metadata alone names branches")]
    [DataRow("refs: { push: ['cursor/**'] }", "contents:write", "lets refs/heads/cursor/** be pushed only")]
    [DataRow("refs: { push: [] }", "contents:write", "lets no ref be pushed only")]
    [DataRow("refs: { push: ['**'] }", "contents:write", "lets refs/heads/** be pushed only", DisplayName = "every branch is not every ref: tags")]
    [DataRow("refs: { push: ['cursor/**'] }", "pull_requests:write", "lets refs/heads/cursor/** be pushed only", DisplayName = "updates a pull request's branch")]
    [DataRow("refs: { push: ['cursor/**'] }", "contents:read", null)]
    [DataRow("refs: { push: ['cursor/**'] }", "issues:write", null)]
    [DataRow("refs: { push: ['refs/**'] }", "contents:write", null)]
    [DataRow("opaque: refuse", "contents:read", "could be cloned with it")]
    [DataRow("opaque: inspect", "contents:read", "could be cloned with it")]
    [DataRow("opaque: refuse", "issues:write", null)]
    [DataRow("deny: [{ push: { delete: true } }]", "contents:write", "denies some pushes")]
    [DataRow("deny: [{ push: { delete: true } }]", "contents:read", null)]
    [DataRow("deny: [{ read: { paths: [secret] } }]", "contents:read", "keeps some paths from readers", DisplayName = "cloned around a denied path")]
    [DataRow("opaque: allow, deny: [{ read: { paths: [secret] } }]", "issues:write", "keeps some paths from readers")]
    [DataRow("deny: [{ api: { routes: ['DELETE **'] } }]", "issues:write", "denies some calls")]
    [DataRow("deny: [{ api: { routes: ['DELETE **'] } }]", "issues:read", null)]
    [DataRow("deny: [{ api: { routes: ['PUT /repos/{owner}/{repo}/pulls/*/merge'] } }]", "contents:write", "denies some calls")]
    [DataRow("deny: [{ api: { routes: ['PUT /repos/{owner}/{repo}/pulls/*/merge'] } }]", "issues:write", null)]
    [DataRow("deny: [{ api: { routes: ['POST /repos/{owner}/{repo}/forks'] } }]", "issues:write", "denies some calls", DisplayName = "a route that the broker refuses, and of which nobody knows what it needs")]
    [DataRow("deny: [{ api: { routes: ['POST /repos/{owner}/{repo}/forks'] } }]", "issues:read", null)]
    [DataRow("deny: [{ api: { routes: ['mutation createIssue'] } }]", "issues:write", "denies some calls")]
    [DataRow("deny: [{ api: { routes: ['mutation createIssue'] } }]", "issues:read", null)]
    [DataRow("deny: [{ api: { permissions: [issues] } }]", "contents:read", null)]
    [DataRow("deny: [{ api: { permissions: [issues] } }]", "issues:read", "denies some calls")]
    [DataRow("deny: [{ api: { permissions: { issues: write } } }]", "issues:read", null)]
    [DataRow("deny: [{ api: { access: write } }]", "issues:read", null)]
    [DataRow("deny: [{ api: { access: write } }]", "issues:write", "denies some calls")]
    [DataRow("deny: [{ api: { access: read } }]", "issues:write", "denies some calls", DisplayName = "what writes can read")]
    [DataRow("approve: [{ when: { push: { refs: [main] } }, by: { groups: [g] } }]", "contents:write", "wants people to approve")]
    [DataRow("approve: [{ when: { paths: ['deploy/**'] }, by: { groups: [g] } }]", "contents:write", "wants people to approve")]
    [DataRow("approve: [{ when: { push: { refs: [main] } }, by: { groups: [g] } }]", "contents:read", null)]
    [DataRow("approve: [{ when: { api: { permissions: [issues] } }, by: { groups: [g] } }]", "issues:write", "wants people to approve")]
    public void Exchange_OfWhatTheRuleHoldsBack_IsDeniedSinceATokenGoesAroundIt(string holds, string permissions, string? because)
    {
        var decision = Decide($"- {{ id: ci, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write, issues: write, pull_requests: write }}, exchange: true, {holds} }}", permissions);
        Assert.AreEqual(because is null ? "allow" : "NotExchangeable", decision.Outcome(), because is null ? (decision as Decision.Deny)?.Explanation : "");
        if (because is not null)
        {
            Assert.Contains(because, decision.Explained());
        }
    }

    [TestMethod]
    [DataRow("deny: [{ push: { paths: ['**/.env'] } }]")]
    [DataRow("deny: [{ read: { paths: [secret] } }]")]
    [DataRow("deny: [{ api: { access: write } }]")]
    [DataRow("opaque: refuse, allow: { contents: read }")]
    [DataRow("approve: [{ when: { push: { refs: [main] } }, by: { groups: [g] } }]")]
    [DataRow("approve: [{ when: { api: { routes: ['PUT **'] } }, by: { groups: [g] } }]")]
    public void Exchange_OfWhatAnotherCoveringRuleHoldsBack_IsDeniedToo(string other)
    {
        var rules = $"{Open}\n- {{ id: other, who: {{ groups: [dev] }}, repositories: [acme/payments-api], {other} }}";
        Assert.AreEqual("NotExchangeable", Decide(rules, "contents:write").Outcome());
        Assert.AreEqual("allow", Policies.Rules(rules).Decide(Policies.Person("x", "dev"), Operation.ExchangeToken(RepositoryName.Parse("acme/else"), PermissionSet.ContentsWrite)).Outcome());
    }

    [TestMethod]
    public void Exchange_PullRequestsWithoutContents_WouldShowFiles() => Assert.Contains(
        "no rule that gives contents:read shows every ref",
        Decide("- { id: ci, who: { groups: [dev] }, repositories: [acme/*], allow: { pull_requests: read }, exchange: true }", "pull_requests:read").Explained());

    [TestMethod]
    [DataRow("administration:write")]
    [DataRow("codespaces:read")]
    [DataRow("codespaces_secrets:read")]
    [DataRow("secret_scanning_alerts:write")]
    public void Exchange_PermissionThatMakesLastingAccess_NeverLeaves(string permission)
    {
        var (name, level) = (permission.Split(':')[0], permission.Split(':')[1]);
        Assert.Contains("opens ways that the broker never does", Decide($"- {{ id: ci, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ {name}: {level} }}, exchange: true }}", permission).Explained());
    }

    private static Decision Decide(string rules, string permissions) => Policies.Rules(rules).Decide(Policies.Person("x", "dev"), Exchange(permissions));

    private static Operation Exchange(string permissions) => Operation.ExchangeToken(RepositoryName.Parse("acme/payments-api"), Policies.Permissions(permissions));
}
