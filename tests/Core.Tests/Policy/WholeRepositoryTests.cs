using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>Calls about a repository as a whole: for whom no ref and no path is held back.</summary>
[TestClass]
public sealed class WholeRepositoryTests
{
    private const string Protection = "PUT /repos/{owner}/{repo}/branches/{branch}/protection";
    private const string Who = "who: { groups: [dev] }, repositories: [acme/*]";

    [TestMethod]
    [DataRow("allow: { administration: write, contents: write }", null)]
    [DataRow("allow: { administration: write, contents: read }", null, DisplayName = "whoever pushes nothing moves nothing")]
    [DataRow("allow: { administration: write, contents: write }, refs: { visible: ['refs/**'], push: ['refs/**'] }", null)]
    [DataRow("allow: { administration: write, contents: write }, deny: [{ api: { routes: ['DELETE **'] } }]", null, DisplayName = "says nothing of refs and paths")]
    [DataRow("allow: { administration: write, contents: write }, approve: [{ when: { api: { permissions: [pages] } }, by: { groups: [g] } }]", null)]
    [DataRow("allow: { administration: write }", "no rule that gives contents:read shows every ref")]
    [DataRow("allow: { administration: write, contents: write }, refs: { visible: [main], push: ['refs/**'] }", "shows refs/heads/main")]
    [DataRow("allow: { administration: write, contents: write }, refs: { push: ['cursor/**'] }", "lets refs/heads/cursor/** be pushed only")]
    [DataRow("allow: { administration: write, contents: write }, refs: { push: ['**'] }", "lets refs/heads/** be pushed only", DisplayName = "tags are refs")]
    [DataRow("allow: { administration: write, contents: write }, deny: [{ read: { paths: [secret] } }]", "keeps some paths from readers")]
    [DataRow("allow: { administration: write, contents: write }, deny: [{ push: { paths: ['deploy/**'] } }]", "denies some pushes")]
    [DataRow("allow: { administration: write, contents: write }, deny: [{ push: { force: true } }]", "denies some pushes")]
    [DataRow("allow: { administration: write, contents: write }, approve: [{ when: { push: { refs: [main] } }, by: { groups: [g] } }]", "wants people to approve some pushes")]
    [DataRow("allow: { administration: write, contents: write }, approve: [{ when: { paths: ['deploy/**'] }, by: { groups: [g] } }]", "wants people to approve some pushes")]
    public void Whole_OfARule_IsForWhomNothingIsHeldBack(string says, string? because) => Assert.AreEqual(because ?? "", Held($"- {{ id: a, {Who}, {says} }}"));

    [TestMethod]
    [DataRow("- { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { administration: write } }", "lets refs/heads/cursor/** be pushed only", DisplayName = "the permission of another rule, which holds nothing back")]
    [DataRow("- { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { administration: write }, refs: { push: [main] } }", "lets refs/heads/main be pushed only")]
    public void Whole_PushesOfOneRuleWithThePermissionOfAnother_NeverAddUp(string other, string because) => Assert.AreEqual(
        because, Held($"- {{ id: a, {Who}, allow: {{ contents: write }}, refs: {{ push: ['cursor/**'] }} }}\n{other}"));

    [TestMethod]
    public void Whole_PreviewAndDecision_DenyAlike()
    {
        var policy = Policies.Rules($"- {{ id: a, {Who}, allow: {{ administration: write, contents: write }}, deny: [{{ push: {{ delete: true }} }}] }}");

        Assert.IsInstanceOfType<PreliminaryDecision.Denied>(policy.Preview(Policies.Person("x", "dev"), Whole()));
    }

    [TestMethod]
    public void Whole_Denied_TellsWhatToAskFor() => Assert.AreEqual(
        "This is about the repository as a whole, and rule 'a' lets refs/heads/cursor/** be pushed only: it is for those from whom no ref and no path is held back.",
        Policies.Rules($"- {{ id: a, {Who}, allow: {{ administration: write, contents: write }}, refs: {{ push: ['cursor/**'] }} }}").Decide(Policies.Person("x", "dev"), Whole()).Explained());

    [TestMethod]
    public void Whole_WithoutThePermission_IsToldThat() => Assert.AreEqual(
        "PermissionMissing", Policies.Rules($"- {{ id: a, {Who}, allow: {{ contents: write }} }}").Decide(Policies.Person("x", "dev"), Whole()).Outcome());

    private static string Held(string rules)
    {
        const string Before = "This is about the repository as a whole, and ";
        const string After = ": it is for those from whom no ref and no path is held back.";
        if (Policies.Rules(rules).Decide(Policies.Person("x", "dev"), Whole()) is not Decision.Deny denied)
        {
            return "";
        }

        Assert.AreEqual(DenialReason.RefNotAllowed, denied.Reason, denied.Explanation);
        Assert.IsTrue(denied.Explanation.StartsWith(Before, StringComparison.Ordinal) && denied.Explanation.EndsWith(After, StringComparison.Ordinal), denied.Explanation);
        var held = denied.Explanation[Before.Length..^After.Length];
        return held.StartsWith("rule '", StringComparison.Ordinal) ? held[(held.IndexOf("' ", StringComparison.Ordinal) + 2)..] : held;
    }

    private static Operation Whole() => Policies.Api(ApiRoutes.CallOf(Protection), "administration:write");
}
