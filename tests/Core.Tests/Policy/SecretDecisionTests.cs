using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>What the language says of secrets.</summary>
[TestClass]
public sealed class SecretDecisionTests
{
    private const string PolicyText = """
        - id: secrets
          who: { groups: [dev] }
          vaults: [kv-pay-*]
          secrets: { "db-*": [list, get-masked, use, set], "feature-*": [get], "both-*": [get-masked, get], "mine-*": [list, set, delete, get] }
          use: { "db-*": [github-actions-secret] }
          deny:
            - { secrets: { list: "db-hidden-*", set: "db-frozen" } }
          approve:
            - { when: { secrets: { set: "db-prod-*", use: "db-prod-*" } }, by: { groups: [leads] } }
        - id: usable-not-destined
          who: { groups: [half] }
          vaults: [kv-pay-dev]
          secrets: { "*": [use] }
        - id: destined-not-usable
          who: { groups: [half] }
          vaults: [kv-pay-dev]
          secrets: { "*": [list] }
          use: { "*": [github-actions-secret] }
        - id: kept
          who: { groups: [kept] }
          vaults: [kv-pay-dev]
          secrets: { "*": [get] }
          deny:
            - { secrets: { get-masked: "db-*" } }
        """;

    private static readonly PolicySet Policy = Policies.Rules(PolicyText);

    [TestMethod]
    [DataRow("dev", "kv-pay-dev", "db-password", SecretVerb.GetMasked, "allow")]
    [DataRow("dev", "KV-Pay-DEV", "DB-Password", SecretVerb.GetMasked, "allow")] // the vault compares without case, and so does the policy
    [DataRow("dev", "kv-pay-dev", "db-password", SecretVerb.Get, "PermissionMissing")]
    [DataRow("dev", "kv-pay-dev", "db-password", SecretVerb.Delete, "PermissionMissing")]
    [DataRow("dev", "kv-pay-dev", "db-password", SecretVerb.Set, "allow")]
    [DataRow("dev", "kv-pay-dev", "db-prod-password", SecretVerb.Set, "approve")]
    [DataRow("dev", "kv-pay-dev", "db-frozen", SecretVerb.Set, "DeniedByRule")]
    [DataRow("dev", "kv-pay-dev", "db-hidden-1", SecretVerb.List, "DeniedByRule")]
    [DataRow("dev", "kv-pay-dev", "feature-x", SecretVerb.Get, "allow")]
    [DataRow("dev", "kv-pay-dev", "feature-x", SecretVerb.GetMasked, "allow")] // who may have the value may have its mask
    [DataRow("dev", "kv-pay-dev", "feature-x", SecretVerb.List, "PermissionMissing")]
    [DataRow("dev", "kv-pay-dev", "mine-1", SecretVerb.Delete, "allow")]
    [DataRow("dev", "kv-pay-dev", "other", SecretVerb.List, "PermissionMissing")]
    [DataRow("dev", "kv-other", "db-password", SecretVerb.GetMasked, "NotCovered")]
    [DataRow("nobody", "kv-pay-dev", "db-password", SecretVerb.GetMasked, "NotCovered")]
    [DataRow("kept", "kv-pay-dev", "db-password", SecretVerb.Get, "DeniedByRule")] // a mask that is kept back keeps back the value
    [DataRow("kept", "kv-pay-dev", "other", SecretVerb.Get, "allow")]
    public void Decide_Secret_IsDecidedByItsVerb(string group, string vault, string name, SecretVerb verb, string outcome) =>
        Assert.AreEqual(outcome, Policy.Decide(Policies.Person("p", group), Secret(vault, name, verb)).Outcome());

    [TestMethod]
    [DataRow("dev", "db-password", "allow")]
    [DataRow("dev", "db-prod-password", "approve")]
    [DataRow("dev", "feature-x", "PermissionMissing")]
    [DataRow("half", "db-password", "PermissionMissing")] // two rules never add up
    public void Decide_Use_TakesTheVerbAndTheDestinationInOneRule(string group, string name, string outcome)
    {
        Assert.AreEqual(outcome, Policy.Decide(Policies.Person("p", group), Use(name, "acme/any")).Outcome());
    }

