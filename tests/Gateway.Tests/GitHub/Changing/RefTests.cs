using System.Text.Json.Nodes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>Refs made, moved, deleted and renamed by the API, and the objects that they are moved to.</summary>
[TestClass]
public sealed class RefTests
{
    private const string Refs = "/repos/{owner}/{repo}/git/refs";
    private const string Ref = "/repos/{owner}/{repo}/git/refs/{ref}";
    private const string Rename = "/repos/{owner}/{repo}/branches/{branch}/rename";

    private static readonly RefVisibility MainAndMine = ChangeCall.Only("refs/heads/main", "refs/heads/mine");

    private readonly MadeRepository _there = new();
    private readonly GitOid _root;
    private readonly GitOid _main;
    private readonly GitOid _hidden;

    public RefTests()
    {
        _root = _there.Commit("refs/heads/main", null, ("a", "1"));
        _main = _there.Commit("refs/heads/main", _root, ("a", "2"));
        _hidden = _there.Commit("refs/heads/hidden", _main, ("a", "2"), ("secret", "password"));
        _there.Refs["refs/heads/mine"] = _main;
    }

    [TestMethod]
    public async Task Post_OfABranch_IsACreatedRefCountedFromTheDefaultBranch()
    {
        var update = await new ChangeCall("POST", Refs, Body("refs/heads/new", _hidden)).UpdateAsync(_there);

        Assert.AreEqual(("refs/heads/new", true, _hidden, 0L), (update.Ref.Value, update.IsCreate, update.New, update.Size));
        Assert.AreEqual("secret", update.ChangedPaths!.Single());
        Assert.HasCount(1, update.Commits!);
    }

    [TestMethod]
    public async Task Post_OfACommitThatWasMadeByTheApi_CountsAsItIs_AndHowMuchWasSentIsUnknown()
    {
        var made = _there.History.Commit(_there.History.Files(("a", "2"), ("b", "large")), _main);

        var update = await new ChangeCall("POST", Refs, Body("refs/heads/new", made)).UpdateAsync(_there);

        Assert.AreEqual(("b", null, "a@x"), (update.ChangedPaths!.Single(), update.Size, update.Commits!.Single().Author.Email));
    }

    [TestMethod]
    public async Task Post_OfATag_IsDecidedUnderTheTagsName()
    {
        // Attack: a name that the policy protects for tags, made over the API.
        var tag = _there.History.Tag(_main, GitObjectType.Commit, "v1");

        var update = await new ChangeCall("POST", Refs, Body("refs/tags/v1", tag)).UpdateAsync(_there);

        Assert.AreEqual(("refs/tags/v1", true, true), (update.Ref.Value, update.Ref.IsTag, update.IsCreate));
    }

