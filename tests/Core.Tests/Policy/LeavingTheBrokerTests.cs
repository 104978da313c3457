using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Deciding;

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
    [DataRow("actions:read", "shows carries", DisplayName = "logs and artifacts are made of files")]
    [DataRow("actions:write", "shows carries moves", DisplayName = "runs at any ref, with a token of their own")]
    [DataRow("actions_variables:write", "")]
    [DataRow("administration:read", "")]
    [DataRow("administration:write", "never", DisplayName = "deploy keys, runners, giving it away")]
    [DataRow("artifact_metadata:write", "")]
    [DataRow("attestations:write", "")]
    [DataRow("checks:read", "shows", DisplayName = "annotations name paths and lines")]
    [DataRow("checks:write", "shows")]
    [DataRow("codespaces:read", "never")]
    [DataRow("codespaces_lifecycle_admin:read", "never")]
    [DataRow("codespaces_metadata:read", "")]
    [DataRow("codespaces_secrets:read", "never")]
    [DataRow("contents:read", "shows carries")]
    [DataRow("contents:write", "shows carries moves")]
    [DataRow("dependabot_secrets:write", "")]
    [DataRow("deployments:read", "shows")]
    [DataRow("deployments:write", "shows moves", DisplayName = "merges the default branch into a ref")]
    [DataRow("discussions:write", "")]
    [DataRow("environments:write", "")]
    [DataRow("issues:write", "")]
    [DataRow("merge_queues:read", "shows")]
    [DataRow("merge_queues:write", "shows moves")]
    [DataRow("metadata:read", "")]
    [DataRow("packages:read", "shows carries")]
    [DataRow("packages:write", "shows carries")]
    [DataRow("pages:read", "shows")]
    [DataRow("pages:write", "shows carries moves", DisplayName = "publishes a branch")]
    [DataRow("pull_requests:read", "shows carries")]
    [DataRow("pull_requests:write", "shows carries moves")]
    [DataRow("repository_advisories:read", "")]
    [DataRow("repository_advisories:write", "never", DisplayName = "a private fork is a copy")]
    [DataRow("repository_custom_properties:read", "")]
    [DataRow("repository_custom_properties:write", "moves")]
    [DataRow("repository_hooks:read", "shows carries", DisplayName = "deliveries hold what was pushed")]
    [DataRow("repository_hooks:write", "never", DisplayName = "goes on sending when the token has ended")]
    [DataRow("repository_projects:admin", "")]
    [DataRow("secret_scanning_alerts:read", "never", DisplayName = "the secrets, as they are")]
    [DataRow("secret_scanning_alerts:write", "never")]
    [DataRow("secrets:write", "")]
    [DataRow("security_events:read", "shows carries")]
    [DataRow("security_events:write", "shows carries")]
    [DataRow("single_file:read", "shows carries")]
    [DataRow("single_file:write", "shows carries moves")]
    [DataRow("statuses:write", "")]
    [DataRow("vulnerability_alerts:read", "shows")]
    [DataRow("workflows:write", "shows moves")]
    public void Exchange_OfEachPermission_IsHeldBackWhereRulesHoldBackWhatItDoes(string permission, string does)
    {
        var allow = $"allow: {{ {permission.Replace(":", ": ", StringComparison.Ordinal)} }}, exchange: true";
        const string Sees = "- { id: sees, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read } }";

        string?[] found =
        [
            Holds($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], {allow} }}", "no rule that gives contents:read shows every ref", permission) ? "shows" : null,
            Holds($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], {allow}, opaque: refuse }}\n{Sees}", "(opaque)", permission) ? "carries" : null,
            Holds($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], {allow}, refs: {{ push: ['cursor/**'] }} }}\n{Sees}", "be pushed only", permission) ? "moves" : null,
            Holds($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], {allow} }}\n{Sees}", "opens ways that the broker never does", permission) ? "never" : null,
        ];

        var shown = permission == "contents:read" || permission == "contents:write" ? found.Prepend("shows") : found;
        Assert.AreEqual(does, string.Join(' ', does == "never" ? [found[3] ?? "leaves"] : shown.OfType<string>().Distinct()));
        Assert.IsTrue(does == "never" || Decide($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], {allow} }}\n{Sees}", permission).Outcome() == "allow", "where nothing is held back it leaves");
    }

    [TestMethod]
    public void Exchange_PermissionThatNobodyDecidedAbout_NeverLeaves()
    {
        foreach (var (name, highest) in GitHubPermissions.Highest)
        {
            Assert.AreEqual(
                name.StartsWith("codespaces", StringComparison.Ordinal) && highest > Access.Read || name == "secret_scanning_alerts",
                TokenReaches.Of(name, Access.Read).HasFlag(TokenReach.Never),
                $"{name} has to be looked at");
        }

        Assert.AreEqual(TokenReach.Never, TokenReaches.Of("copilot_something", Access.Read));
    }

    [TestMethod]
    public void Exchange_PermissionOfARouteThatMovesRefsOrTheWhole_IsOneThatMoves()
    {
        // These act on a commit that they name, and move nothing.
        string[] actOnOne = ["contents:read", "statuses:write", "checks:write", "security_events:write"];
        foreach (var route in ApiRoutes.GitHub.All.Where(static route => route.Kind == ApiRouteKind.Changes || route.Traits.HasFlag(ApiRouteTraits.Whole)))
        {
            foreach (var needs in route.Needs.Where(needs => !actOnOne.Contains(needs.ToString())))
            {
                Assert.AreNotEqual(TokenReach.None, TokenReaches.Of(needs) & (TokenReach.Moves | TokenReach.Never), $"{route.Id}: {needs}");
            }
        }
    }

    private static bool Holds(string rules, string because, string permission) => Decide(rules, permission) is Decision.Deny denied && denied.Explanation.Contains(because, StringComparison.Ordinal);

    private static Decision Decide(string rules, string permissions) => Policies.Rules(rules).Decide(Policies.Person("x", "dev"), Exchange(permissions));

    private static Operation Exchange(string permissions) => Operation.ExchangeToken(RepositoryName.Parse("acme/payments-api"), Policies.Permissions(permissions));
}