    [TestMethod]
    [DataRow("acme/pay-api", "allow")]
    [DataRow("ACME/Pay-API", "allow")]
    [DataRow("acme/mine", "PermissionMissing")] // though another rule gives every permission there
    [DataRow("other/pay-api", "PermissionMissing")]
    public void Decide_UseIntoARepositoryThatTheRuleIsNotAbout_IsDenied(string repository, string outcome)
    {
        var policy = Policies.Rules("""
            - { id: used, who: { groups: [dev] }, repositories: [acme/pay-*], vaults: [kv-pay-dev], secrets: { "*": [use, get-masked] }, use: { "*": [github-actions-secret] } }
            - { id: written, who: { groups: [dev] }, repositories: [acme/mine, "other/*"], allow: { secrets: write } }
            """);
        var decision = policy.Decide(Policies.Person("p", "dev"), Use("db-password", repository));
        Assert.AreEqual(outcome, decision.Outcome());
        if (outcome != "allow")
        {
            Assert.AreEqual($"This needs 'use for github-actions-secret of {repository}' on kv-pay-dev/db-password: rule 'used' gives you get-masked, use there (use for github-actions-secret of acme/pay-*).", decision.Explained());
        }
    }

    [TestMethod]
    public void Decide_OtherVerbsOfARuleWithRepositories_AskForNone()
    {
        var policy = Policies.Rules("- { id: a, who: { groups: [dev] }, repositories: [acme/pay-*], vaults: [kv-pay-dev], secrets: { '*': [get] }, use: { '*': [github-actions-secret] } }");
        Assert.AreEqual("allow", policy.Decide(Policies.Person("p", "dev"), Secret("kv-pay-dev", "db-password", SecretVerb.Get)).Outcome());
    }

