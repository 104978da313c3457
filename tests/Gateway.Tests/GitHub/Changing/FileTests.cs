using System.Text;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>Files written and deleted by the API.</summary>
[TestClass]
public sealed class FileTests
{
    private const string Contents = "/repos/{owner}/{repo}/contents/{path}";

    private readonly MadeRepository _there = new();
    private readonly GitOid _main;

    public FileTests() => _main = _there.Commit("refs/heads/main", null, ("a", "1"), ("dir/b", "1"), ("link", "120000:a"));

    private GitOid A => _there.History.Blob("1");

    [TestMethod]
    public async Task Put_OfANewFile_IsAPushOfThatPathByAnUnmadeCommit()
    {
        var effect = await Put("dir/new", $$"""{"message":"m","content":"{{Base64("hello")}}","branch":"main"}""").EffectAsync(_there);

        var update = ChangeCall.Updates(effect).Single();
        Assert.AreEqual(("refs/heads/main", _main, GitOid.Unmade, false, 5L), (update.Ref.Value, update.Old, update.New, update.Forced, update.Size));
        Assert.AreEqual("dir/new", update.ChangedPaths!.Single());
        Assert.IsNull(update.Commits, "it is made in the App's name");
        Assert.IsEmpty(_there.Asked, "nothing had to be asked but git");
    }

    [TestMethod]
    public async Task Put_WithoutABranch_GoesToTheDefaultBranchByName()
    {
        // The default branch may be another one by the time that GitHub reads the call.
        var effect = await Put("new", $$"""{"message":"m","content":"{{Base64("x")}}"}""").EffectAsync(_there);

        Assert.AreEqual("refs/heads/main", ChangeCall.Updates(effect).Single().Ref.Value);
        Assert.AreEqual("main", effect.Body!["branch"]!.GetValue<string>());
    }

