using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Parsing;
using CursorBroker.Core.Policy.Reach;

namespace CursorBroker.Core.Tests.Policy.Reach;

/// <summary>Rules in words.</summary>
[TestClass]
public sealed class RuleReachTests
{
    [TestMethod]
    public void Rule_OfTheExample_ReadsWell()
    {
        var rules = Policies.Compile(Policies.Example).ReachOf(Policies.Developer).Rules;

        var (payments, secrets) = (rules[0], rules[1]);
        Assert.HasCount(2, rules);
        Assert.AreEqual("payments", payments.Id);
        Assert.AreSequenceEqual(new[] { "acme/payments-*" }, payments.Repositories);
        Assert.AreEqual("checks:read, contents:write, issues:write, metadata:read, pull_requests:write", payments.Permissions.ToString());
        Assert.AreEqual("main, release/*, cursor/**", payments.Visible);
        Assert.AreEqual("cursor/**, main", payments.Pushable);
        Assert.AreEqual(TimeSpan.FromMinutes(10), payments.Lifetime);
        Assert.AreSequenceEqual(new[] { "pushes that change **/*.pem or **/.env", "pushes that delete the ref" }, payments.Denies);
        Assert.AreSequenceEqual(
            new[] { "pushes to main or release/* (1 person of payments-leads)", "pushes that change deploy/prod/** (1 person of payments-leads)" }, payments.Approvals);
        Assert.AreSequenceEqual(new[] { "kv-payments-dev" }, secrets.Vaults);
        Assert.AreEqual("db-*: list get-masked use set", $"{secrets.Secrets[0].Names}: {string.Join(' ', secrets.Secrets[0].Verbs)}");
        Assert.AreEqual("db-*: github-actions-secret", $"{secrets.Secrets[2].Names}: {string.Join(' ', secrets.Secrets[2].Uses)}");
        Assert.AreSequenceEqual(new[] { "setting any secret (1 person of payments-leads)" }, secrets.Approvals);
        Assert.IsNull(secrets.Pushable);
    }

