using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>The <c>api</c> of deny and approve entries.</summary>
[TestClass]
public sealed class ApiMatcherTests
{
    private const string Merge = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";

    [TestMethod]
    [DataRow("routes: ['PUT /repos/{owner}/{repo}/pulls/*/merge']", Merge, "contents:write", true)]
    [DataRow("routes: ['PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge']", Merge, "contents:write", true)]
    [DataRow("routes: ['put /REPOS/*/*/pulls/*/MERGE']", Merge, "contents:write", true)]
    [DataRow("routes: ['* /repos/**']", Merge, "contents:write", true)]
    [DataRow("routes: ['**']", Merge, "contents:write", true)]
    [DataRow("routes: ['**']", "mutation mergePullRequest", "contents:write", true)]
    [DataRow("routes: ['mutation *']", "mutation mergePullRequest", "contents:write", true)]
    [DataRow("routes: ['mutation *']", "query repository", "contents:read", false)]
    [DataRow("routes: ['GET /repos/**']", Merge, "contents:write", false)]
    [DataRow("routes: ['PUT /repos/{owner}/{repo}/pulls/*']", Merge, "contents:write", false)]
    [DataRow("routes: ['DELETE **', 'PUT **']", Merge, "contents:write", true)]
    [DataRow("permissions: { contents: write }", Merge, "contents:write, pull_requests:read", true)]
    [DataRow("permissions: { contents: write }", Merge, "contents:read", false)]
    [DataRow("permissions: { contents: read }", Merge, "contents:write", true)]
    [DataRow("permissions: { pages: write, contents: write }", Merge, "contents:write", true)]
    [DataRow("permissions: [contents]", Merge, "contents:read", true)]
    [DataRow("permissions: [pages, issues]", Merge, "contents:write", false)]
    [DataRow("access: write", Merge, "contents:write", true)]
    [DataRow("access: write", Merge, "contents:read, issues:read", false)]
    [DataRow("access: read", Merge, "contents:read", true)]
    [DataRow("access: read", Merge, "contents:read, issues:write", false)]
    [DataRow("access: write, permissions: [issues]", Merge, "contents:write", false)]
    [DataRow("access: write, permissions: [contents], routes: ['PUT **']", Merge, "contents:write", true)]
    [DataRow("access: write, permissions: [contents], routes: ['GET **']", Merge, "contents:write", false)]
    public void Entry_Keys_AllMustHoldAndAnyValueWillDo(string api, string route, string needs, bool matches)
    {
        Assert.AreEqual(matches ? "DeniedByRule" : "allow", Decide($"deny: [{{ api: {{ {api} }} }}]", Policies.Api(route, needs)).Outcome());
        Assert.AreEqual(matches ? "approve" : "allow", Decide($"approve: [{{ when: {{ api: {{ {api} }} }}, by: {{ groups: [leads] }} }}]", Policies.Api(route, needs)).Outcome());
    }

    [TestMethod]
    public void Entry_AboutTheApi_IsNotAboutGit()
    {
        const string Deny = "deny: [{ api: { routes: ['**'] } }]";
        Assert.AreEqual("allow", Decide(Deny, Policies.Push("refs/heads/main")).Outcome());
        Assert.AreEqual("allow", Decide(Deny, Policies.Read()).Outcome());
        Assert.AreEqual("allow", Decide("approve: [{ when: { api: { access: write } }, by: { groups: [leads] } }]", Policies.Push("refs/heads/main")).Outcome());
    }

    [TestMethod]
    public void Entry_AboutPushes_IsNotAboutTheCallBesideThem() =>
        Assert.AreEqual("allow", Decide("deny: [{ push: { refs: ['refs/**'] } }]", Policies.Api(Merge, "contents:write")).Outcome());

    [TestMethod]
    public void Entry_DeniesThePreferredPermission_TheAlternativeIsGrantedWithoutIt()
    {
        var decision = Decide("deny: [{ api: { permissions: [issues] } }]", Policies.Api(Merge, "issues:write", "pull_requests:write"));
        Assert.AreEqual("pull_requests:write", decision.GrantOf().Permissions.ToString());
    }

