using CsCheck;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Parsing;

namespace CursorBroker.Core.Tests.Policy.Reach;

/// <summary>What a caller may ever do: never less than what is decided, and nothing for strangers.</summary>
[TestClass]
public sealed class PolicyReachTests
{
    private static readonly string[] Permissions = ["contents:read", "contents:write", "issues:write", "metadata:read", "workflows:write, contents:write", "actions:read", "pull_requests:write, issues:read"];
    private static readonly PolicySet Example = Policies.Compile(Policies.Example);

    private static readonly Caller Developer = Policies.Developer with
    {
        Issuer = Policies.Tenant,
        Person = new PersonId(Policies.Tenant, "dev-1"),
    };

    [TestMethod]
    [DataRow("contents:read", true)]
    [DataRow("contents:write", true)]
    [DataRow("contents:write, issues:write", true)]
    [DataRow("metadata:read", true, DisplayName = "GitHub gives it with every token")]
    [DataRow("checks:write", false)]
    [DataRow("actions:read", false)]
    [DataRow("contents:write, actions:read", false)]
    [DataRow("", false, DisplayName = "nothing is ever allowed with no permission")]
    public void MayEver_OfTheExample_IsWhatOneRuleGives(string needs, bool may) =>
        Assert.AreEqual(may, Example.ReachOf(Developer).MayEver(Policies.Permissions(needs)));

    [TestMethod]
    public void MayEver_TwoRulesThatWouldAddUp_IsNo()
    {
        var reach = Policies.Rules("""
            - { id: a, who: { groups: [dev] }, repositories: [acme/a], allow: { issues: write } }
            - { id: b, who: { groups: [dev] }, repositories: [acme/a], allow: { contents: write } }
            """).ReachOf(Policies.Person("x", "dev"));

        Assert.IsTrue(reach.MayEver(Policies.Permissions("issues:write")));
        Assert.IsTrue(reach.MayEver(Policies.Permissions("contents:write")));
        Assert.IsFalse(reach.MayEver(Policies.Permissions("contents:write, issues:write")));
    }

    [TestMethod]
    [DataRow("contents: none", "contents:read", false)]
    [DataRow("contents: read", "contents:write", false)]
    [DataRow("contents: read", "contents:read", true)]
    [DataRow("metadata: none", "metadata:read", false)]
    [DataRow("issues: none", "contents:write", true)]
    public void MayEver_AboveTheCeiling_IsNo(string ceiling, string needs, bool may)
    {
        var policy = Policies.Rules("- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write } }", $"ceiling: {{ {ceiling} }}");

        Assert.AreEqual(may, policy.ReachOf(Policies.Person("x", "dev")).MayEver(Policies.Permissions(needs)));
    }

    [TestMethod]
    [DataRow("list", true)]
    [DataRow("get", true)]
    [DataRow("get-masked", true)]
    [DataRow("use", true)]
    [DataRow("set", true)]
    [DataRow("delete", false)]
    [DataRow("SET", false)]
    public void MayEverUseVaults_OfTheExample_IsWhatRulesGive(string verb, bool may) => Assert.AreEqual(may, Example.ReachOf(Developer).MayEverUseVaults(verb));

