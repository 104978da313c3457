using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class DecisionTests
{
    private static readonly PolicySet Example = Policies.Compile(Policies.Example);

    [TestMethod]
    [DataRow("refs/heads/cursor/fix", "src/a.cs", "allow")]
    [DataRow("refs/heads/cursor/a/b", "src/a.cs", "allow")]
    [DataRow("refs/heads/main", "src/a.cs", "approve")]
    [DataRow("refs/heads/Main", "src/a.cs", "RefNotAllowed", DisplayName = "refs are case-sensitive")]
    [DataRow("refs/heads/release/1", "src/a.cs", "RefNotAllowed", DisplayName = "visible is not pushable")]
    [DataRow("refs/tags/main", "src/a.cs", "RefNotAllowed", DisplayName = "a tag is not the branch of its name")]
    [DataRow("refs/heads/cursor/fix", "certs/server.pem", "DeniedByRule")]
    [DataRow("refs/heads/cursor/fix", "certs/SERVER.PEM", "DeniedByRule", DisplayName = "paths compare without case")]
    [DataRow("refs/heads/cursor/fix", ".Env", "DeniedByRule")]
    [DataRow("refs/heads/release/1", ".env", "DeniedByRule", DisplayName = "deny comes before refs")]
    [DataRow("refs/heads/cursor/fix", "deploy/prod/app.yaml", "approve")]
    [DataRow("refs/heads/cursor/fix", "Deploy/PROD/app.yaml", "approve", DisplayName = "approve paths compare without case")]
    [DataRow("refs/heads/cursor/fix", "Deploy/prod", "approve", DisplayName = "a submodule, link or file in the place of a directory has all its paths")]
    [DataRow("refs/heads/cursor/fix", "deploy", "approve", DisplayName = "so has one in the place of a directory above it")]
    [DataRow("refs/heads/cursor/fix", "deploy/pro", "allow")]
    [DataRow("refs/heads/cursor/fix", "deploy/prod2", "allow")]
    [DataRow("refs/heads/cursor/fix", "deploy/test/app.yaml", "allow")]
    public void Decide_PushByExample_FollowsTheTable(string reference, string path, string expected) =>
        Assert.AreEqual(expected, Example.Decide(Policies.Developer, Policies.Push(reference, path)).Outcome());

    [TestMethod]
    [DataRow("acme/payments-api", "allow")]
    [DataRow("ACME/Payments-API", "allow", DisplayName = "repositories compare without case")]
    [DataRow("acme/payments", "NotCovered")]
    [DataRow("acme/internal-tools", "NotCovered")]
    [DataRow("acme2/payments-api", "NotCovered")]
    public void Decide_ReadByExample_FollowsTheTable(string repository, string expected) =>
        Assert.AreEqual(expected, Example.Decide(Policies.Developer, Policies.Read(repository)).Outcome());

    [TestMethod]
    public void Decide_DeleteByExample_IsDenied() => Assert.AreEqual(
        "DeniedByRule", Example.Decide(Policies.Developer, Policies.Push(Policies.Delete("refs/heads/cursor/fix"))).Outcome());

    [TestMethod]
    public void Decide_OneRuleReadsAllAndAnotherWritesCursor_NeverAddUpToWritingMain()
    {
        var policy = Policies.Rules("""
            - { id: readers, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read } }
            - { id: agents, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write }, refs: { visible: ["cursor/**"], push: ["cursor/**"] } }
            """);
        var caller = Policies.Person("x", "dev");
        var denied = policy.Decide(caller, Policies.Push("refs/heads/main"));
        Assert.AreEqual("RefNotAllowed", denied.Outcome());
        Assert.AreEqual("Pushing refs/heads/main is not allowed: rule 'agents' lets you push refs/heads/cursor/**.", denied.Explained());
        Assert.AreEqual("allow", policy.Decide(caller, Policies.Push("refs/heads/cursor/x")).Outcome());
        Assert.AreEqual("agents", policy.Decide(caller, Policies.Push("refs/heads/cursor/x")).GrantOf().Rule);
    }

    [TestMethod]
    public void Decide_TwoPermissionsFromTwoRules_NeverAddUp()
    {
        var policy = Policies.Rules("""
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write } }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { workflows: write } }
            """);
        var operation = Policies.Push("refs/heads/main") with { Needs = PermissionSet.ContentsWrite.With("workflows", Access.Write) };
        var denied = policy.Decide(Policies.Person("x", "dev"), operation);
        Assert.AreEqual("PermissionMissing", denied.Outcome());
        Assert.AreEqual(
            "This needs contents:write, workflows:write: rule 'a' gives you contents:write, workflows:none; rule 'b' gives you contents:none, workflows:write.",
            denied.Explained());
    }

    [TestMethod]
    public void Decide_AnotherRuleDenies_DenyBeatsAllow()
    {
        var policy = Policies.Rules("""
            - { id: writers, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write } }
            - { id: freeze, who: { groups: [dev] }, repositories: [acme/payments-api], deny: [{ push: { refs: [main] } }] }
            """);
        var denied = policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/main"));
        Assert.AreEqual("Rule 'freeze' denies this: it moves refs/heads/main.", denied.Explained());
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/other")).Outcome());
    }

    [TestMethod]
    public void Decide_DenyingRuleIsForOthers_DoesNotDeny()
    {
        var policy = Policies.Rules("""
            - { id: writers, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write } }
            - { id: freeze, who: { groups: [interns] }, repositories: [acme/*], deny: [{ push: { refs: ["refs/**"] } }] }
            """);
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/main")).Outcome());
        Assert.AreEqual("DeniedByRule", policy.Decide(Policies.Person("x", "dev", "interns"), Policies.Push("refs/heads/main")).Outcome());
    }

    [TestMethod]
    [DataRow("read", "AboveCeiling")]
    [DataRow("none", "AboveCeiling")]
    [DataRow("write", "allow")]
    [DataRow("admin", "allow")]
    public void Decide_Ceiling_HoldsWhateverARuleSays(string ceiling, string expected)
    {
        var policy = Policies.Rules(
            "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write } }", $"ceiling: {{ contents: {ceiling} }}");
        Assert.AreEqual(expected, policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/main")).Outcome());
    }

    [TestMethod]
    public void Decide_DenyAndCeilingBothHold_DenyIsToldFirst()
    {
        var policy = Policies.Rules(
            "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write }, deny: [{ push: { tags: false } }] }", "ceiling: { contents: none }");
        Assert.AreEqual("DeniedByRule", policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/main")).Outcome());
        Assert.AreEqual("AboveCeiling", policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/tags/v1")).Outcome());
    }

    [TestMethod]
    public void Decide_Stranger_LearnsTheSameOfEveryRepository()
    {
        var stranger = Policies.Person("x");
        var texts = new[] { "acme/payments-api", "acme/internal-tools", "nobody/nothing" }
            .SelectMany(repository => new[] { Policies.Read(repository), Policies.Prepare(repository), Policies.Push(Policies.Update("refs/heads/main"), repository) })
            .Select(operation => Example.Decide(stranger, operation).Explained()).Distinct();
        Assert.AreEqual("Not found, or not open to you.", texts.Single());
    }

    [TestMethod]
    [DataRow("contents: write", null, "allow")]
    [DataRow("contents: write", "visible: [main], push: []", "RefNotAllowed")]
    [DataRow("contents: write", "visible: [main]", "RefNotAllowed", DisplayName = "refs without push lets nothing be pushed")]
    [DataRow("contents: write", "push: [x]", "allow")]
    [DataRow("contents: read", null, "PermissionMissing")]
    [DataRow("issues: write", null, "PermissionMissing")]
    public void Decide_PreparePush_NeedsOneRuleWithWriteAndARef(string allow, string? refs, string expected)
    {
        var policy = Policies.Rules(
            $"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ {allow} }}{(refs is null ? "" : $", refs: {{ {refs} }}")} }}");
        Assert.AreEqual(expected, policy.Decide(Policies.Person("x", "dev"), Policies.Prepare()).Outcome());
    }

    [TestMethod]
    [DataRow("push: [\"cursor/**\"]", "refs/heads/cursor/x", "allow")]
    [DataRow("push: [\"cursor/**\"]", "refs/heads/main", "RefNotAllowed")]
    [DataRow("push: [\"cursor/**\"]", "refs/tags/cursor/x", "RefNotAllowed", DisplayName = "a tag of that name")]
    [DataRow("visible: [main]", "refs/heads/main", "RefNotAllowed", DisplayName = "a ref that is only shown")]
    public void Decide_PreparePushToARef_NeedsThatRef(string refs, string to, string expected)
    {
        var policy = Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write }}, refs: {{ {refs} }} }}");
        var decision = policy.Decide(Policies.Person("x", "dev"), Operation.PreparePush(RepositoryName.Parse("acme/payments-api"), RefName.Parse(to)));
        Assert.AreEqual(expected, decision.Outcome());
        if (decision is Decision.Deny)
        {
            StringAssert.StartsWith(decision.Explained(), $"Pushing {to} is not allowed: rule 'a' lets you push ");
        }
    }

    [TestMethod]
    public void Decide_NeedsNothing_IsRefused()
    {
        // Attack: an operation without permissions would mint a token with everything the App has.
        var operation = Policies.Read() with { Needs = PermissionSet.Empty };
        Assert.AreEqual("PermissionMissing", Example.Decide(Policies.Developer, operation).Outcome());
    }

    [TestMethod]
    public void Decide_UnknownKindOfOperationOrTarget_IsRefused()
    {
        Assert.AreEqual("PermissionMissing", Example.Decide(Policies.Developer, Policies.Read() with { Details = new NewDetails() }).Outcome());
        Assert.AreEqual("NotCovered", Example.Decide(Policies.Developer, Policies.Read() with { Target = new NewTarget() }).Outcome());
    }

    [TestMethod]
    public void Decide_PolicyWithoutRules_RefusesEverything() =>
        Assert.AreEqual("NotCovered", Policies.Compile("version: 1").Decide(Policies.Developer, Policies.Read()).Outcome());

    [TestMethod]
    public void Decide_VaultOnlyRule_CoversNoRepository()
    {
        var policy = Policies.Rules("""- { id: v, who: { groups: [dev] }, vaults: ["*"], secrets: { "*": [get] } }""");
        Assert.AreEqual("NotCovered", policy.Decide(Policies.Person("x", "dev"), Policies.Read()).Outcome());
    }

    [TestMethod]
    public void Decide_Trace_TellsEveryStepInOrder()
    {
        var trace = Example.Decide(Policies.Developer, Policies.Push("refs/heads/main", "deploy/prod/x")).Trace;
        CollectionAssert.AreEqual(new[] { "cover", "allow", "approve", "approve" }, trace.Select(step => step.Step).ToArray());
        Assert.IsTrue(trace.All(step => step.Rule == "payments"));
        var stranger = Example.Decide(Policies.Person("x"), Policies.Read()).Trace;
        Assert.AreEqual("is about acme/payments-api, but not for this caller: in none of the groups payments-dev", stranger[0].Text);
    }

    private sealed record NewDetails : OperationDetails
    {
        public override string Name => "new.thing";
    }

    private sealed record NewTarget : OperationTarget;
}