    [TestMethod]
    [DataRow("", 1)]
    [DataRow("repositories: [acme/pay-*], ", 0)]
    public void Compile_UseWithoutRepositories_WarnsThatItGoesAnywhere(string repositories, int warnings)
    {
        var compilation = PolicyCompiler.Compile(
            $"version: 1\nrules: [{{ id: a, who: {{ groups: [dev] }}, {repositories}vaults: [kv-dev], secrets: {{ '*': [use] }}, use: {{ '*': [github-actions-secret] }} }}]");
        Assert.HasCount(warnings, compilation.Warnings.Where(static warning => warning.Message.Contains("every repository whose secrets the caller may write", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("db-password", SecretVerb.GetMasked)]
    [DataRow("feature-x", SecretVerb.Get)]
    [DataRow("both-1", SecretVerb.GetMasked)] // masked is the default
    public void Decide_ReadThatLeavesItToThePolicy_IsTheMaskWhereThatIsGiven(string name, SecretVerb granted)
    {
        var read = new SecretCall(SecretVerb.GetMasked) { OrValue = true };
        var decision = Policy.Decide(Policies.Person("p", "dev"), Operation.Secret(VaultName.Parse("kv-pay-dev"), SecretName.Parse(name), read));
        Assert.AreEqual(granted, decision.GrantOf().Secrets!.Call.Verb);
    }

    [TestMethod]
    public void Decide_ReadThatLeavesItToThePolicyWhereMasksAreDenied_GetsNoValueEither()
    {
        var read = new SecretCall(SecretVerb.GetMasked) { OrValue = true };
        Assert.AreEqual("DeniedByRule", Policy.Decide(Policies.Person("p", "kept"), Operation.Secret(VaultName.Parse("kv-pay-dev"), SecretName.Parse("db-x"), read)).Outcome());
    }

    [TestMethod]
    public void Decide_ListOfAll_ShowsWhatMayBeListedAndNothingThatIsKeptBack()
    {
        var granted = Policy.Decide(Policies.Person("p", "dev"), Operation.Secret(VaultName.Parse("kv-pay-dev"), null, new SecretCall(SecretVerb.List))).GrantOf();
        Assert.IsTrue(granted.Secrets!.MayList(SecretName.Parse("DB-password")));
        Assert.IsTrue(granted.Secrets.MayList(SecretName.Parse("mine-1")));
        Assert.IsFalse(granted.Secrets.MayList(SecretName.Parse("feature-x")));
        Assert.IsFalse(granted.Secrets.MayList(SecretName.Parse("db-hidden-1")));
        Assert.IsFalse(granted.Secrets.MayList(SecretName.Parse("other")));
    }

    [TestMethod]
    public void Decide_Denied_SaysWhichVerbWasMissingAndWhatThereIs()
    {
        var explained = Policy.Decide(Policies.Person("p", "dev"), Secret("kv-pay-dev", "db-password", SecretVerb.Get)).Explained();
        Assert.AreEqual("This needs 'get' on kv-pay-dev/db-password: rule 'secrets' gives you list, get-masked, use, set there (use for github-actions-secret).", explained);
    }

    [TestMethod]
    public void Decide_NotCovered_SaysTheSameOfEveryVault()
    {
        var one = Policy.Decide(Policies.Person("p", "nobody"), Secret("kv-pay-dev", "db-password", SecretVerb.Get)).Explained();
        Assert.AreEqual(one, Policy.Decide(Policies.Person("p", "dev"), Secret("kv-unknown", "db-password", SecretVerb.Get)).Explained());
    }

    [TestMethod]
    public void Decide_SecretCallOnARepository_IsCoveredByNothing()
    {
        var mixed = new Operation(new RepositoryTarget(RepositoryName.Parse("acme/a")), PermissionSet.ContentsRead, new SecretCall(SecretVerb.Get));
        var policy = Policies.Rules("- { id: a, who: { groups: [dev] }, repositories: ['acme/*'], vaults: ['*'], secrets: { '*': [get] }, allow: { contents: read } }");
        Assert.AreEqual("NotCovered", policy.Decide(Policies.Person("p", "dev"), mixed).Outcome());
    }

    [TestMethod]
    [DataRow("{ vault: kv-pay-dev, name: db-a, verb: get-masked }", "allow")]
    [DataRow("{ vault: kv-pay-dev, name: db-a, verb: get }", "deny")]
    [DataRow("{ vault: kv-pay-dev, verb: list }", "allow")]
    [DataRow("{ vault: kv-pay-dev, name: db-prod-a, verb: set }", "approve")]
    [DataRow("{ vault: kv-pay-dev, name: db-prod-a, verb: use, for: github-actions-secret, into: acme/a }", "approve")]
    public void PolicyTests_OfSecrets_AreRun(string secret, string expect)
    {
        var policy = Policies.Compile($"version: 1\ntests: [{{ name: t, caller: {{ groups: [dev] }}, secret: {secret}, expect: {expect} }}]\nrules:\n{PolicyText}");
        var result = PolicyTestRunner.Run(policy).Single();
        Assert.IsTrue(result.Passed, string.Join('\n', result.Explanation));
    }

    [TestMethod]
    public void Explanation_OfASecret_NamesVaultSecretAndVerb()
    {
        var (caller, operation) = (Policies.Person("p", "dev"), Secret("kv-pay-dev", "db-password", SecretVerb.GetMasked));
        var lines = PolicyExplanation.Lines(caller, operation, Policy.Decide(caller, operation));
        Assert.Contains("operation  secret.get-masked on kv-pay-dev/db-password, needs get-masked", lines);
        Assert.Contains("   by rule secrets: get-masked on kv-pay-dev/db-password", lines);
    }

    private static Operation Use(string name, string repository) => Operation.Secret(
        VaultName.Parse("kv-pay-dev"), SecretName.Parse(name), new SecretCall(SecretVerb.Use) { To = SecretUse.GitHubActionsSecret, Into = RepositoryName.Parse(repository) });

    private static Operation Secret(string vault, string name, SecretVerb verb) => Operation.Secret(VaultName.Parse(vault), SecretName.Parse(name), new SecretCall(verb));
}