    [TestMethod]
    [DataRow("secrets: { '*': [get] }", "get-masked", true, DisplayName = "who may have the value may have its mask")]
    [DataRow("secrets: { '*': [get-masked] }", "get", false)]
    [DataRow("use: { '*': [github-actions-secret] }", "use", true)]
    [DataRow("use: { '*': [github-actions-secret] }", "list", false)]
    public void MayEverUseVaults_WhatOneVerbMeansForAnother(string gives, string verb, bool may) => Assert.AreEqual(
        may, Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, vaults: [kv], {gives} }}").ReachOf(Policies.Person("x", "dev")).MayEverUseVaults(verb));

    [TestMethod]
    public void Reach_OfVaultsOnly_GivesNoPermission() => Assert.IsFalse(
        Policies.Rules("- { id: a, who: { groups: [dev] }, vaults: [kv], secrets: { '*': [get] } }").ReachOf(Policies.Person("x", "dev")).MayEver(PermissionSet.MetadataRead));

    [TestMethod]
    [DataRow("another group")]
    [DataRow("payments-leads")]
    public void Reach_OfWhomNoRuleCovers_IsNothing(string group)
    {
        var reach = Example.ReachOf(Developer with { Groups = [group] });

        Assert.IsEmpty(reach.Rules);
        Assert.IsEmpty(reach.Owners);
        Assert.IsFalse(reach.HasOwnersByPattern);
        Assert.IsFalse(Permissions.Any(each => reach.MayEver(Policies.Permissions(each))));
        Assert.IsFalse(PolicyKeys.WhenSecrets.Any(reach.MayEverUseVaults));
    }

    [TestMethod]
    public void Reach_OfAPersonNamedLikeAWorkload_IsNothing() => Assert.IsEmpty(
        Policies.Rules("- { id: a, who: { workloads: [build] }, repositories: [acme/*], allow: { contents: read } }").ReachOf(Policies.Person("build")).Rules);

    [TestMethod]
    public void Owners_AreThoseOfRulesThatGiveSomething()
    {
        var reach = Policies.Rules("""
            - { id: a, who: { groups: [dev] }, repositories: [zeta/*, Acme/x], allow: { contents: read } }
            - { id: b, who: { groups: [dev] }, repositories: [acme/y, "team-*/x"], allow: { issues: read } }
            - { id: c, who: { groups: [dev] }, repositories: [held-back/*], deny: [{ push: { delete: true } }] }
            - { id: d, who: { groups: [other] }, repositories: [theirs/*], allow: { contents: read } }
            """).ReachOf(Policies.Person("x", "dev"));

        Assert.AreSequenceEqual(new[] { "Acme", "zeta" }, reach.Owners);
        Assert.IsTrue(reach.HasOwnersByPattern);
    }

    [TestMethod]
    public void Reach_NeverHidesWhatIsAllowedOrWaits() => Gen.Select(Rules, Ceilings, Asked).Sample(static (rules, ceiling, operation) =>
    {
        var policy = Policies.Rules(string.Join("\n", rules.Select(static (rule, i) => $"- {{ id: r{i}, {rule} }}")), ceiling);
        var caller = Policies.Person("x", "dev");
        var reach = policy.ReachOf(caller);
        var decision = policy.Decide(caller, operation);
        if (decision is Decision.Deny)
        {
            return true;
        }

        var grant = decision.GrantOf();
        return reach.MayEver(grant.Permissions)
            && operation.Alternatives.Prepend(operation.Needs).Any(reach.MayEver)
            && reach.Rules.Any(rule => rule.Id == grant.Rule && rule.Permissions.Covers(grant.Permissions));
    });

    [TestMethod]
    public void Reach_NeverHidesWhatIsAllowedOrWaitsOnSecrets() => Gen.Select(VaultRules.Array[1, 4], Policies.AnyOf(Enum.GetValues<SecretVerb>()), Gen.Bool, Gen.Bool).Sample(
        static (rules, verb, orValue, all) =>
        {
            var policy = Policies.Rules(string.Join("\n", rules.Select(static (rule, i) => $"- {{ id: r{i}, {rule} }}")));
            var caller = Policies.Person("x", "dev");
            var call = new SecretCall(verb) { To = verb == SecretVerb.Use ? SecretUse.GitHubActionsSecret : null, Into = verb == SecretVerb.Use ? RepositoryName.Parse("acme/a") : null, OrValue = orValue && verb == SecretVerb.GetMasked };
            var operation = Operation.Secret(VaultName.Parse("kv-dev"), all && verb == SecretVerb.List ? null : SecretName.Parse("db-x"), call);
            return policy.Decide(caller, operation) is Decision.Deny || policy.ReachOf(caller).MayEverUseVaults(SecretVerbs.WordOf(verb));
        });

    [TestMethod]
    public void Reach_OfWhomNoRuleNames_IsNothingWhateverTheRules() => Gen.Select(Rules, Ceilings).Sample(static (rules, ceiling) =>
    {
        var reach = Policies.Rules(string.Join("\n", rules.Select(static (rule, i) => $"- {{ id: r{i}, {rule} }}")), ceiling).ReachOf(Policies.Person("z", "nobody"));
        return reach.Rules.IsEmpty && !Permissions.Any(each => reach.MayEver(Policies.Permissions(each))) && !PolicyKeys.WhenSecrets.Any(reach.MayEverUseVaults);
    });

    private static Gen<string[]> Rules { get; } = Gen.Select(
        Policies.AnyOf("groups: [dev]", "groups: [other]", "groups: [dev, other]", "users: [x]", "groups: [dev], users: [y]"),
        Policies.AnyOf("acme/payments-*", "acme/*", "'*/payments-api'", "else/*"),
        Policies.AnyOf("contents: read", "contents: write", "contents: write, workflows: write", "issues: write", "actions: read", "pull_requests: write, issues: read", "metadata: read"),
        Policies.AnyOf("", ", refs: { visible: [main], push: [main] }", ", refs: { push: [] }", ", deny: [{ push: { force: true } }]", ", approve: [{ when: { push: { refs: [main] } }, by: { groups: [g] } }]"),
        static (who, repository, allow, rest) => $"who: {{ {who} }}, repositories: [{repository}], allow: {{ {allow} }}{rest}").Array[1, 4];

    private static Gen<string> VaultRules { get; } = Gen.Select(
        Policies.AnyOf("groups: [dev]", "groups: [other]", "users: [x]"),
        Policies.AnyOf("kv-dev", "'*'", "other"),
        Policies.AnyOf("list", "get", "get-masked", "set", "delete", "use", "list, get, set"),
        Policies.AnyOf("", ", use: { '*': [github-actions-secret] }", ", deny: [{ secrets: { get: '*' } }]", ", approve: [{ when: { secrets: { set: '*' } }, by: { groups: [g] } }]"),
        static (who, vault, verbs, rest) => $"who: {{ {who} }}, vaults: [{vault}], secrets: {{ 'db-*': [{verbs}] }}{rest}");

    private static Gen<string> Ceilings { get; } = Policies.AnyOf("", "ceiling: { workflows: none }", "ceiling: { contents: read }", "ceiling: { issues: none, metadata: none }");

    private static Gen<Operation> Asked { get; } = Policies.AnyOf(
        Policies.Read(),
        Policies.Prepare(),
        Policies.Push("refs/heads/main", "a.txt"),
        Policies.Push("refs/heads/x", ".github/workflows/ci.yml"),
        Policies.ReadFiles("refs/heads/main", "a.txt"),
        Policies.Api("GET /repos/{owner}/{repo}", "metadata:read"),
        Policies.Api("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", "issues:write", "pull_requests:write"),
        Policies.Api("GET /repos/{owner}/{repo}/actions/runs", "actions:read"));
}
