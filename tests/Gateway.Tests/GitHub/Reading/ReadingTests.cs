using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Reading;

[TestClass]
public sealed class ReadingTests
{
    private const string Contents = "GET /repos/{owner}/{repo}/contents/{path}";
    private const string Trees = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
    private const string Commit = "GET /repos/{owner}/{repo}/commits/{ref}";
    private const string Compare = "GET /repos/{owner}/{repo}/compare/{basehead}";
    private const string PullFiles = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";
    private const string Sha = "1111111111111111111111111111111111111111";
    private const string Tree = "2222222222222222222222222222222222222222";
    private const string Main = """{"ref":"refs/heads/main","object":{"sha":"1111111111111111111111111111111111111111"}}""";
    private const string Repository = """{"default_branch":"main"}""";
    private const string MainCommit = """{"sha":"1111111111111111111111111111111111111111"}""";

    [TestMethod]
    public async Task AnyRoute_CallerWhoSeesEverything_IsAskedNothing()
    {
        var api = new FakeApi();

        Assert.AreEqual("any: any", await new ReadCall(api).ReadsAsync(Contents, ("path", "a"), ("ref", "main")));
        Assert.IsEmpty(api.Asked);
    }

    [TestMethod]
    public void EveryRouteHere_IsOneThatReadsContents()
    {
        var contents = ApiRoutes.GitHub.All.Where(static route => route.Kind == ApiRouteKind.Contents).Select(static route => route.Id).ToHashSet();

        Assert.AreEqual("", string.Join(", ", ReadingRoutes.Ids.Where(id => !contents.Contains(id))));
    }

    [TestMethod]
    public async Task PullComments_OnDeniedPaths_AreLeftOut()
    {
        var api = new FakeApi().With("/pulls/7", """{"base":{"ref":"main","repo":{"id":42}},"head":{"ref":"x","repo":{"id":42}}}""");
        var call = new ReadCall(api, deny: "\"secret/**\"");
        var effect = await call.EffectAsync("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", ("pull_number", "7"));
        var answer = JsonNode.Parse("""[{"path":"a","diff_hunk":"@@"},{"path":"secret/key","diff_hunk":"@@ k"}]""")!;
        effect.Edit!(answer, call.Grant());

        Assert.AreEqual("""[{"path":"a","diff_hunk":"@@"}]""", answer.ToJsonString());
    }

    [TestMethod]
    [DataRow("POST /repos/{owner}/{repo}/pulls/{pull_number}/comments")]
    [DataRow("POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies")]
    [DataRow("PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}")]
    public async Task PullComment_WrittenOnADeniedPath_IsAnsweredWithoutItsLines(string route)
    {
        // Attack: a comment on a line that one may not read is answered with that line.
        Assert.AreEqual(ApiRouteKind.Contents, ApiRoutes.GitHub.All.Single(each => each.Id == route).Kind);
        var (paths, refs) = (new ReadCall(new FakeApi(), deny: "\"secret/**\""), new ReadCall(new FakeApi(), refs: "main"));

        Assert.AreEqual("""{"path":"secret/key"}""", await AnsweredAsync(paths, "secret/key"));
        Assert.AreEqual("""{"path":"a","diff_hunk":"@@ k"}""", await AnsweredAsync(paths, "a"));
        Assert.AreEqual("""{"path":"a"}""", await AnsweredAsync(refs, "a"), "the comment may be on a hidden branch");

        async Task<string> AnsweredAsync(ReadCall call, string path)
        {
            var effect = await call.EffectAsync(route, ("pull_number", "7"), ("comment_id", "8"));
            var answer = JsonNode.Parse($$"""{"path":"{{path}}","diff_hunk":"@@ k"}""")!;
            effect.Edit!(answer, call.Grant());
            return answer.ToJsonString();
        }
    }

