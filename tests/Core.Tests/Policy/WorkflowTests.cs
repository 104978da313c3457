using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>A push that changes workflow files could make the pipeline do anything: it needs a permission of its own.</summary>
[TestClass]
public sealed class WorkflowTests
{
    private const string Writer = "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write } }";
    private const string WorkflowWriter = "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write, workflows: write } }";

    [TestMethod]
    [DataRow(".github/workflows/ci.yml", true)]
    [DataRow(".GitHub/Workflows/x.yml", true, DisplayName = "another case")]
    [DataRow(".github/WORKFLOWS/deep/x.yml", true)]
    [DataRow(".github/workflows", true, DisplayName = "a file, link or submodule in the folder's place")]
    [DataRow(".github", true, DisplayName = "a link in the place of the folder above")]
    [DataRow(".github/workflows-old/ci.yml", false)]
    [DataRow(".github/dependabot.yml", false)]
    [DataRow("docs/.github/workflows/ci.yml", false, DisplayName = "not at the top")]
    public void Push_APath_NeedsWorkflowsWhereGitHubRunsThem(string path, bool needed)
    {
        var operation = Policies.Push("refs/heads/x", "src/a.cs", path);
        Assert.AreEqual(needed ? "contents:write, workflows:write" : "contents:write", operation.Needs.ToString());
        var decision = Policies.Rules(Writer).Decide(Policies.Person("x", "dev"), operation);
        Assert.AreEqual(needed ? "PermissionMissing" : "allow", decision.Outcome());
    }

    [TestMethod]
    public void Push_WorkflowRenamedAway_StillNeedsWorkflows() =>
        Assert.AreEqual("PermissionMissing", Policies.Rules(Writer).Decide(
            Policies.Person("x", "dev"), Policies.Push("refs/heads/x", ".github/workflows/ci.yml", "old/ci.yml")).Outcome());

    [TestMethod]
    public void Push_WorkflowWithTheRulesConsent_GrantsWhatTheTokenNeeds()
    {
        var policy = Policies.Rules(WorkflowWriter);
        var caller = Policies.Person("x", "dev");
        Assert.AreEqual("contents:write, workflows:write", policy.Decide(caller, Policies.Push("refs/heads/x", ".github/workflows/ci.yml")).GrantOf().Permissions.ToString());
        Assert.AreEqual("contents:write", policy.Decide(caller, Policies.Push("refs/heads/x", "a")).GrantOf().Permissions.ToString());
    }

    [TestMethod]
    public void Push_WorkflowAgainstTheCeiling_IsRefusedWhateverTheRuleSays()
    {
        var policy = Policies.Rules(WorkflowWriter, "ceiling: { workflows: none }");
        Assert.AreEqual("AboveCeiling", policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/x", ".github/workflows/ci.yml")).Outcome());
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Policies.Push("refs/heads/x", "a")).Outcome());
    }

    [TestMethod]
    public void Push_PathsUnknown_NeedsContentsOnlyUntilTheyAreKnown()
    {
        var update = Policies.Update("refs/heads/x") with { ChangedPaths = null };
        Assert.AreEqual(PermissionSet.ContentsWrite, Policies.Push(update).Needs);
        Assert.AreEqual(PermissionSet.WorkflowsWrite, Policies.Push(update with { ChangedPaths = [".github/workflows/x"] }).Needs);
    }
}
