using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>Calls of GitHub's API: what permits them, and what of the contents they may read.</summary>
[TestClass]
public sealed class ApiCallTests
{
    private const string Route = "POST /repos/{owner}/{repo}/issues/{issue_number}/labels";
    private const string Everything = "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read, issues: write } }";
    private const string SomeRefs = "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, refs: { visible: [main, 'cursor/**'] } }";
    private const string KeepsPem = "- { id: k, who: { groups: [dev] }, repositories: [acme/*], deny: [{ read: { paths: ['**/*.pem', 'secret/**'] } }] }";

    [TestMethod]
    [DataRow("issues:write", "allow")]
    [DataRow("issues:read", "allow")]
    [DataRow("issues:read, contents:read", "allow")]
    [DataRow("metadata:read", "allow", DisplayName = "GitHub puts metadata:read into every token")]
    [DataRow("metadata:write", "PermissionMissing")]
    [DataRow("contents:write", "PermissionMissing")]
    [DataRow("issues:write, pages:read", "PermissionMissing")]
    [DataRow("", "PermissionMissing", DisplayName = "a set of nothing would be a token for everything")]
    public void Call_Permissions_AreGivenByTheRuleOrNot(string needs, string expected) =>
        Assert.AreEqual(expected, Decide(Everything, Policies.Api(Route, needs)).Outcome());

    [TestMethod]
    public void Call_TwoRulesThatTogetherGiveIt_NeverAddUp() => Assert.AreEqual("PermissionMissing", Decide(
        """
        - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { issues: write } }
        - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { pages: read } }
        """,
        Policies.Api(Route, "issues:write, pages:read")).Outcome());

    [TestMethod]
    public void Call_RuleThatOnlyDenies_GivesNotEvenMetadata() => Assert.AreEqual("PermissionMissing", Decide(KeepsPem, Policies.Api(Route, "metadata:read")).Outcome());

    [TestMethod]
    public void Alternatives_FirstIsNotGiven_TheFirstThatIsGivenIsGrantedAlone()
    {
        var decision = Decide(Everything, Policies.Api(Route, "pull_requests:write", "issues:write", "contents:read"));
        Assert.AreEqual("issues:write", decision.GrantOf().Permissions.ToString());
        CollectionAssert.Contains(decision.Trace.Select(static step => step.Text).ToArray(), "does not permit it: it gives contents:read, issues:write");
    }

    [TestMethod]
    public void Alternatives_AllGiven_ThePreferredOneIsGranted() =>
        Assert.AreEqual("issues:read", Decide(Everything, Policies.Api(Route, "issues:read", "issues:write")).GrantOf().Permissions.ToString());

    [TestMethod]
    public void Alternatives_NoneGiven_TellsTheDenialOfTheFirst()
    {
        var denied = Decide(Everything, Policies.Api(Route, "pages:write", "checks:write"));
        Assert.AreEqual("This needs pages:write: rule 'a' gives you pages:none.", denied.Explained());
        Assert.HasCount(2, denied.Trace.Where(static step => step.Step == "allow"));
    }

    [TestMethod]
    public void Alternatives_EmptySetHiddenAmongThem_IsNeverGranted() =>
        Assert.AreEqual("PermissionMissing", Decide(Everything, Policies.Api(Route, "pages:write", "")).Outcome());

    [TestMethod]
    public void Alternatives_PreviewOfSetsByDifferentRules_IsOpenForTheShortestLifetime()
    {
        var policy = Policies.Rules("""
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { issues: write }, lifetime: 9m }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { pull_requests: write }, lifetime: 2m }
            """);
        var caller = Policies.Person("x", "dev");
        Assert.AreEqual(TimeSpan.FromMinutes(2), ((PreliminaryDecision.Open)policy.Preview(caller, Policies.Api(Route, "pages:write", "issues:write", "pull_requests:write"))).Lifetime);
        Assert.AreEqual("This needs pages:write: rule 'a' gives you pages:none; rule 'b' gives you pages:none.",
            ((PreliminaryDecision.Denied)policy.Preview(caller, Policies.Api(Route, "pages:write", "checks:read"))).Decision.Explanation);
    }

