using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>What the policy says of writes that add a secret.</summary>
[TestClass]
public sealed class AddedSecretTests
{
    private const string Push = "{ when: { push: { secrets: true } }, by: { groups: [leads] } }";
    private const string Call = "{ when: { api: { secrets: true } }, by: { groups: [leads] } }";
    private const string Main = "{ when: { push: { refs: [main] } }, by: { groups: [leads] } }";

    private static readonly AddedSecret Secret = new("config/app.yaml", 3, "github-pat");

    [TestMethod]
    [DataRow("", "", "refs/heads/x", "AddsSecret", DisplayName = "refused by default")]
    [DataRow("refuse", "", "refs/heads/x", "AddsSecret")]
    [DataRow("allow", "", "refs/heads/x", "allow")]
    [DataRow("refuse", Push, "refs/heads/x", "approve", DisplayName = "people are asked about just that")]
    [DataRow("refuse", Main, "refs/heads/main", "AddsSecret", DisplayName = "whom another entry asks is not asked about secrets")]
    [DataRow("refuse", Call, "refs/heads/x", "AddsSecret", DisplayName = "nor whom an entry about calls asks")]
    [DataRow("allow", Push, "refs/heads/x", "approve", DisplayName = "an entry counts also where it would be allowed")]
    [DataRow("refuse", "{ when: { push: { secrets: true, refs: [main] } }, by: { groups: [leads] } }", "refs/heads/x", "AddsSecret", DisplayName = "on another ref nobody is asked")]
    public void Decide_PushThatAddsASecret_FollowsTheTable(string added, string approve, string reference, string expected)
    {
        var decision = Of(added, approve).Decide(Policies.Person("dev-1", "dev"), Policies.Push(Policies.Update(reference, "config/app.yaml") with { AddedSecrets = [Secret] }));

        Assert.AreEqual(expected, decision.Outcome());
    }

    [TestMethod]
    [DataRow("", "", "AddsSecret")]
    [DataRow("allow", "", "allow")]
    [DataRow("refuse", Call, "approve")]
    [DataRow("refuse", Push, "AddsSecret")]
    public void Decide_CallThatAddsASecret_FollowsTheTable(string added, string approve, string expected) =>
        Assert.AreEqual(expected, Of(added, approve).Decide(Policies.Person("dev-1", "dev"), Comment([Secret])).Outcome());

    [TestMethod]
    public void Decide_AddsNone_IsNotAskedAbout()
    {
        var policy = Of("refuse", $"{Push}, {Call}");

        Assert.AreEqual("allow", policy.Decide(Policies.Person("dev-1", "dev"), Policies.Push(Policies.Update("refs/heads/x", "a") with { AddedSecrets = [] })).Outcome());
        Assert.AreEqual("allow", policy.Decide(Policies.Person("dev-1", "dev"), Comment([])).Outcome());
    }

    [TestMethod]
    public void Decide_Refused_NamesFileLineAndRule()
    {
        var denied = Of("", "").Decide(Policies.Person("dev-1", "dev"), Policies.Push(Policies.Update("refs/heads/x", "config/app.yaml") with { AddedSecrets = [Secret] }));

        Assert.Contains("config/app.yaml:3 (github-pat)", denied.Explained());
    }

    [TestMethod]
    public void Decide_AllowedBySecrets_SaysSoInTheTrace()
    {
        var decision = Of("allow", "").Decide(Policies.Person("dev-1", "dev"), Comment([Secret]));

        Assert.IsTrue(decision.Trace.Any(static step => step.Step == "secrets" && step.Text.Contains("config/app.yaml:3", StringComparison.Ordinal)));
    }

    private static Operation Comment(AddedSecret[] secrets) => Operation.Api(
        RepositoryName.Parse("acme/payments-api"), [PermissionSet.Of("issues", Access.Write)], new ApiCall("POST /repos/{owner}/{repo}/issues/{issue_number}/comments") { AddedSecrets = secrets });

    private static PolicySet Of(string added, string approve) => Policies.Rules(
        $"- {{ id: dev, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write, issues: write }}, approve: [{approve}] }}",
        added.Length == 0 ? "" : $"masking: {{ added: {added} }}");
}