    [TestMethod]
    public async Task Contents_WithoutRef_ReadsTheDefaultBranch()
    {
        var api = new FakeApi().With("", Repository);

        Assert.AreEqual("refs/heads/main: [src/a.cs]", await new ReadCall(api, refs: "main").ReadsAsync(Contents, ("path", "src/a.cs")));
    }

    [TestMethod]
    [DataRow("main", "refs/heads/main: [a]")]
    [DataRow("heads/main", "refs/heads/main: [a]")]
    [DataRow("refs/heads/main", "refs/heads/main: [a]")]
    [DataRow("v1", "refs/tags/v1: [a]")]
    [DataRow("both", "refs/tags/both: [a]; refs/heads/both: [a]", DisplayName = "a branch and a tag of one name: both have to be visible")]
    [DataRow("secret", "refs/heads/secret: [a]")]
    [DataRow("nothing", "refs/heads/nothing: [a]", DisplayName = "what is not there reads like what is hidden")]
    [DataRow("hidden-tag", "refs/heads/hidden-tag: [a]", DisplayName = "a hidden tag reads like a branch that is not there")]
    [DataRow("main~1", "any: [a]")]
    [DataRow("main:x", "any: [a]")]
    [DataRow("main@{1}", "any: [a]")]
    [DataRow("1111", "any: [a]", DisplayName = "a shortened id may be any object's")]
    public async Task Contents_EveryWayToNameARef_ReadsFromWhereItLeads(string name, string reads)
    {
        var api = new FakeApi()
            .With("/git/ref/heads/main", Main).Without("/git/ref/tags/main", "/git/ref/tags/heads/main", "/git/ref/heads/heads/main")
            .With("/git/ref/tags/v1", Main).Without("/git/ref/heads/v1")
            .With("/git/ref/tags/both", Main).With("/git/ref/heads/both", Main)
            .With("/git/ref/heads/secret", Main).Without("/git/ref/tags/secret")
            .With("/git/ref/tags/hidden-tag", Main).Without("/git/ref/heads/hidden-tag")
            .Without("/git/ref/tags/nothing", "/git/ref/heads/nothing", "/git/ref/tags/1111", "/git/ref/heads/1111");

        Assert.AreEqual(reads, await new ReadCall(api, refs: "main, both, refs/tags/v1, refs/tags/both").ReadsAsync(Contents, ("path", "a"), ("ref", name)));
    }

    [TestMethod]
    public async Task Contents_PullRequestsHeadByItsShortName_IsNotABranchThatIsNotThere()
    {
        // Attack: git takes "pull/1/head" for refs/pull/1/head, which is hidden where all branches are shown.
        var api = new FakeApi().With("/git/ref/pull/1/head", Main).Without("/git/ref/heads/pull/1/head", "/git/ref/tags/pull/1/head");

        Assert.AreEqual(404, (await new ReadCall(api, refs: "\"**\"").ExamineAsync(Contents, ("path", "a"), ("ref", "pull/1/head"))).Refusal!.HttpStatus);
    }

    [TestMethod]
    public async Task Contents_PullRequestsHeadBehindABranchOfItsName_ReadsBoth()
    {
        // Attack: the branch is pushed so that the name is shown, and git takes the pull request's head first.
        var api = new FakeApi().With("/git/ref/pull/1/head", Main).With("/git/ref/heads/pull/1/head", Main).Without("/git/ref/tags/pull/1/head");

        Assert.AreEqual("refs/pull/1/head: [a]; refs/heads/pull/1/head: [a]", await new ReadCall(api, refs: "\"**\"").ReadsAsync(Contents, ("path", "a"), ("ref", "pull/1/head")));
    }

    [TestMethod]
    public async Task Contents_NameThatWouldBeShownAndIsNoRef_IsNotSentOn()
    {
        // Attack: what git makes of a name (refs/remotes/origin/main, what git describe says) is more than branches and tags.
        var api = new FakeApi().Without("/git/ref/origin/main", "/git/ref/tags/origin/main", "/git/ref/heads/origin/main");

        Assert.AreEqual(RefusalKind.NotFound, (await new ReadCall(api, refs: "\"**\"").ExamineAsync(Contents, ("path", "a"), ("ref", "origin/main"))).Refusal!.Kind);
    }