    [TestMethod]
    public void Reading_OneRuleWithAllRefsAndOneWithAllPaths_DoNotAddUpToEverything()
    {
        var policy = Policies.Rules("""
            - { id: refs, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read, actions: read }, deny: [{ read: { paths: ['secret/**'] } }] }
            - { id: paths, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read, actions: read }, refs: { visible: [main] } }
            """);
        var open = (PreliminaryDecision.Open)policy.Preview(Policies.Person("x", "dev"), Policies.ReadFiles("refs/heads/main", "a"));

        Assert.IsFalse(open.SeesEverything);
        Assert.AreEqual((true, false), (open.Readable.MayRead("a"), open.Readable.MayRead("secret/key")));
        Assert.AreEqual("DeniedByRule", policy.Decide(Policies.Person("x", "dev"), Policies.ReadFiles("refs/heads/main", "secret/key")).Outcome());
        Assert.AreEqual("DeniedByRule", policy.Decide(Policies.Person("x", "dev"), Aside(null, null)).Outcome());
        Assert.AreEqual("allow", policy.Decide(Policies.Person("x", "dev"), Aside("refs/heads/hidden")).Outcome());
    }

    [TestMethod]
    [DataRow("refs/heads/main", "allow")]
    [DataRow("refs/heads/hidden", "RefNotAllowed")]
    [DataRow(null, "RefNotAllowed")]
    public void Naming_RuleForSomethingElseThatHidesNothing_DoesNotNameWhatContentsHide(string? from, string expected)
    {
        // Attack: the run of a hidden branch, through the rule that is about runs and was not written with refs in mind.
        const string rules = """
            - { id: files, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, refs: { visible: [main] } }
            - { id: runs, who: { groups: [dev] }, repositories: [acme/*], allow: { actions: read } }
            """;

        Assert.AreEqual(expected, Decide(rules, Aside(from)).Outcome());
        Assert.AreEqual(expected, Decide(rules, Policies.Api(new ApiCall("GET /x") { Reads = new ContentRead(from is null ? null : RefName.Parse(from), []) }, "actions:read")).Outcome());
        Assert.AreEqual("main", Decide(rules, Policies.Api(Route, "actions:read")).GrantOf().Named.ToString()!["refs/heads/".Length..]);
    }

    [TestMethod]
    [DataRow("main", "refs/heads/main", "allow")]
    [DataRow("main", "refs/heads/dev", "RefNotAllowed")]
    [DataRow("main", "refs/heads/hidden", "RefNotAllowed")]
    [DataRow("main, dev", "refs/heads/dev", "allow")]
    [DataRow("refs/**", "refs/heads/dev", "allow")]
    public void Naming_RuleForSomethingElseThatShowsLess_NamesWhatBothShow(string contents, string from, string expected)
    {
        var rules = $"""
            - {RuleFor("files", "contents", contents)}
            - {RuleFor("runs", "actions", "main, dev, other")}
            """;

        Assert.AreEqual(expected, Decide(rules, Aside(from)).Outcome());
        Assert.AreEqual(expected == "allow", Decide(rules, Policies.Api(Route, "actions:read")).GrantOf().Named.Shows(RefName.Parse(from)));
        Assert.IsFalse(Decide(rules, Policies.Api(Route, "actions:read")).GrantOf().Named.Shows(RefName.Parse("refs/heads/hidden")));
        Assert.AreEqual("RefNotAllowed", Decide(rules, Aside(null)).Outcome());

        static string RuleFor(string id, string permission, string refs) =>
            $"{{ id: {id}, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ {permission}: read }}, refs: {{ visible: [{string.Join(", ", refs.Split(", ").Select(static name => $"'{name}'"))}] }} }}";
    }