    [TestMethod]
    public void Entry_DeniesTheRoute_NoAlternativeGetsAroundIt() =>
        Assert.AreEqual("DeniedByRule", Decide("deny: [{ api: { routes: ['PUT **'] } }]", Policies.Api(Merge, "issues:write", "pull_requests:write")).Outcome());

    [TestMethod]
    public void Entry_Matched_SaysWhatItFound()
    {
        Assert.AreEqual(
            $"Rule 'a' denies this: it calls {Merge} (PUT **); it needs contents:write; it can write.",
            Decide("deny: [{ api: { routes: ['PUT **'], permissions: { contents: read }, access: write } }]", Policies.Api(Merge, "contents:write")).Explained());
    }

    [TestMethod]
    [DataRow("access: write", "contents:write", "DeniedByRule")]
    [DataRow("access: read", "contents:read", "open", DisplayName = "it may turn out to need more")]
    [DataRow("permissions: { contents: read }", "contents:read", "DeniedByRule")]
    [DataRow("permissions: { workflows: write }", "contents:write", "open")]
    [DataRow("routes: ['PUT **']", "contents:write", "DeniedByRule")]
    public void Preview_Entry_DeniesOnlyWhatIsCertain(string api, string needs, string expected)
    {
        var preview = Policies.Rules(Rule($"deny: [{{ api: {{ {api} }} }}]")).Preview(Policies.Person("x", "dev"), Policies.Api(Merge, needs));
        Assert.AreEqual(expected, preview is PreliminaryDecision.Denied denied ? denied.Decision.Outcome() : "open");
    }

    [TestMethod]
    public void OwnTests_ApiCalls_AreDecidedAsCalls()
    {
        var policy = Policies.Compile("""
            version: 1
            rules:
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read, issues: write }, refs: { visible: [main] }, deny: [{ read: { paths: [secret] } }, { api: { routes: ['DELETE **'] } }] }
            tests:
            - { name: one, caller: { groups: [dev] }, api: { repository: acme/x, route: 'POST /repos/{owner}/{repo}/issues', permissions: { issues: write } }, expect: allow }
            - { name: two, caller: { groups: [dev] }, api: { repository: acme/x, route: 'DELETE /repos/{owner}/{repo}/x', permissions: { issues: write } }, expect: deny }
            - { name: three, caller: { groups: [dev] }, api: { repository: acme/x, route: 'GET /x', permissions: { contents: read }, ref: main, paths: [a] }, expect: allow }
            - { name: four, caller: { groups: [dev] }, api: { repository: acme/x, route: 'GET /x', permissions: { contents: read }, ref: main, paths: [secret] }, expect: deny }
            - { name: five, caller: { groups: [dev] }, api: { repository: acme/x, route: 'GET /x', permissions: { contents: read }, ref: other, paths: [a] }, expect: deny }
            - { name: six, caller: { groups: [dev] }, api: { repository: acme/x, route: 'GET /x', permissions: { contents: read }, ref: main }, expect: deny }
            - { name: seven, caller: { groups: [dev] }, api: { repository: acme/x, route: 'GET /x', permissions: { contents: read }, ref: main, paths: [] }, expect: allow }
            - { name: eight, caller: { groups: [dev] }, api: { repository: acme/x, route: 'GET /x', permissions: { contents: read }, paths: [a] }, expect: deny }
            """);
        var wrong = PolicyTestRunner.Run(policy).Where(static result => !result.Passed).Select(static result => result.Name).ToArray();
        Assert.IsEmpty(wrong, string.Join(", ", wrong));
    }

    private static Decision Decide(string entries, Operation operation) => Policies.Rules(Rule(entries)).Decide(Policies.Person("x", "dev"), operation);

    private static string Rule(string entries) =>
        $"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write, issues: write, pull_requests: write }}, {entries} }}";
}