    [TestMethod]
    [DataRow("allow: { contents: write, workflows: write, issues: write }", "contents:read, metadata:read, workflows:write", DisplayName = "the ceiling is applied, and nothing is pushed below it")]
    [DataRow("allow: { issues: write }", "metadata:read")]
    [DataRow("deny: [{ push: { force: true } }]", "none")]
    public void Rule_UnderTheCeiling_SaysWhatIsLeft(string says, string left)
    {
        var rule = Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], {says} }}", "ceiling: { contents: read, issues: none }")
            .ReachOf(Policies.Person("x", "dev")).Rules.Single();

        Assert.AreEqual(left, rule.Permissions.ToString());
        Assert.IsNull(rule.Pushable);
    }

    [TestMethod]
    [DataRow("{ visible: ['**'], push: ['**'] }", "every branch", "every branch")]
    [DataRow("{ visible: ['refs/**'], push: ['refs/**'] }", "every ref", "every ref")]
    [DataRow("{ visible: [main, 'refs/tags/**'], push: [] }", "main, every tag", "no ref")]
    [DataRow("{ visible: [main, 'refs/tags/v*'] }", "main, refs/tags/v*", "no ref")]
    public void Refs_AreWrittenAsInThePolicy(string refs, string visible, string push)
    {
        var rule = Of($"allow: {{ contents: write }}, refs: {refs}");

        Assert.AreEqual(visible, rule.Visible);
        Assert.AreEqual(push, rule.Pushable);
    }

    [TestMethod]
    [DataRow("push: { refs: [main, rel, dev], delete: true, force: true }", "pushes to main, rel or dev that delete the ref and drop commits (force)")]
    [DataRow("push: { create: true, tags: true }", "pushes that create the ref and are to a tag")]
    [DataRow("push: { delete: false, create: false, force: false, tags: false, unsigned: false, secrets: false }", "pushes that do not delete the ref, do not create the ref, drop no commits, are not to a tag, bring signed commits only and add no secret")]
    [DataRow("push: { larger: 5MB }", "pushes that send more than 5 MB")]
    [DataRow("push: { authors: ['*@x.example'], other-authors: ['*@y.example'], unsigned: true, secrets: true }", "pushes that bring commits by *@x.example, bring commits by others than *@y.example, bring unsigned commits and add a secret")]
    [DataRow("read: { paths: ['**/*.key', secrets/**] }", "reading **/*.key or secrets/**")]
    [DataRow("api: { routes: ['DELETE **', 'mutation delete*'] }", "API calls of DELETE ** or mutation delete*")]
    [DataRow("api: { permissions: { issues: write }, access: write, secrets: true }", "API calls that need issues:write, can write and send a secret")]
    [DataRow("api: { access: read, secrets: false, permissions: [pages, issues] }", "API calls that need issues:read or pages:read, only read and send no secret")]
    public void Deny_InWords(string entry, string words) => Assert.AreEqual(words, Of($"allow: {{ contents: write }}, deny: [{{ {entry} }}]").Denies.Single());

    [TestMethod]
    [DataRow("push: { refs: [main] }, paths: ['deploy/**']", "groups: [a, b, c], quorum: 2", "pushes to main that change deploy/** (2 people of a, b or c)")]
    [DataRow("api: { routes: ['PUT **'] }", "groups: [a]", "API calls of PUT ** (1 person of a)")]
    public void Approval_InWords(string when, string by, string words) =>
        Assert.AreEqual(words, Of($"allow: {{ contents: write }}, approve: [{{ when: {{ {when} }}, by: {{ {by} }} }}]").Approvals.Single());

    [TestMethod]
    public void Approval_OfSeveralVerbs_IsSaidOfEach() => Assert.AreSequenceEqual(
        new[] { "listing the secrets a (1 person of g)", "reading the values of the secrets b or c (1 person of g)" },
        Policies.Rules("- { id: a, who: { groups: [dev] }, vaults: [kv], secrets: { '*': [get] }, approve: [{ when: { secrets: { list: a, get: [b, c] } }, by: { groups: [g] } }] }")
            .ReachOf(Policies.Person("x", "dev")).Rules.Single().Approvals);

    [TestMethod]
    public void Deny_OfSecrets_IsSaidOfEachVerb() => Assert.AreSequenceEqual(
        new[] { "reading the secrets prod-*", "deleting any secret" },
        Policies.Rules("- { id: a, who: { groups: [dev] }, vaults: [kv], secrets: { '*': [get] }, deny: [{ secrets: { get-masked: 'prod-*', delete: '*' } }] }")
            .ReachOf(Policies.Person("x", "dev")).Rules.Single().Denies);

    [TestMethod]
    public void Words_ThereAreSomeForEveryKeyOfAMatcher()
    {
        // A new property of a matcher needs words, or people are told less than what holds: add it to MatcherWords, its row above, and count it here.
        Assert.HasCount(PolicyKeys.Push.Length, typeof(PushMatcher).GetProperties());
        Assert.HasCount(11, PolicyKeys.Push);
        Assert.HasCount(PolicyKeys.Api.Length, typeof(ApiMatcher).GetProperties());
        Assert.HasCount(4, PolicyKeys.Api);
        Assert.HasCount(PolicyKeys.Deny.Length, typeof(DenyEntry).GetProperties());
        Assert.HasCount(4, PolicyKeys.Deny);
    }

    [TestMethod]
    public void Words_OfEndlessGlobs_AreCut() =>
        Assert.IsLessThanOrEqualTo(400, Of($"allow: {{ contents: write }}, deny: [{{ push: {{ paths: [{string.Join(", ", Enumerable.Range(0, 200).Select(static i => $"'path-{i}/**'"))}] }} }}]").Denies.Single().Length);

    private static RuleReach Of(string says) =>
        Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], {says} }}").ReachOf(Policies.Person("x", "dev")).Rules.Single();
}