    [TestMethod]
    public async Task Contents_BranchNamedLikeAHiddenCommitsId_IsTakenForTheId()
    {
        var api = new FakeApi().Without($"/git/commits/{Sha}");

        Assert.AreEqual("any: [a]", await new ReadCall(api, refs: "main").ReadsAsync(Contents, ("path", "a"), ("ref", Sha)));
    }

    [TestMethod]
    public async Task Contents_CommitAtTheHeadOfAVisibleBranch_ReadsFromThere()
    {
        var api = new FakeApi().With($"/git/commits/{Sha}", MainCommit).With($"/commits/{Sha}/branches-where-head", """[{"name":"secret"},{"name":"main"}]""");

        Assert.AreEqual("refs/heads/main: [a]", await new ReadCall(api, refs: "main").ReadsAsync(Contents, ("path", "a"), ("ref", Sha.ToUpperInvariant())));
    }

    [TestMethod]
    [DataRow("behind", "refs/heads/main: [a]")]
    [DataRow("identical", "refs/heads/main: [a]")]
    [DataRow("ahead", "any: [a]")]
    [DataRow("diverged", "any: [a]")]
    public async Task Contents_CommitOfTheDefaultBranchesHistory_OnlyThenReadsFromThere(string status, string reads)
    {
        var api = new FakeApi().With("", Repository).With($"/git/commits/{Sha}", MainCommit)
            .With($"/commits/{Sha}/branches-where-head", """[{"name":"secret"}]""")
            .With($"/compare/main...{Sha}?per_page=1", $$"""{"status":"{{status}}"}""");

        Assert.AreEqual(reads, await new ReadCall(api, refs: "main").ReadsAsync(Contents, ("path", "a"), ("ref", Sha)));
    }

    [TestMethod]
    public async Task Contents_CommitOfAHiddenDefaultBranch_IsNotSaidToBeThere()
    {
        var api = new FakeApi().With("", Repository).With($"/git/commits/{Sha}", MainCommit).With($"/commits/{Sha}/branches-where-head", "[]");

        Assert.AreEqual("any: [a]", await new ReadCall(api, refs: "\"cursor/**\"").ReadsAsync(Contents, ("path", "a"), ("ref", Sha)));
    }

    [TestMethod]
    public async Task Contents_PathsAreDenied_IsAskedForByTheCommitThatWasLookedAt()
    {
        var api = new FakeApi().With("", Repository).With("/commits/refs/heads/main", MainCommit)
            .With($"/git/trees/{Sha}", Listing(("src", "040000"))).With($"/git/trees/{Tree}", Listing(("a.cs", "100644")));

        var effect = await new ReadCall(api, deny: "\"secret/**\"").EffectAsync(Contents, ("path", "src/a.cs"));

        CollectionAssert.AreEqual(new[] { KeyValuePair.Create("ref", Sha) }, effect.Query!.Value.ToArray());
    }

    [TestMethod]
    [DataRow("120000", "link", DisplayName = "the file itself is a link")]
    [DataRow("120000", "link/b", DisplayName = "a directory on the way is a link")]
    public async Task Contents_SymbolicLinkToADeniedPath_CouldBeAnyPath(string mode, string path)
    {
        var api = new FakeApi().With("", Repository).With("/commits/refs/heads/main", MainCommit).With($"/git/trees/{Sha}", Listing(("link", mode)));

        Assert.AreEqual("refs/heads/main: any", await new ReadCall(api, deny: "\"secret/**\"").ReadsAsync(Contents, ("path", path)));
    }