    [TestMethod]
    [DataRow("", "refs/heads/hidden", "allow")]
    [DataRow("", null, "allow")]
    [DataRow(", refs: { visible: [main] }", "refs/heads/main", "allow")]
    [DataRow(", refs: { visible: [main] }", "refs/heads/hidden", "RefNotAllowed")]
    [DataRow(", refs: { visible: [main] }", null, "RefNotAllowed")]
    public void Naming_NoRuleGivesContents_RuleForSomethingElseSaysWhichRefs(string refs, string? from, string expected)
    {
        var rules = $"- {{ id: runs, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ actions: read }}{refs} }}";

        Assert.AreEqual(expected, Decide(rules, Aside(from)).Outcome());
        Assert.AreEqual(expected, Decide(rules, Aside(from, null)).Outcome());
        Assert.AreEqual(refs.Length == 0, Decide(rules, Policies.Api(Route, "actions:read")).GrantOf().Named.IsEverything);
    }

    [TestMethod]
    [DataRow("refs/heads/main", "allow", "open")]
    [DataRow("refs/heads/cursor/x", "allow", "open")]
    [DataRow("refs/heads/hidden", "RefNotAllowed", "RefNotAllowed")]
    [DataRow("refs/heads/MAIN", "RefNotAllowed", "RefNotAllowed")]
    [DataRow("refs/tags/main", "RefNotAllowed", "RefNotAllowed")]
    [DataRow("refs/pull/1/head", "RefNotAllowed", "RefNotAllowed")]
    [DataRow(null, "RefNotAllowed", "open", DisplayName = "by id, of which nobody knows the ref")]
    public void Read_FromARef_OnlyWhereOneMayBeSeen(string? from, string decided, string previewed)
    {
        Assert.AreEqual(decided, Decide(SomeRefs, Policies.ReadFiles(from, "a.txt")).Outcome());
        Assert.AreEqual(previewed, Preview(SomeRefs, Policies.ReadFiles(from, "a.txt")));
        Assert.AreEqual("allow", Decide(Everything, Policies.ReadFiles(from, "a.txt")).Outcome());
    }

    [TestMethod]
    public void Read_HiddenRefAndOneThatIsNotThere_AreToldTheSame()
    {
        Assert.AreEqual("Reading refs/heads/hidden is not open to you.", Decide(SomeRefs, Policies.ReadFiles("refs/heads/hidden", "a")).Explained());
        Assert.AreEqual("What is read by its id may be on any ref, and not every ref is open to you.", Decide(SomeRefs, Policies.ReadFiles(null, "a")).Explained());
    }

    [TestMethod]
    public void Read_PullRequestsPermissionWithoutContents_ShowsNoFiles()
    {
        const string Rules = "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { pull_requests: read } }";
        var files = new ApiCall("GET /repos/{owner}/{repo}/pulls/{pull_number}/files") { Reads = new ContentRead(RefName.Parse("refs/heads/main"), null) };
        Assert.AreEqual("This reads files, and no rule gives you contents:read here.", Decide(Rules, Policies.Api(files, "pull_requests:read")).Explained());
        Assert.AreEqual("allow", Decide(Rules, Policies.Api(files with { Reads = new ContentRead(RefName.Parse("refs/heads/main"), []) }, "pull_requests:read")).Outcome());
    }

    [TestMethod]
    public void Read_HiddenBranchThroughTheFilesOfItsPullRequest_IsNotOpen()
    {
        // The second rule says nothing of refs; what may be seen of contents is the first one's to say.
        const string Rules = """
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, refs: { visible: [main] } }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { pull_requests: read } }
            """;
        var files = new ApiCall("GET /repos/{owner}/{repo}/pulls/{pull_number}/files") { Reads = new ContentRead(RefName.Parse("refs/heads/hidden"), ["a"]) };
        Assert.AreEqual("RefNotAllowed", Decide(Rules, Policies.Api(files, "pull_requests:read")).Outcome());
    }

    [TestMethod]
    public void Read_RefOfOneRuleWithThePermissionOfAnother_NeverAddUp()
    {
        const string Rules = """
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, refs: { visible: [main, next] } }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read, checks: read }, refs: { visible: [main] } }
            """;
        var checks = new ApiCall("GET /repos/{owner}/{repo}/commits/{ref}/check-runs") { Reads = new ContentRead(RefName.Parse("refs/heads/next"), []) };
        Assert.AreEqual("RefNotAllowed", Decide(Rules, Policies.Api(checks, "checks:read")).Outcome());
    }