    [TestMethod]
    [DataRow("/.github/workflows/ci.yml")]
    [DataRow(".github//workflows/ci.yml")]
    [DataRow("./.github/workflows/ci.yml")]
    [DataRow("x/../.github/workflows/ci.yml")]
    [DataRow(".github/workflows/")]
    [DataRow(".github\\workflows\\ci.yml")]
    [DataRow(".github/workflows/ci.yml\0")]
    [DataRow(".github/\nworkflows/ci.yml")]
    [DataRow("")]
    [DataRow(".git/hooks/pre-commit")]
    [DataRow("sub/.GIT /config")]
    [DataRow("sub/git~1/config")]
    [DataRow("a\ud800b", DisplayName = "half a character")]
    public async Task Put_PathThatCanBeReadInTwoWays_IsRefusedBeforeAnythingIsAsked(string path) =>
        Assert.AreEqual(RefusalKind.Malformed, (await Put(path, $$"""{"message":"m","content":"","branch":"main"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    [DataRow(".github/workflows/ci.yml")]
    [DataRow(".GitHub/Workflows/ci.yml")]
    public async Task Put_OfAWorkflow_NeedsWorkflowsToo(string path)
    {
        var call = Put(path, $$"""{"message":"m","content":"","branch":"main"}""");

        Assert.AreEqual(PermissionSet.WorkflowsWrite, call.Outline().Value![1].Needs);
        Assert.AreEqual(PermissionSet.WorkflowsWrite, (await call.EffectAsync(_there)).Operations[1].Needs);
    }

    [TestMethod]
    [DataRow("refs/heads/main")]
    [DataRow("heads/main")]
    [DataRow("refs/heads/refs/heads/main")]
    [DataRow("main^")]
    [DataRow("main:a")]
    [DataRow("")]
    public async Task Put_BranchThatCanBeReadInTwoWays_IsRefused(string branch) =>
        Assert.AreEqual(RefusalKind.Malformed, (await Put("new", $$"""{"message":"m","content":"","branch":"{{branch}}"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Put_ContentInSloppyBase64_IsSentAsItWasUnderstood()
    {
        // Attack: content that one decoder reads in one way and another one in another.
        var effect = await Put("new", """{"message":"m","content":" aGVs\nbG8= ","branch":"main"}""").EffectAsync(_there);

        Assert.AreEqual("aGVsbG8=", effect.Body!["content"]!.GetValue<string>());
        Assert.AreEqual(5, ChangeCall.Updates(effect).Single().Size);
    }

    [TestMethod]
    [DataRow("aGVsbG8")]
    [DataRow("aGVsbG8=!")]
    [DataRow("aGVs=bG8")]
    [DataRow("aGVs_G8=")]
    public async Task Put_ContentThatIsNoBase64_IsRefused(string content) =>
        Assert.AreEqual(RefusalKind.Malformed, (await Put("new", $$"""{"message":"m","content":"{{content}}","branch":"main"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Put_OfAFileThatIsThere_IsBoundToTheBlobThatIsThere()
    {
        var body = $$"""{"message":"m","content":"{{Base64("2")}}","branch":"main","sha":"{{A.Hex}}"}""";
        var effect = await Put("a", body).EffectAsync(_there);
        Assert.Contains(A.Hex, effect.ResolvedState);
        Assert.AreEqual(A.Hex, effect.Body!["sha"]!.GetValue<string>());

        _ = _there.Commit("refs/heads/main", _main, ("a", "other"));

        Assert.AreEqual(RefusalKind.Conflict, (await Put("a", body).RefusedAsync(_there)).Kind);
    }

    [TestMethod]
    [DataRow("a", DisplayName = "there already")]
    [DataRow("a/below", DisplayName = "below a file, which it would replace")]
    [DataRow("dir", DisplayName = "in place of a directory")]
    [DataRow("link", DisplayName = "over a symbolic link, or through it")]
    [DataRow("link/x", DisplayName = "through a symbolic link")]
    public async Task Put_WithoutSha_OverOrBelowWhatIsThere_IsRefused(string path) =>
        Assert.AreEqual(RefusalKind.Conflict, (await Put(path, $$"""{"message":"m","content":"","branch":"main"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Put_ABranchThatIsNotThere_IsRefusedInGitHubsWords()
    {
        var refusal = await Put("new", """{"message":"m","content":"","branch":"nope"}""").RefusedAsync(_there);

        Assert.AreEqual((404, "Branch nope not found"), (refusal.HttpStatus, refusal.Message.Value));
    }

    [TestMethod]
    public async Task Put_IntoAnEmptyRepository_CreatesTheBranch()
    {
        var update = await Put("README.md", """{"message":"m","content":""}""").UpdateAsync(new MadeRepository());

        Assert.IsTrue(update.IsCreate);
    }

    [TestMethod]
    public async Task Put_WithACommitter_TellsWhoseCommitItIs()
    {
        // Attack: a rule about authors is got round by naming one in the call.
        var update = await Put("new", """
            {"message":"m","content":"","branch":"main","committer":{"name":"C","email":"c@acme.example"},"author":{"name":"E","email":"evil@example.org","date":"2026-01-02T03:04:05Z"}}
            """).UpdateAsync(_there);

        var commit = update.Commits!.Single();
        Assert.AreEqual(("evil@example.org", "c@acme.example", false), (commit.Author.Email, commit.Committer.Email, commit.HasSignature));
    }

    [TestMethod]
    public async Task Put_WithAnAuthorAlone_LeavesTheCommitterUnknown() =>
        Assert.IsNull((await Put("new", """{"message":"m","content":"","branch":"main","author":{"name":"E","email":"e@acme.example"}}""").UpdateAsync(_there)).Commits);

    [TestMethod]
    [DataRow("a@acme.example>\\nauthor evil <e@example.org")]
    [DataRow("a@acme.example> <e@example.org")]
    [DataRow(" a@acme.example")]
    public async Task Put_AnAddressThatEndsItsLineEarly_IsRefused(string email) => Assert.AreEqual(
        RefusalKind.Malformed,
        (await Put("new", $$"""{"message":"m","content":"","branch":"main","committer":{"name":"C","email":"{{email}}"} }""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Put_AFieldTwice_IsRefused() =>
        Assert.AreEqual(RefusalKind.Malformed, (await Put("new", """{"message":"m","content":"","branch":"cursor/x","branch":"main"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Put_AFieldThatIsNotKnown_IsRefused() =>
        Assert.AreEqual(RefusalKind.NotSupported, (await Put("new", """{"message":"m","content":"","Branch":"main"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Delete_OfAFile_IsAPushOfThatPath()
    {
        var effect = await new ChangeCall("DELETE", Contents, $$"""{"message":"m","branch":"main","sha":"{{A.Hex}}"}""").With("path", "a").EffectAsync(_there);

        var update = ChangeCall.Updates(effect).Single();
        Assert.AreEqual(("refs/heads/main", "a", 0L), (update.Ref.Value, update.ChangedPaths!.Single(), update.Size));
        Assert.IsFalse(update.IsDelete, "the ref stays");
    }

    [TestMethod]
    public async Task Delete_ThatSpeaksInQueryAndBody_IsRefused()
    {
        // Attack: one branch in the body, which is looked at, and another one in the query, which is heeded.
        var call = new ChangeCall("DELETE", Contents, $$"""{"message":"m","branch":"cursor/x","sha":"{{A.Hex}}"}""") { Query = [new("branch", "main")] }.With("path", "a");

        Assert.AreEqual(RefusalKind.NotSupported, (await call.RefusedAsync(_there)).Kind);
    }

    [TestMethod]
    public async Task Put_IsApprovedForTheBlobThatGitMakesOfIt()
    {
        // Attack: one content is approved, another one sent.
        var effect = await Put("new", $$"""{"message":"m","content":"{{Base64("hello\n")}}","branch":"main"}""").EffectAsync(_there);

        Assert.Contains("ce013625030ba8dba906f756967f9e9ca394464a", effect.ResolvedState, "git hash-object");
    }

    [TestMethod]
    public async Task Put_Snapshot_ShowsTheFile()
    {
        var snapshot = await (await Put("new", """{"message":"Add it","content":"","branch":"main"}""").EffectAsync(_there)).Snapshot!(CancellationToken.None);

        var update = snapshot.Updates.Single();
        Assert.AreEqual(("new", null, "100644", "Add it"), (update.Files.Single().Path, update.Files.Single().OldMode, update.Files.Single().NewMode, update.Commits.Single().Message));
    }

    private static ChangeCall Put(string path, string body) => new ChangeCall("PUT", Contents, body).With("path", path);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