    [TestMethod]
    public async Task Contents_TreeTooLargeToBeSeenWhole_CouldBeAnyPath()
    {
        var api = new FakeApi().With("", Repository).With("/commits/refs/heads/main", MainCommit)
            .With($"/git/trees/{Sha}", """{"truncated":true,"tree":[]}""");

        Assert.AreEqual("refs/heads/main: any", await new ReadCall(api, deny: "\"secret/**\"").ReadsAsync(Contents, ("path", "a")));
    }

    [TestMethod]
    [DataRow("Raw")]
    [DataRow("Html")]
    public async Task Contents_DirectoryInAFormFromWhichNothingCanBeLeftOut_CouldHoldAnyPath(string form)
    {
        var media = Enum.Parse<RestMedia>(form);
        var api = new FakeApi().With("", Repository).With("/commits/refs/heads/main", MainCommit).With($"/git/trees/{Sha}", Listing(("src", "040000"), ("a", "100644")));

        Assert.AreEqual("refs/heads/main: any", await new ReadCall(api, deny: "\"secret/**\"") { Media = media }.ReadsAsync(Contents, ("path", "src")));
        Assert.AreEqual("refs/heads/main: [a]", await new ReadCall(api, deny: "\"secret/**\"") { Media = media }.ReadsAsync(Contents, ("path", "a")));
    }

    [TestMethod]
    [DataRow(Contents, "path", "Raw")]
    [DataRow(Commit, "ref", "Diff")]
    [DataRow(Commit, "ref", "Sha")]
    public async Task Answers_FromWhichNothingHasToBeLeftOut_AreNotReadWhole(string route, string name, string form)
    {
        var api = new FakeApi().With("", Repository).With("/git/ref/heads/main", Main).Without("/git/ref/tags/main");

        Assert.IsNull((await new ReadCall(api, refs: "main") { Media = Enum.Parse<RestMedia>(form) }.EffectAsync(route, (name, "main"))).Edit);
    }

    [TestMethod]
    [DataRow(Commit, "ref", "main", "Raw")]
    [DataRow(Commit, "ref", "main", "Html")]
    [DataRow(Commit, "ref", "main", "Octets")]
    [DataRow(Trees, "tree_sha", "main", "Raw")]
    [DataRow(Trees, "tree_sha", "main", "Sha")]
    [DataRow(Compare, "basehead", "main...main", "Html")]
    [DataRow(Compare, "basehead", "main...main", "Sha")]
    [DataRow(PullFiles, "pull_number", "7", "Raw")]
    [DataRow(PullFiles, "pull_number", "7", "Diff")]
    public async Task Answers_AskedForInAFormThatGitHubDoesNotHave_StillLeaveDeniedPathsOut(string route, string name, string value, string form)
    {
        // Attack: GitHub answers such an Accept with JSON, in which the denied files stand.
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main").With("/commits/refs/heads/main", MainCommit)
            .With("/pulls/7", """{"base":{"ref":"main","repo":{"id":42}},"head":{"ref":"x","repo":{"id":42}}}""");

        Assert.IsNotNull((await new ReadCall(api, deny: "\"secret/**\"") { Media = Enum.Parse<RestMedia>(form) }.EffectAsync(route, (name, value))).Edit);
    }

    [TestMethod]
    public async Task Tree_ById_ReadsAnything()
    {
        var api = new FakeApi().Without($"/git/commits/{Tree}");

        Assert.AreEqual("any: any", await new ReadCall(api, deny: "\"secret/**\"").ReadsAsync(Trees, ("tree_sha", Tree)));
    }

    [TestMethod]
    public async Task Tree_OfABranch_LeavesDeniedEntriesOut()
    {
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main").With("/commits/refs/heads/main", MainCommit);
        var call = new ReadCall(api, deny: "\"secret/**\"");

        var effect = await call.EffectAsync(Trees, ("tree_sha", "main"));
        var answer = JsonNode.Parse("""{"tree":[{"path":"a"},{"path":"secret"},{"path":"secret/key"},{"path":"SECRET/key"},{"nothing":1}]}""")!;
        effect.Edit!(answer, call.Grant());

        Assert.AreEqual(Sha, effect.Parameters!["tree_sha"]);
        Assert.AreEqual("""{"tree":[{"path":"a"}]}""", answer.ToJsonString());
    }