    [TestMethod]
    [DataRow("a.txt", "allow")]
    [DataRow("key.pem", "DeniedByRule")]
    [DataRow("deep/in/KEY.PEM", "DeniedByRule")]
    [DataRow("secret", "DeniedByRule", DisplayName = "the directory whose content is denied")]
    [DataRow("secret/a", "DeniedByRule")]
    [DataRow("./secret/a", "DeniedByRule")]
    [DataRow("x/../secret/a", "DeniedByRule")]
    [DataRow("secret//a", "DeniedByRule")]
    [DataRow("/secret/a", "DeniedByRule")]
    [DataRow("key.pem/", "DeniedByRule")]
    [DataRow("secret\\a", "DeniedByRule")]
    [DataRow("", "allow", DisplayName = "the top directory")]
    public void Read_PathThatAnotherRuleKeeps_IsDeniedHoweverItIsWritten(string path, string expected)
    {
        Assert.AreEqual(expected, Decide(Everything + "\n" + KeepsPem, Policies.ReadFiles("refs/heads/main", path)).Outcome(), path);
        Assert.AreEqual(expected == "allow" ? "open" : expected, Preview(Everything + "\n" + KeepsPem, Policies.ReadFiles("refs/heads/main", path)));
        var readable = Decide(Everything + "\n" + KeepsPem, Policies.Read()).GrantOf().Readable;
        Assert.AreEqual(expected == "allow", readable.MayRead(path), "what filters answers must say the same");
    }

    [TestMethod]
    public void Read_OneDeniedPathAmongMany_DeniesAll() =>
        Assert.AreEqual("DeniedByRule", Decide(Everything + "\n" + KeepsPem, Policies.ReadFiles("refs/heads/main", "a", "b", "c/key.pem")).Outcome());

    [TestMethod]
    [DataRow("", "allow")]
    [DataRow(KeepsPem, "DeniedByRule")]
    public void Read_PathsNotKnown_OnlyWhereNoPathIsDenied(string more, string expected)
    {
        Assert.AreEqual(expected, Decide(Everything + "\n" + more, Policies.ReadFiles("refs/heads/main", null)).Outcome());
        Assert.AreEqual("open", Preview(Everything + "\n" + more, Policies.ReadFiles("refs/heads/main", null)), "it will be known later");
    }

    [TestMethod]
    public void Read_OpaqueAllowed_OpensNoDeniedPathToTheApi()
    {
        const string Rules = "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read }, opaque: allow, deny: [{ read: { paths: [secret] } }] }";
        Assert.AreEqual("allow", Decide(Rules, Policies.Read()).Outcome());
        Assert.AreEqual("DeniedByRule", Decide(Rules, Policies.ReadFiles("refs/heads/main", null)).Outcome());
    }

    [TestMethod]
    public void Stranger_ReadingAnything_IsToldNothing() =>
        Assert.AreEqual("NotCovered", Policies.Rules(Everything).Decide(Policies.Person("y"), Policies.ReadFiles("refs/heads/main", "a")).Outcome());

    [TestMethod]
    public void UnmadeCommit_InWords_IsMadeByGitHub()
    {
        var update = new RefUpdate(RefName.Parse("refs/heads/main"), GitOid.Parse(new string('1', 40)), GitOid.Unmade);
        Assert.AreEqual("refs/heads/main 1111111..made by GitHub", update.ToString());
        Assert.IsFalse(GitOid.TryParse(GitOid.Unmade.Text, out _));
    }

    private static Decision Decide(string rules, Operation operation) => Policies.Rules(rules).Decide(Policies.Person("x", "dev"), operation);

    private static string Preview(string rules, Operation operation) => Policies.Rules(rules).Preview(Policies.Person("x", "dev"), operation) switch
    {
        PreliminaryDecision.Denied denied => denied.Decision.Outcome(),
        _ => "open",
    };

    /// <summary>What something else names by the way: a ref (null for any) and paths (null for any).</summary>
    private static Operation Aside(string? from, params string[]? paths) =>
        Policies.Api(new ApiCall("GET /x") { Reads = new ContentRead(from is null ? null : RefName.Parse(from), paths) { IsAside = true } }, "actions:read");
}
