using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class PolicyTestRunnerTests
{
    private const string Rules = """
        version: 1
        issuers: [{ issuer: https://issuer.example, audiences: [b], workloads: always }]
        rules:
          - id: dev
            who: { groups: [dev] }
            repositories: [acme/*]
            allow: { contents: write }
            deny: [{ push: { paths: [secret] } }, { push: { delete: true } }, { push: { force: true } }, { push: { tags: true, create: true } }, { push: { larger: 50MB } }, { push: { other-authors: ["*@acme.example", "*@policy-test.invalid"] } }, { push: { refs: [signed], unsigned: true } }]
            approve: [{ when: { push: { refs: [main] } }, by: { groups: [leads] } }]
          - { id: one, who: { users: ["https://issuer.example#u-1"] }, repositories: [acme/web], allow: { contents: read } }
          - { id: ci, who: { workloads: ["repo:acme/**"] }, repositories: [acme/web], allow: { contents: read } }
          - { id: claimed, who: { claims: { team: [red] } }, repositories: [acme/web], allow: { contents: read } }
        tests:
        """;

    [TestMethod]
    [DataRow("caller: { groups: [dev] }, read: { repository: acme/web }", "allow")]
    [DataRow("caller: { groups: [] }, read: { repository: acme/web }", "deny")]
    [DataRow("caller: { user: u-1 }, read: { repository: acme/web }", "allow")]
    [DataRow("caller: { user: u-2 }, read: { repository: acme/web }", "deny")]
    [DataRow("caller: { user: 'https://other.example#u-1' }, read: { repository: acme/web }", "deny")]
    [DataRow("caller: { workload: 'repo:acme/x' }, read: { repository: acme/web }", "allow")]
    [DataRow("caller: { user: 'repo:acme/x' }, read: { repository: acme/web }", "deny")]
    [DataRow("caller: { claims: { team: [red, blue] } }, read: { repository: acme/web }", "allow")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: main }", "approve")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x }", "allow")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, create: true }", "allow")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, paths: [a, SECRET] }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, delete: true }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, force: true }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: refs/tags/v1, create: true }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: refs/tags/v1 }", "allow")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, size: 50MB }", "allow")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, size: 51MB }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, authors: [a@acme.example] }", "allow")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, authors: [a@acme.example, b@else.example] }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: signed }", "allow", DisplayName = "no commit, none unsigned")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: signed, authors: [a@acme.example] }", "allow", DisplayName = "signed unless said otherwise")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: signed, authors: [a@acme.example], unsigned: true }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: signed, unsigned: true }", "deny")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: signed, unsigned: false }", "allow")]
    [DataRow("caller: { groups: [dev] }, push: { repository: acme/web, ref: x, paths: [.github/workflows/ci.yml] }", "deny", DisplayName = "workflows need their own permission")]
    public void Run_OneTest_AsksWhatItSays(string test, string outcome)
    {
        foreach (var expect in new[] { "allow", "deny", "approve" })
        {
            var result = PolicyTestRunner.Run(Policies.Compile($"{Rules}\n  - {{ name: t, {test}, expect: {expect} }}")).Single();
            Assert.AreEqual(expect == outcome, result.Passed, string.Join('\n', result.Explanation));
            Assert.AreEqual((14, 5), (result.Line, result.Column));
        }
    }

    [TestMethod]
    public void Explanation_OfAnAllow_TellsCallerStepsAndGrant()
    {
        var policy = Policies.Compile(Policies.Example);
        var operation = Policies.Push("refs/heads/cursor/x", "a");
        CollectionAssert.AreEqual(
            new[]
            {
                "caller     person https://issuer.example#dev-1 (payments-dev)",
                "operation  git.push on acme/payments-api refs/heads/cursor/x 1111111..2222222, needs contents:write",
                "cover      [payments] covers the caller on acme/payments-api",
                "allow      [payments] alone permits contents:write",
                "=> allow",
                "   by rule payments: contents:write on acme/payments-api for at most 600 s",
                "   sees refs/heads/main, refs/heads/release/*, refs/heads/cursor/**; opaque bodies: allow",
            },
            PolicyExplanation.Lines(Policies.Developer, operation, policy.Decide(Policies.Developer, operation)));
    }

    [TestMethod]
    public void Explanation_OfAWaitAndADenial_TellsWhoAndWhy()
    {
        var policy = Policies.Compile(Policies.Example);
        var (main, pem) = (Policies.Push("refs/heads/main"), Policies.Push("refs/heads/main", "x.pem"));
        var waits = PolicyExplanation.Lines(Policies.Developer, main, policy.Decide(Policies.Developer, main));
        CollectionAssert.Contains(waits, "   1 of payments-leads (rule payments, entry 0)");
        var denied = PolicyExplanation.Lines(Policies.Developer, pem, policy.Decide(Policies.Developer, pem));
        CollectionAssert.Contains(denied, "=> deny: DeniedByRule");
        CollectionAssert.Contains(denied, "   Rule 'payments' denies this: it changes x.pem (**/*.pem).");
    }
}