    [TestMethod]
    public async Task Tree_OfATagThatStandsAtASubtree_ReadsAnything()
    {
        // Attack: the entries' paths begin at the subtree, so that no denied path is among them.
        var api = new FakeApi().With("/git/ref/tags/sub", Main).Without("/git/ref/heads/sub", "/commits/refs/tags/sub");

        Assert.AreEqual("any: any", await new ReadCall(api, deny: "\"secret/**\"").ReadsAsync(Trees, ("tree_sha", "sub")));
    }

    [TestMethod]
    public async Task Blob_ById_ReadsAnything()
    {
        Assert.AreEqual("any: any", await new ReadCall(new FakeApi(), refs: "main").ReadsAsync("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", ("file_sha", Sha)));
    }

    [TestMethod]
    public async Task Archive_PathsAreDenied_CouldHoldAnyPath()
    {
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main").With("/commits/refs/heads/main", MainCommit);

        Assert.AreEqual("refs/heads/main: any", await new ReadCall(api, deny: "\"secret/**\"").ReadsAsync("GET /repos/{owner}/{repo}/tarball/{ref}", ("ref", "main")));
    }

    [TestMethod]
    public async Task Commit_AsJson_LeavesDeniedFilesOut()
    {
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main").With("/commits/refs/heads/main", MainCommit);
        var call = new ReadCall(api, deny: "\"secret/**\"");

        var effect = await call.EffectAsync(Commit, ("ref", "main"));
        var answer = JsonNode.Parse("""{"sha":"x","files":[{"filename":"a","patch":"+1"},{"filename":"secret/key","patch":"+k"},{"filename":"b","previous_filename":"secret/key"}]}""")!;
        effect.Edit!(answer, call.Grant());

        Assert.AreEqual("""{"sha":"x","files":[{"filename":"a","patch":"\u002B1"}]}""", answer.ToJsonString());
    }

    [TestMethod]
    [DataRow("""{"files":[{"filename":"a"},{"filename":"secret/key"}]}""", "refs/heads/main: [a, secret/key]")]
    [DataRow("""{"files":[{"filename":"b","previous_filename":"secret/key"}]}""", "refs/heads/main: [b, secret/key]")]
    [DataRow("""{"nofiles":1}""", "refs/heads/main: any")]
    public async Task Commit_AsDiffOrPatch_ReadsEveryPathInIt(string commit, string reads)
    {
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main").With("/commits/refs/heads/main", MainCommit).With($"/commits/{Sha}", commit);

        Assert.AreEqual(reads, await new ReadCall(api, deny: "\"secret/**\"") { Media = RestMedia.Diff }.ReadsAsync(Commit, ("ref", "main")));
        Assert.AreEqual(reads, await new ReadCall(api, deny: "\"secret/**\"") { Media = RestMedia.Patch }.ReadsAsync(Commit, ("ref", "main")));
    }

    [TestMethod]
    public async Task Commit_DiffOfAsManyFilesAsOnePageHolds_CouldHoldAnyPath()
    {
        var files = string.Join(",", Enumerable.Range(0, 300).Select(static i => $$"""{"filename":"f{{i}}"}"""));
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main").With("/commits/refs/heads/main", MainCommit)
            .With($"/commits/{Sha}", $$"""{"files":[{{files}}]}""");

        Assert.AreEqual("refs/heads/main: any", await new ReadCall(api, deny: "\"secret/**\"") { Media = RestMedia.Diff }.ReadsAsync(Commit, ("ref", "main")));
    }

    [TestMethod]
    public async Task Compare_HiddenHead_IsReadFromIt()
    {
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main").With("/git/ref/heads/secret", Main).Without("/git/ref/tags/secret");

        Assert.AreEqual("refs/heads/main: []; refs/heads/secret: []", await new ReadCall(api, refs: "main").ReadsAsync(Compare, ("basehead", "main...secret")));
    }

