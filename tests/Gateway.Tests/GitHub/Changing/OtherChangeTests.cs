using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>Releases, deployments, pull requests opened, and what cannot be computed.</summary>
[TestClass]
public sealed class OtherChangeTests
{
    private const string Releases = "/repos/{owner}/{repo}/releases";
    private const string Release = "/repos/{owner}/{repo}/releases/{release_id}";
    private const string Pulls = "/repos/{owner}/{repo}/pulls";

    private readonly MadeRepository _there = new();
    private readonly GitOid _main;
    private readonly GitOid _next;

    public OtherChangeTests()
    {
        _main = _there.Commit("refs/heads/main", null, ("a", "1"));
        _next = _there.Commit("refs/heads/next", _main, ("a", "2"));
    }

    [TestMethod]
    [DataRow("""{"tag_name":"v1"}""", false)]
    [DataRow("""{"tag_name":"v1","target_commitish":"next"}""", true)]
    public async Task Release_OfATagThatIsNotThere_CreatesIt(string body, bool next)
    {
        var effect = await new ChangeCall("POST", Releases, body).EffectAsync(_there);

        var (update, commit) = (ChangeCall.Updates(effect).Single(), next ? _next : _main);
        Assert.AreEqual(("refs/tags/v1", true, commit), (update.Ref.Value, update.IsCreate, update.New));
        Assert.AreEqual(next ? "a" : "", string.Join(' ', update.ChangedPaths!));
        Assert.AreEqual(commit.Hex, effect.Body!["target_commitish"]!.GetValue<string>(), "a branch may move before the tag is made");
    }

    [TestMethod]
    public async Task Release_OfATagThatIsThere_MovesNoRef_AndIsBoundToIt()
    {
        var tag = _there.Refs["refs/tags/v1"] = _there.History.Tag(_main, Core.Git.Objects.GitObjectType.Commit, "v1");

        var effect = await new ChangeCall("POST", Releases, """{"tag_name":"v1","target_commitish":"next"}""").EffectAsync(_there);

        Assert.IsEmpty(ChangeCall.Updates(effect));
        Assert.AreEqual("refs/tags/v1", MayPush(effect), "whoever publishes under a tag may push it");
        Assert.AreEqual(_main.Hex, effect.Body!["target_commitish"]!.GetValue<string>(), "a tag that is deleted meanwhile is made anew where it was");
        Assert.Contains(tag.Hex, effect.ResolvedState);
    }

