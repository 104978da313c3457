using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class PolicyCompilerTests
{
    private const string Rule = "version: 1\nissuers: [{ issuer: https://a.example, audiences: [b] }]\nrules:\n- id: a\n  who: { groups: [dev] }\n  repositories: [acme/*]\n  ";

    [TestMethod]
    [DynamicData(nameof(ProblemRows.Structural), typeof(ProblemRows))]
    [DynamicData(nameof(ProblemRows.Semantic), typeof(ProblemRows))]
    public void Compile_WrongPolicy_ReportsTheOneErrorWhereItIs(string marked, string message)
    {
        var (yaml, line, column) = Unmark(marked);
        var compilation = PolicyCompiler.Compile(yaml);
        Assert.IsNull(compilation.Policy);
        var error = compilation.Errors.Single();
        StringAssert.Contains(error.Message, message, StringComparison.Ordinal);
        Assert.AreEqual((line, column), (error.Line, error.Column), error.ToString());
    }

    [TestMethod]
    [DataRow("¦version: 1\nrules: [{ id: a, who: { groups: [g] }, repositories: [a/b], deny: [{ push: { delete: true } }] }]", "nobody can sign in")]
    [DataRow("¦version: 1\nissuers: [{ issuer: https://a.example, audiences: [b] }]", "everything is refused")]
    [DataRow(Rule + "allow: { contents: write }\n  refs: ¦{ visible: [main] }", "without 'push' no ref can be pushed")]
    [DataRow(Rule + "allow: { ¦contents: write }\nceiling: { contents: read }", "The ceiling holds contents at read")]
    [DataRow(Rule + "allow: { ¦contents: admin }", "its highest is write")]
    [DataRow(Rule + "opaque: ¦allow\n  deny: [{ read: { paths: [a] } }]", "A clone carries every path")]
    [DataRow(Rule + "opaque: ¦inspect\n  deny: [{ read: { paths: [a] } }]", "Inspecting finds secrets and leaves out no path")]
    [DataRow(Rule + "deny: [{ push: { paths: [¦'*.pem'] } }]", "write '**/*.pem'")]
    [DataRow(Rule + "deny: [{ push: { refs: [¦tags/v1] } }]", "refs/heads/tags/v1")]
    [DataRow(Rule + "deny: [{ push: ¦{ refs: [v1], tags: true } }]", "This can never match")]
    [DataRow(Rule + "deny: [{ push: ¦{ delete: true, create: true } }]", "This can never match")]
    [DataRow(Rule + "deny: [{ push: ¦{ delete: true, paths: [a] } }]", "a delete changes no path")]
    [DataRow(Rule + "deny: [{ push: ¦{ delete: true, larger: 1KB } }]", "a delete sends nothing")]
    [DataRow(Rule + "deny: [{ push: ¦{ delete: true, authors: ['a@example.com'] } }]", "a delete brings no commit")]
    [DataRow(Rule + "deny: [{ push: ¦{ delete: true, other-authors: ['a@example.com'] } }]", "a delete brings no commit")]
    [DataRow(Rule + "deny: [{ push: ¦{ delete: true, unsigned: true } }]", "a delete brings no commit")]
    [DataRow(Rule + "deny: [{ push: ¦{ other-authors: ['a@example.com', '*'] } }]", "nobody is left")]
    [DataRow(Rule + "approve: [{ when: ¦{ push: { delete: true }, paths: [a] }, by: { groups: [g] } }]", "a delete changes no path")]
    [DataRow(Rule + "allow: { issues: read }\nnotify: { ¦x: { email: [a@example.com] } }", "No rule names this target")]
    [DataRow("version: 1\nissuers: [{ issuer: https://a.example, audiences: [b] }]\nrules: [¦{ id: a, who: { groups: [g] }, repositories: [a/b] }]", "neither allows, denies")]
    [DataRow("version: 1\nissuers: [{ issuer: https://a.example, audiences: [b] }]\nrules: [{ id: a, who: { workloads: ¦[x] }, repositories: [a/b], allow: { issues: read } }]", "no caller is ever a workload")]
    [DataRow("¦version: 1\nrules: [{ id: a, who: { workloads: [x] }, repositories: [a/b], allow: { issues: read } }]", "nobody can sign in", DisplayName = "no issuer: of workloads nothing is said beside it")]
    [DataRow("version: 1\nissuers: [{ issuer: https://a.example, audiences: [b] }]\nrules: [{ id: a, who: { users: [¦'https://b.example#u'] }, repositories: [a/b], allow: { issues: read } }]", "matches nobody")]
    [DataRow("version: 1\nissuers: [{ issuer: https://a.example, audiences: [b] }]\nrules: [{ id: a, who: { claims: { ¦email: [a@b.c] } }, repositories: [a/b], allow: { issues: read } }]", "can be reassigned")]
    [DataRow(Rule + "deny: [{ api: { routes: [¦'PUT /repos/*/*/pulls/*/merged'] } }]", "No route that the broker knows matches this")]
    [DataRow(Rule + "deny: [{ api: ¦{ access: read, permissions: { issues: write } } }]", "This can never match")]
    [DataRow(Rule + "deny: [{ push: { delete: true } }]\n  exchange: ¦true", "The rule allows nothing")]
    public void Compile_DoubtfulPolicy_CompilesWithOneWarningWhereItIs(string marked, string message)
    {
        var (yaml, line, column) = Unmark(marked);
        var compilation = PolicyCompiler.Compile(yaml);
        Assert.IsNotNull(compilation.Policy, string.Join('\n', compilation.Problems));
        var warning = compilation.Warnings.Single();
        StringAssert.Contains(warning.Message, message, StringComparison.Ordinal);
        Assert.AreEqual((line, column), (warning.Line, warning.Column), warning.ToString());
    }

    [TestMethod]
    public void Compile_Example_HasNoProblemAndPassesItsTests()
    {
        var compilation = PolicyCompiler.Compile(Policies.Example);
        Assert.IsEmpty(compilation.Problems, string.Join('\n', compilation.Problems));
        var issuer = compilation.Policy!.Issuers.Single();
        Assert.AreEqual((Policies.Tenant, "tid,oid", "groups", GroupOverage.Graph), (issuer.Issuer, string.Join(',', issuer.SubjectClaims), issuer.GroupsClaim, issuer.Overage));
        Assert.AreEqual("payments-leads", issuer.GroupNames["22222222-0000-4000-8000-000000000004"]);
        Assert.AreEqual(("teams-webhook", "leads@example.com"), (compilation.Policy.Notify["leads"].TeamsSecret, compilation.Policy.Notify["leads"].Email.Single()));
        Assert.AreEqual("internal-key", compilation.Policy.Masking.Custom.Single().Id);
        Assert.IsTrue(PolicyTestRunner.Run(compilation.Policy).Single().Passed);
    }

    [TestMethod]
    public void Compile_IssuerWithEveryKey_IsReadWhole()
    {
        var policy = Policies.Compile("""
            version: 1
            issuers:
              - issuer: http://127.0.0.1:8080
                audiences: [a, b]
                clients: [c]
                subject: { claims: [iss, sub] }
                require: { tid: [x, y] }
                groups: { claim: roles }
                workloads: always
              - { issuer: https://ci.example, audiences: [a], workloads: { claim: idtyp, value: app } }
              - { issuer: https://plain.example, audiences: [a] }
            """);
        var (full, ci, plain) = (policy.Issuers[0], policy.Issuers[1], policy.Issuers[2]);
        Assert.AreEqual(("a,b", "c", "iss,sub", "x,y", "roles"), (
            string.Join(',', full.Audiences), string.Join(',', full.Clients), string.Join(',', full.SubjectClaims), string.Join(',', full.RequiredClaims["tid"]), full.GroupsClaim));
        Assert.IsTrue(full.Workloads.Always);
        Assert.AreEqual(new WorkloadRule(false, "idtyp", "app"), ci.Workloads);
        Assert.AreEqual(("sub", (string?)null, GroupOverage.Refuse, WorkloadRule.Never), (plain.SubjectClaims.Single(), plain.GroupsClaim, plain.Overage, plain.Workloads));
    }

    [TestMethod]
    public void Compile_ManyErrors_ReportsAllInTheOrderOfTheText()
    {
        var (compilation, lines) = (PolicyCompiler.Compile("""
            version: 3
            rulez: []
            ceiling: { nothing: read }
            rules:
              - id: a
                who: { users: [x@example.com] }
                repositories: [api/x, acme]
                lifetime: 2h
              - who: {}
            """), new[] { 1, 2, 3, 6, 7, 7, 8, 9, 9, 9 });
        CollectionAssert.AreEqual(lines, compilation.Errors.Select(error => error.Line).ToArray(), string.Join('\n', compilation.Errors));
        Assert.AreEqual("rules[0].repositories[1]", compilation.Errors.ElementAt(5).Path);
    }

    [TestMethod]
    public void Compile_TheDocument_MayBeAsLargeAsTheLimitAndNoLarger()
    {
        const string Policy = "version: 1\n# ";
        var fits = Policy + new string('ä', (PolicyCompiler.MaxBytes - Policy.Length) / 2);
        Assert.IsNotNull(PolicyCompiler.Compile(fits).Policy);
        StringAssert.Contains(PolicyCompiler.Compile(fits + "ä").Problems.Single().Message, "larger than 1048576 bytes", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Compile_Version_IsTheDigestOfTheText() => Assert.AreEqual(
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("version: 1"))), Policies.Compile("version: 1").Version);

    [TestMethod]
    public void Compile_HostIssuerThePolicyDoesNotList_IsAppended()
    {
        var host = new IssuerSettings { Issuer = "http://127.0.0.1:1", Audiences = ["broker"] };
        var compilation = PolicyCompiler.Compile("version: 1", new PolicyCompileOptions { HostIssuers = [host] });
        Assert.AreEqual(host, compilation.Policy!.Issuers.Single());
        Assert.IsFalse(compilation.Problems.Any(problem => problem.Message.Contains("sign in", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Compile_HostIssuerThePolicyLists_AddsOnlyGroupNamesThePolicyHasNone()
    {
        var host = new IssuerSettings
        {
            Issuer = "https://a.example",
            Audiences = ["other"],
            GroupNames = new Dictionary<string, string> { ["id-1"] = "host-name", ["id-2"] = "leads", ["id-3"] = "new" }.ToImmutable(),
        };
        var issuer = Policies.Compile(
            "version: 1\nissuers: [{ issuer: https://a.example, audiences: [b], groups: { claim: g, names: { dev: id-1, leads: id-9 } } }]",
            new PolicyCompileOptions { HostIssuers = [host] }).Issuers.Single();
        CollectionAssert.AreEquivalent(new[] { "id-1=dev", "id-9=leads", "id-3=new" }, issuer.GroupNames.Select(pair => $"{pair.Key}={pair.Value}").ToArray());
        Assert.AreEqual("b", issuer.Audiences.Single());
    }

    private static (string Yaml, int Line, int Column) Unmark(string marked)
    {
        var before = marked[..marked.IndexOf(ProblemRows.Mark, StringComparison.Ordinal)];
        return (marked.Replace(ProblemRows.Mark.ToString(), "", StringComparison.Ordinal), before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}

internal static class DictionaryExtensions
{
    public static System.Collections.Immutable.ImmutableDictionary<string, string> ToImmutable(this Dictionary<string, string> source) =>
        System.Collections.Immutable.ImmutableDictionary.CreateRange(source);
}