    [TestMethod]
    [DataRow("main...mallory:main")]
    [DataRow("mallory:pay:main...main")]
    [DataRow("main..secret")]
    [DataRow("main")]
    public async Task Compare_AcrossRepositoriesOrInAnotherForm_IsRefused(string range)
    {
        var outcome = await new ReadCall(new FakeApi(), refs: "main").ExamineAsync(Compare, ("basehead", range));

        Assert.AreEqual(RefusalKind.NotSupported, outcome.Refusal!.Kind);
    }

    [TestMethod]
    public async Task PullFiles_OwnBranch_ReadsBaseAndHead()
    {
        var api = new FakeApi().With("/pulls/7", """{"base":{"ref":"main","repo":{"id":42}},"head":{"ref":"cursor/x","repo":{"id":42}}}""");

        Assert.AreEqual("refs/heads/main: []; refs/heads/cursor/x: []", await new ReadCall(api, refs: "main, \"cursor/**\"").ReadsAsync(PullFiles, ("pull_number", "7")));
    }

    [TestMethod]
    [DataRow("main", "secret", 42)]
    [DataRow("secret", "main", 42)]
    [DataRow("secret", "main", 43)]
    public async Task PullFiles_OfAHiddenBranch_AreNotThere(string onto, string head, int repository)
    {
        // Attack: whoever counts through the numbers is told in the refusals which hidden branches there are.
        var api = new FakeApi().With("/pulls/7", $$"""{"base":{"ref":"{{onto}}","repo":{"id":42} },"head":{"ref":"{{head}}","repo":{"id":{{repository}} } } }""");

        var refusal = (await new ReadCall(api, refs: "main").ExamineAsync(PullFiles, ("pull_number", "7"))).Refusal!;

        Assert.AreEqual((RefusalKind.NotFound, Refusals.NotFound), (refusal.Kind, refusal.Message));
    }

    [TestMethod]
    [DataRow("""{"id":43}""")]
    [DataRow("null", DisplayName = "the fork is gone")]
    public async Task PullFiles_OfAFork_ReadsWhatThePullRequestBrought(string fork)
    {
        var api = new FakeApi().With("/pulls/7", """{"base":{"ref":"main","repo":{"id":42}},"head":{"ref":"main","repo":FORK}}""".Replace("FORK", fork, StringComparison.Ordinal));

        Assert.AreEqual("refs/heads/main: []; refs/pull/7/head: []", await new ReadCall(api, refs: "main").ReadsAsync(PullFiles, ("pull_number", "7")));
    }

    [TestMethod]
    public async Task Pull_AsDiffWherePathsAreDenied_CouldHoldAnyPath()
    {
        Assert.AreEqual("any: any", await new ReadCall(new FakeApi(), deny: "\"secret/**\"") { Media = RestMedia.Diff }.ReadsAsync("GET /repos/{owner}/{repo}/pulls/{pull_number}", ("pull_number", "7")));
    }

    [TestMethod]
    [DataRow("GET /repos/{owner}/{repo}/branches", """[{"name":"main"},{"name":"secret"},{"name":7}]""", """[{"name":"main"}]""")]
    [DataRow("GET /repos/{owner}/{repo}/tags", """[{"name":"main"},{"name":"v1"}]""", """[{"name":"v1"}]""")]
    [DataRow("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", """[{"ref":"refs/heads/main"},{"ref":"refs/heads/secret"},{"ref":"refs/pull/1/head"}]""", """[{"ref":"refs/heads/main"}]""")]
    public async Task Lists_OfRefs_LeaveHiddenOnesOut(string route, string answer, string shown)
    {
        var call = new ReadCall(new FakeApi(), refs: "main, refs/tags/v1");
        var effect = await call.EffectAsync(route, ("ref", "heads"));
        var node = JsonNode.Parse(answer)!;
        effect.Edit!(node, call.Grant());

        Assert.AreEqual(shown, node.ToJsonString());
    }