    [TestMethod]
    public async Task Release_AsADraft_MovesNoRef_AndItsPublishingDoes()
    {
        // Attack: the tag of a draft is made by the harmless edit that publishes it.
        var draft = await new ChangeCall("POST", Releases, """{"tag_name":"v1","draft":true}""").EffectAsync(_there);
        _there.Answer("/releases/9", """{"tag_name":"v1","target_commitish":"next","draft":true}""");

        var published = await new ChangeCall("PATCH", Release, """{"draft":false}""").With("release_id", "9").EffectAsync(_there);

        Assert.HasCount(1, draft.Operations);
        Assert.AreEqual(("refs/tags/v1", _next), (ChangeCall.Updates(published).Single().Ref.Value, ChangeCall.Updates(published).Single().New));
        Assert.AreEqual(_next.Hex, published.Body!["target_commitish"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Release_WhoseTagIsChangedBetweenLookUpAndPublishing_IsPublishedWithTheOneThatWasDecided()
    {
        // Attack: an edit of the draft, which needs no push, gives it a protected tag the moment before it is published.
        _there.Answer("/releases/9", """{"tag_name":"agent-1","target_commitish":"next","draft":true}""");

        var published = await new ChangeCall("PATCH", Release, """{"draft":false}""").With("release_id", "9").EffectAsync(_there);

        Assert.AreEqual(("agent-1", _next.Hex, false), (published.Body!["tag_name"]?.GetValue<string>(), published.Body["target_commitish"]?.GetValue<string>(), published.Body["draft"]?.GetValue<bool>()));
    }

    [TestMethod]
    public async Task Release_PublishedBetweenLookUpAndEdit_DoesNotGetATagThatNobodyDecided()
    {
        // Attack: the edit that gives a draft a protected tag arrives after it was published with another one.
        _there.Answer("/releases/9", """{"tag_name":"agent-1","target_commitish":"next","draft":true}""");

        var edited = await new ChangeCall("PATCH", Release, """{"tag_name":"v9"}""").With("release_id", "9").EffectAsync(_there);

        Assert.HasCount(1, edited.Operations);
        Assert.IsTrue(edited.Body!["draft"]?.GetValue<bool>());
    }

    [TestMethod]
    public async Task Release_MadeADraftBetweenLookUpAndEdit_IsWhatItWasDecidedAs()
    {
        // Attack: another edit makes it a draft with a tag that is not there yet; whose publishing would be decided as a push.
        _there.Refs["refs/tags/v1"] = _main;
        _there.Answer("/releases/9", """{"tag_name":"v1","target_commitish":"main","draft":false}""");

        var edited = await new ChangeCall("PATCH", Release, """{"name":"x"}""").With("release_id", "9").EffectAsync(_there);

        Assert.AreEqual(("v1", _main.Hex, false), (edited.Body!["tag_name"]?.GetValue<string>(), edited.Body["target_commitish"]?.GetValue<string>(), edited.Body["draft"]?.GetValue<bool>()));
    }

    [TestMethod]
    public async Task Release_GivenAnotherTag_CreatesThatOne()
    {
        _there.Answer("/releases/9", """{"tag_name":"v1","target_commitish":"main","draft":false}""");

        var update = await new ChangeCall("PATCH", Release, """{"tag_name":"v2"}""").With("release_id", "9").UpdateAsync(_there);

        Assert.AreEqual("refs/tags/v2", update.Ref.Value);
    }

    [TestMethod]
    [DataRow("next", "not a branch or a commit")]
    [DataRow("<next>", "may not see")]
    public async Task Release_AtAHiddenCommit_IsRefused(string target, string why)
    {
        var call = new ChangeCall("POST", Releases, $$"""{"tag_name":"v1","target_commitish":"{{(target == "next" ? target : _next.Hex)}}"}""") { Visible = ChangeCall.Only("refs/heads/main") };

        Assert.Contains(why, (await call.RefusedAsync(_there)).Message.Value);
    }

    [TestMethod]
    public async Task Release_Deleted_LeavesItsTag_AndIsForWhoMayPushIt()
    {
        _there.Answer("/releases/9", """{"tag_name":"v1","draft":false}""");

        var effect = await new ChangeCall("DELETE", Release).With("release_id", "9").EffectAsync(_there);

        Assert.IsEmpty(ChangeCall.Updates(effect));
        Assert.AreEqual("refs/tags/v1", MayPush(effect));
    }

    [TestMethod]
    [DataRow("""{"draft":true}""", DisplayName = "made a draft")]
    [DataRow("""{"tag_name":"cursor/x"}""", DisplayName = "given to another tag")]
    [DataRow("""{"name":"another"}""", DisplayName = "described anew")]
    public async Task Attack_ReleaseTakenOffItsTag_IsForWhoMayPushThatTag(string body)
    {
        // Attack: once it is off v1, whoever pushes cursor/x alone deletes it, or puts files beside its own.
        _there.Answer("/releases/9", """{"tag_name":"v1","target_commitish":"main","draft":false}""");

        var effect = await new ChangeCall("PATCH", Release, body).With("release_id", "9").EffectAsync(_there);

        CollectionAssert.Contains(effect.Operations.Select(static operation => (operation.Details as PreparePushDetails)?.To?.Value).ToArray(), "refs/tags/v1");
    }

    [TestMethod]
    public async Task Attack_NotesThatGitHubWrites_AreForWhoSeesEveryBranch()
    {
        // Attack: the notes of a draft at a hidden branch tell what was merged there.
        var effect = await new ChangeCall("POST", Releases, """{"tag_name":"v9","draft":true,"generate_release_notes":true}""").EffectAsync(_there);

        Assert.IsTrue(effect.Operations.Any(static operation => operation.Details is ApiCall { Reads: { From: null } }));
    }

    [TestMethod]
    public async Task Attack_DraftAtAHiddenBranch_IsAsOneAtNone()
    {
        async Task<string> AtAsync(string target) => (await new ChangeCall("POST", Releases, $$"""{"tag_name":"v9","draft":true,"target_commitish":"{{target}}"}""") { Visible = ChangeCall.Only("refs/heads/main") }
            .RefusedAsync(_there)).Message.Value;

        Assert.AreEqual(await AtAsync("absent"), await AtAsync("next"));
    }

    [TestMethod]
    [DataRow("v1", "refs/tags/v1")]
    [DataRow("heads/x", "refs/tags/heads/x")]
    [DataRow("", "any")]
    public async Task ReleaseUpload_IsForWhoMayPushItsTag(string tag, string expected)
    {
        // Attack: whoever pushes branches of their own alone puts a file of theirs beside those of a release.
        _there.Answer("/releases/9", $$"""{"tag_name":"{{tag}}","draft":true}""");

        var effect = await new ChangeCall("POST", $"{Release}/assets").With("release_id", "9").EffectAsync(_there);

        Assert.AreEqual(expected, MayPush(effect));
        Assert.IsEmpty(ChangeCall.Updates(effect));
    }

    [TestMethod]
    [DataRow("DELETE", Release)]
    [DataRow("PATCH", Release)]
    [DataRow("POST", $"{Release}/assets")]
    public async Task Release_ThatIsNotThere_IsRefused(string method, string route)
    {
        _there.Answer("/releases/9", "");

        Assert.AreEqual(404, (await new ChangeCall(method, route).With("release_id", "9").RefusedAsync(_there)).HttpStatus);
    }

    [TestMethod]
    [DataRow("refs/tags/v1")]
    [DataRow("tags/v1")]
    [DataRow("v1^{}")]
    public async Task Release_TagThatCanBeReadInTwoWays_IsRefused(string tag) =>
        Assert.AreEqual(RefusalKind.Malformed, (await new ChangeCall("POST", Releases, $$"""{"tag_name":"{{tag}}"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    [DataRow("POST", "/repos/{owner}/{repo}/merge-upstream", """{"branch":"main"}""")]
    [DataRow("POST", "/repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/autofix/commits", """{"target_ref":"refs/heads/main"}""")]
    public async Task Move_ThatCannotBeComputed_IsOneOfWhichNothingIsKnown(string method, string route, string body)
    {
        var update = await new ChangeCall(method, route, body).UpdateAsync(_there);

        Assert.AreEqual(("refs/heads/main", _main, GitOid.Unmade), (update.Ref.Value, update.Old, update.New));
        Assert.IsNull(update.ChangedPaths);
        Assert.IsNull(update.Commits);
        Assert.IsNull(update.Forced);
        Assert.IsNull(update.Size);
    }

    [TestMethod]
    [DataRow("""{"ref":"next"}""")]
    [DataRow("""{"ref":"next","auto_merge":true}""")]
    public async Task Deployment_ThatMergesOnTheWay_IsRefused(string body) =>
        Assert.Contains("auto_merge", (await new ChangeCall("POST", "/repos/{owner}/{repo}/deployments", body).RefusedAsync(_there)).Message.Value);

    [TestMethod]
    public async Task Deployment_ThatDoesNot_MovesNoRef() =>
        Assert.HasCount(1, (await new ChangeCall("POST", "/repos/{owner}/{repo}/deployments", """{"ref":"next","auto_merge":false}""").EffectAsync(_there)).Operations);

    [TestMethod]
    [DataRow("next")]
    [DataRow("acme:next")]
    [DataRow("ACME:next")]
    public async Task Pull_OpenedFromAHiddenBranch_IsRefused(string head)
    {
        // Attack: whoever reads the pull request reads the branch.
        var body = $$"""{"title":"t","head":"{{head}}","base":"main"}""";

        Assert.AreEqual(404, (await new ChangeCall("POST", Pulls, body) { Visible = ChangeCall.Only("refs/heads/main") }.RefusedAsync(_there)).HttpStatus);
        Assert.HasCount(1, (await new ChangeCall("POST", Pulls, body).EffectAsync(_there)).Operations);
    }

    [TestMethod]
    public async Task Pull_OpenedOntoAHiddenBase_IsRefused()
    {
        // Attack: the answer says where the hidden branch stands, and the pull request's diff what it lacks.
        const string Body = """{"title":"t","head":"next","base":"main"}""";

        Assert.AreEqual(404, (await new ChangeCall("POST", Pulls, Body) { Visible = ChangeCall.Only("refs/heads/next") }.RefusedAsync(_there)).HttpStatus);
    }

    [TestMethod]
    [DataRow("other:next", "")]
    [DataRow("next", ""","head_repo":"pay-fork" """)]
    public async Task Pull_OpenedFromAnotherRepository_IsRefused(string head, string more) => Assert.AreEqual(
        RefusalKind.NotSupported, (await new ChangeCall("POST", Pulls, $$"""{"title":"t","head":"{{head}}","base":"main"{{more}}}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Route_ThatNobodyKnows_IsRefused() =>
        Assert.AreEqual(RefusalKind.NotSupported, (await new ChangeCall("POST", "/repos/{owner}/{repo}/new-thing").RefusedAsync(_there)).Kind);

    private static string MayPush(Gateway.GitHub.Rest.RestEffect effect) =>
        effect.Operations.Select(static operation => operation.Details).OfType<PreparePushDetails>().Single().To?.Value ?? "any";
}