    [TestMethod]
    [DataRow("main")]
    [DataRow("heads/new")]
    [DataRow("refs/refs/heads/main")]
    [DataRow("refs//heads/new")]
    [DataRow("REFS/heads/new")]
    [DataRow("refs/heads/../main")]
    [DataRow("refs/heads/new.lock")]
    public async Task Post_RefThatCanBeReadInTwoWays_IsRefused(string name) =>
        Assert.AreEqual(RefusalKind.Malformed, (await new ChangeCall("POST", Refs, Body(name, _main)).RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Post_OfACommitThatIsNotThere_IsRefused()
    {
        var refusal = await new ChangeCall("POST", Refs, Body("refs/heads/new", GitOid.Parse(new string('7', 40)))).RefusedAsync(_there);

        Assert.AreEqual(RefusalKind.Conflict, refusal.Kind);
    }

    [TestMethod]
    [DataRow("0000000000000000000000000000000000000000")]
    [DataRow("ffffffffffffffffffffffffffffffffffffffff")]
    [DataRow("ABCDEF0000000000000000000000000000000000")]
    [DataRow("1234567")]
    public async Task Post_AnIdThatIsNone_IsRefused(string sha) =>
        Assert.AreEqual(RefusalKind.Malformed, (await new ChangeCall("POST", Refs, $$"""{"ref":"refs/heads/new","sha":"{{sha}}"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Post_OfARefThatIsThere_IsRefused() =>
        Assert.AreEqual("Reference already exists", (await new ChangeCall("POST", Refs, Body("refs/heads/mine", _main)).RefusedAsync(_there)).Message.Value);

    [TestMethod]
    public async Task Patch_Forward_IsSentWithoutForce()
    {
        var effect = await Patch("heads/mine", $$"""{"sha":"{{_hidden.Hex}}","force":true}""").EffectAsync(_there);

        Assert.IsFalse(effect.Body!["force"]!.GetValue<bool>(), "what is pushed there meanwhile must not be dropped");
        Assert.IsFalse(ChangeCall.Updates(effect).Single().Forced);
    }

    [TestMethod]
    public async Task Patch_ThatDropsCommits_IsForced()
    {
        // Attack: a protected history is rewritten over the API.
        var effect = await Patch("heads/main", $$"""{"sha":"{{_root.Hex}}","force":true}""").EffectAsync(_there);

        var update = ChangeCall.Updates(effect).Single();
        Assert.AreEqual(("refs/heads/main", _main, true, "a"), (update.Ref.Value, update.Old, update.Forced, update.ChangedPaths!.Single()));
        Assert.IsTrue(effect.Body!["force"]!.GetValue<bool>());
    }

    [TestMethod]
    public async Task Patch_ThatDropsCommitsWithoutForce_IsRefusedInGitHubsWords() =>
        Assert.AreEqual("Update is not a fast forward", (await Patch("heads/main", $$"""{"sha":"{{_root.Hex}}"}""").RefusedAsync(_there)).Message.Value);

    [TestMethod]
    [DataRow("refs/heads/main")]
    [DataRow("heads//main")]
    [DataRow("heads/main/")]
    public async Task Patch_RefThatCanBeReadInTwoWays_IsRefused(string name) =>
        Assert.AreEqual(RefusalKind.Malformed, (await Patch(name, $$"""{"sha":"{{_main.Hex}}"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Delete_OfARef_IsADelete()
    {
        var update = await new ChangeCall("DELETE", Ref).With("ref", "heads/mine").UpdateAsync(_there);

        Assert.AreEqual(("refs/heads/mine", _main, true, 0L), (update.Ref.Value, update.Old, update.IsDelete, update.Size));
    }

    [TestMethod]
    public async Task Delete_OfARefThatIsNotThere_IsRefused() =>
        Assert.AreEqual(404, (await new ChangeCall("DELETE", Ref).With("ref", "heads/nope").RefusedAsync(_there)).HttpStatus);

    [TestMethod]
    public async Task Move_ToAHiddenCommitByItsId_IsRefused()
    {
        var create = new ChangeCall("POST", Refs, Body("refs/heads/new", _hidden)) { Visible = MainAndMine };
        var move = new ChangeCall("PATCH", Ref, $$"""{"sha":"{{_hidden.Hex}}"}""") { Visible = MainAndMine }.With("ref", "heads/mine");

        Assert.Contains("may not see", (await create.RefusedAsync(_there)).Message.Value);
        Assert.Contains("may not see", (await move.RefusedAsync(_there)).Message.Value);
    }

    [TestMethod]
    public async Task Move_OfAVisibleRefToAVisibleCommit_Passes()
    {
        var call = new ChangeCall("POST", Refs, Body("refs/heads/new", _root)) { Visible = MainAndMine };

        Assert.AreEqual(_root, (await call.UpdateAsync(_there)).New);
    }

    [TestMethod]
    public async Task Chain_BlobTreeCommitRef_ThatCarriesAHiddenBlobIntoAVisibleBranch_IsRefusedAtTheRef()
    {
        // Attack: a tree that names the hidden blob by its id, a commit of that tree on a visible one, and a visible ref moved to it.
        var made = _there.History.Commit(_there.History.Tree(("100644", "mine", _there.History.Blob("password"))), _main);
        var call = new ChangeCall("PATCH", Ref, $$"""{"sha":"{{made.Hex}}"}""") { Visible = MainAndMine }.With("ref", "heads/mine");

        Assert.Contains("may not see", (await call.RefusedAsync(_there)).Message.Value);
    }

    [TestMethod]
    public async Task Chain_TagObjectOnAHiddenCommit_IsRefusedAtTheRef()
    {
        var tag = _there.History.Tag(_hidden, GitObjectType.Commit, "mine");
        var call = new ChangeCall("POST", Refs, Body("refs/tags/mine", tag)) { Visible = ChangeCall.Only("refs/heads/main", "refs/tags/**") };

        Assert.Contains("may not see", (await call.RefusedAsync(_there)).Message.Value);
    }

    [TestMethod]
    [DataRow("blobs", """{"content":"x","encoding":"utf-8"}""")]
    [DataRow("trees", """{"tree":[{"path":"a","mode":"100644","type":"blob","content":"x"}],"base_tree":"1111111111111111111111111111111111111111"}""")]
    [DataRow("commits", """{"message":"m","tree":"1111111111111111111111111111111111111111","parents":[]}""")]
    [DataRow("tags", """{"tag":"v1","message":"m","object":"1111111111111111111111111111111111111111","type":"commit"}""")]
    public async Task Object_ThatNoRefLeadsTo_NeedsThatSomethingMayBePushed(string what, string body)
    {
        var effect = await new ChangeCall("POST", $"/repos/{{owner}}/{{repo}}/git/{what}", body).EffectAsync(_there);

        CollectionAssert.AreEqual(new[] { "api.call", "git.prepare-push" }, effect.Operations.Select(static operation => operation.Details.Name).ToArray());
    }

    [TestMethod]
    public async Task Tree_OverAHiddenOne_DoesNotTellItsEntriesToWhoDoesNotSeeEverything()
    {
        // Attack: base_tree names a hidden directory, and the answer lists what is in it.
        var effect = await new ChangeCall("POST", "/repos/{owner}/{repo}/git/trees", """{"tree":[],"base_tree":"1111111111111111111111111111111111111111"}""").EffectAsync(_there);
        var grant = Git.GitCall.Grant(MainAndMine);

        var hidden = Answer();
        effect.Edit!(hidden, grant);
        var open = Answer();
        effect.Edit(open, Git.GitCall.Grant());

        Assert.AreEqual("""{"sha":"1"}""", hidden.ToJsonString());
        Assert.IsNotNull(open["tree"]);

        static JsonNode Answer() => JsonNode.Parse("""{"sha":"1","tree":[{"path":"secret"}]}""")!;
    }

    [TestMethod]
    public async Task Rename_OntoAProtectedName_IsADeleteAndACreateOfWhichNothingIsKnown()
    {
        // Attack: commits are pushed to a name that takes them and the branch is renamed to one that would not; what it is by then nobody can tell before.
        var effect = await new ChangeCall("POST", Rename, """{"new_name":"release/1"}""").With("branch", "mine").EffectAsync(_there);

        var updates = ChangeCall.Updates(effect);
        Assert.AreEqual("refs/heads/mine git.delete, refs/heads/release/1 git.create", string.Join(", ", updates.Select(static update => $"{update.Ref} {update.Name}")));
        Assert.IsNull(updates[1].ChangedPaths, "every rule about paths counts");
        Assert.IsNull(updates[1].Commits);
        Assert.IsNull(updates[1].Size);
    }

    [TestMethod]
    public async Task Rename_OfAHiddenBranch_IsRefusedAsIfItWereNotThere()
    {
        var hidden = new ChangeCall("POST", Rename, """{"new_name":"mine2"}""") { Visible = MainAndMine }.With("branch", "hidden");

        Assert.AreEqual("Branch hidden not found", (await hidden.RefusedAsync(_there)).Message.Value);
    }

    [TestMethod]
    public async Task Rename_OntoANameThatIsTaken_IsRefusedBeforePeopleAreAsked()
    {
        var taken = new ChangeCall("POST", Rename, """{"new_name":"main"}""").With("branch", "mine");

        Assert.AreEqual((RefusalKind.Conflict, "Branch main already exists"), ((await taken.RefusedAsync(_there)).Kind, (await taken.RefusedAsync(_there)).Message.Value));
    }

    private static ChangeCall Patch(string name, string body) => new ChangeCall("PATCH", Ref, body).With("ref", name);

    private static string Body(string name, GitOid sha) => $$"""{"ref":"{{name}}","sha":"{{sha.Hex}}"}""";
}