    [TestMethod]
    [DataRow("GET /repos/{owner}/{repo}/git/ref/{ref}")]
    [DataRow("GET /repos/{owner}/{repo}/git/refs/{ref}")]
    public async Task Ref_ThatIsNotThere_DoesNotTellOfThoseThatBeginSo(string route)
    {
        // Attack: of "heads/rel" GitHub lists every branch that begins so, hidden ones too, or answers with another ref.
        var call = new ReadCall(new FakeApi(), refs: "rel, \"release/*\"");
        var effect = await call.EffectAsync(route, ("ref", "heads/rel"));
        var list = JsonNode.Parse("""[{"ref":"refs/heads/release/1"},{"ref":"refs/heads/rel-secret"}]""")!;
        effect.Edit!(list, call.Grant());

        Assert.AreEqual("""[{"ref":"refs/heads/release/1"}]""", list.ToJsonString());
        Assert.ThrowsExactly<AnswerRefusedException>(() => effect.Edit(JsonNode.Parse("""{"ref":"refs/heads/rel-secret"}""")!, call.Grant()));
        effect.Edit(JsonNode.Parse("""{"ref":"refs/heads/rel"}""")!, call.Grant());
    }

    [TestMethod]
    public async Task Checks_OfACommitThatAHiddenBranchHoldsAsWell_DoNotNameIt()
    {
        var api = new FakeApi().With("/git/ref/heads/main", Main).Without("/git/ref/tags/main");
        var call = new ReadCall(api, refs: "main");
        var effect = await call.EffectAsync("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", ("ref", "main"));
        var answer = JsonNode.Parse("""{"total_count":2,"check_suites":[{"head_branch":"main"},{"head_branch":"secret"}]}""")!;
        effect.Edit!(answer, call.Grant());

        Assert.AreEqual("""{"total_count":1,"check_suites":[{"head_branch":"main"}]}""", answer.ToJsonString());
    }

    [TestMethod]
    public async Task Commits_OfADeniedPath_ReadThatPath()
    {
        var api = new FakeApi().With("", Repository).With("/commits/refs/heads/main", MainCommit);
        var call = new ReadCall(api, deny: "\"secret/**\"");

        Assert.AreEqual("refs/heads/main: [secret/key]", await call.ReadsAsync("GET /repos/{owner}/{repo}/commits", ("path", "secret/key")));
        Assert.AreEqual("refs/heads/main: any", await call.ReadsAsync("GET /repos/{owner}/{repo}/commits", ("path", "x/../secret/key")));
    }

    [TestMethod]
    public async Task RouteThatIsNotKnownHere_ReadsAnything()
    {
        Assert.AreEqual("any: any", await new ReadCall(new FakeApi(), refs: "main").ReadsAsync("GET /repos/{owner}/{repo}/something-new"));
    }

    [TestMethod]
    public async Task Lookup_GitHubFails_IsRefused()
    {
        var api = new FakeApi { Refusal = new Refusal(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub failed."), "500") };

        Assert.AreEqual(RefusalKind.UpstreamFailed, (await new ReadCall(api, refs: "main").ExamineAsync(Contents, ("path", "a"))).Refusal!.Kind);
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"default_branch":7}""")]
    [DataRow("{")]
    public async Task Lookup_AnswerThatMakesNoSense_IsRefused(string answer)
    {
        var api = new FakeApi().With("", answer);

        Assert.AreEqual(RefusalKind.UpstreamFailed, (await new ReadCall(api, refs: "main").ExamineAsync(Contents, ("path", "a"))).Refusal!.Kind);
    }

    private static string Listing(params (string Name, string Mode)[] entries) =>
        $$"""{"truncated":false,"tree":[{{string.Join(",", entries.Select(static entry => $$"""{"path":"{{entry.Name}}","mode":"{{entry.Mode}}","sha":"{{Tree}}"}"""))}}]}""";
}
