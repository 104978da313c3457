using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>Merges that GitHub makes: of branches and of pull requests, into either side.</summary>
[TestClass]
public sealed class MergeTests
{
    private const string Merges = "/repos/{owner}/{repo}/merges";
    private const string PullMerge = "/repos/{owner}/{repo}/pulls/{pull_number}/merge";
    private const string UpdateBranch = "/repos/{owner}/{repo}/pulls/{pull_number}/update-branch";
    private const string Pull = "/repos/{owner}/{repo}/pulls/{pull_number}";

    private readonly MadeRepository _there = new();
    private readonly GitOid _main;
    private readonly GitOid _feature;

    public MergeTests()
    {
        var root = _there.Commit("refs/heads/main", null, ("a", "1"), ("deploy/prod/values", "1"));
        _feature = _there.Commit("refs/heads/feature", root, ("a", "2"), ("deploy/prod/values", "1"));
        _main = _there.Commit("refs/heads/main", root, ("a", "1"), ("deploy/prod/values", "2"));
        _there.Pull(5, "main", _feature, "feature");
    }

    [TestMethod]
    public async Task Merges_OfABranch_IsAPushOfWhatItBrings()
    {
        var effect = await new ChangeCall("POST", Merges, """{"base":"main","head":"feature"}""").EffectAsync(_there);

        var update = ChangeCall.Updates(effect).Single();
        Assert.AreEqual(("refs/heads/main", _main, GitOid.Unmade), (update.Ref.Value, update.Old, update.New));
        Assert.AreEqual("a", string.Join(' ', update.ChangedPaths!), "what main changed since is not what the merge brings");
        Assert.IsNull(update.Commits, "who wrote the commit that GitHub makes is not known");
        Assert.AreEqual((false, 0L), (update.Forced, update.Size));
        Assert.AreEqual(_feature.Hex, effect.Body!["head"]!.GetValue<string>(), "the head that was looked at is the one that is merged");
        Assert.AreEqual("Merge feature into main", effect.Body["commit_message"]!.GetValue<string>());
        Assert.Contains(_feature.Hex, effect.ResolvedState);
        Assert.Contains(_main.Hex, effect.ResolvedState);
    }

    [TestMethod]
    [DataRow("refs/heads/main", "feature")]
    [DataRow("heads/main", "feature")]
    [DataRow("main", "refs/heads/feature")]
    [DataRow("main", "tags/v1")]
    [DataRow("main", "feature~1")]
    [DataRow("main ", "feature")]
    public async Task Merges_NamesThatCanBeReadInTwoWays_AreRefused(string into, string head) => Assert.AreEqual(
        RefusalKind.Malformed, (await new ChangeCall("POST", Merges, $$"""{"base":"{{into}}","head":"{{head}}"}""").RefusedAsync(_there)).Kind);

    [TestMethod]
    public async Task Merges_OfAHiddenBranch_IsRefusedAsIfItWereNotThere()
    {
        var hidden = new ChangeCall("POST", Merges, """{"base":"main","head":"feature"}""") { Visible = ChangeCall.Only("refs/heads/main") };
        var absent = new ChangeCall("POST", Merges, """{"base":"main","head":"absent"}""") { Visible = ChangeCall.Only("refs/heads/main") };

        Assert.AreEqual((await absent.RefusedAsync(_there)).Message, (await hidden.RefusedAsync(_there)).Message);
    }

    [TestMethod]
    public async Task Merges_OfAHiddenCommitByItsId_IsRefused()
    {
        var call = new ChangeCall("POST", Merges, $$"""{"base":"main","head":"{{_feature.Hex}}"}""") { Visible = ChangeCall.Only("refs/heads/main") };

        Assert.Contains("may not see", (await call.RefusedAsync(_there)).Message.Value);
    }

    [TestMethod]
    [DataRow("merge")]
    [DataRow("squash")]
    [DataRow("rebase")]
    public async Task PullMerge_InWhicheverWay_IsAPushToItsBaseWithTheHeadBound(string way)
    {
        var effect = await PullMergeCall($$"""{"merge_method":"{{way}}"}""").EffectAsync(_there);

        var update = ChangeCall.Updates(effect).Single();
        Assert.AreEqual(("refs/heads/main", _main, "a"), (update.Ref.Value, update.Old, string.Join(' ', update.ChangedPaths!)));
        Assert.AreEqual(_feature.Hex, effect.Body!["sha"]!.GetValue<string>());
        Assert.AreEqual(way, effect.Body["merge_method"]!.GetValue<string>());
        Assert.Contains($"{way} pull request 5", effect.Summary[0]);
    }

    [TestMethod]
    public async Task PullMerge_ApprovedAndThenTheHeadMoved_IsAnotherMerge()
    {
        // Attack: a harmless head is approved, and another one is pushed before the merge is sent.
        var approved = await PullMergeCall("{}").EffectAsync(_there);
        var moved = _there.Commit("refs/heads/feature", _feature, ("a", "2"), ("deploy/prod/values", "evil"));
        _there.Pull(5, "main", moved, "feature");

        var tried = await PullMergeCall("{}").EffectAsync(_there);

        Assert.AreNotEqual(approved.ResolvedState, tried.ResolvedState, "the approval is for the head that was shown");
        Assert.Contains("deploy/prod/values", ChangeCall.Updates(tried).Single().ChangedPaths!);
        Assert.AreEqual(_feature.Hex, approved.Body!["sha"]!.GetValue<string>(), "and what was approved can only merge that head");
    }

    [TestMethod]
    public async Task PullMerge_OfAnotherShaThanTheHead_IsRefusedInGitHubsWords()
    {
        var refusal = await PullMergeCall($$"""{"sha":"{{_main.Hex}}"}""").RefusedAsync(_there);

        Assert.AreEqual((RefusalKind.Conflict, 409, "Head branch was modified. Review and try the merge again."), (refusal.Kind, refusal.HttpStatus, refusal.Message.Value));
    }

    [TestMethod]
    [DataRow("closed", 42, RefusalKind.Conflict, DisplayName = "one that is closed")]
    [DataRow("open", 77, RefusalKind.UpstreamFailed, DisplayName = "attack: the question was answered about another repository, which the name belongs to by now")]
    public async Task PullMerge_OfOneThatIsNotOpenHere_IsRefused(string state, long repository, RefusalKind kind)
    {
        _there.Answer("/pulls/9", $$"""
            { "number": 9, "state": "{{state}}", "base": { "ref": "main", "repo": { "id": {{repository}} } }, "head": { "ref": "feature", "sha": "{{_feature.Hex}}", "repo": { "id": {{repository}} } } }
            """);

        Assert.AreEqual(kind, (await PullMergeCall("{}", 9).RefusedAsync(_there)).Kind);
    }

    [TestMethod]
    public async Task PullMerge_OfAForksHead_CountsWhatItBrings()
    {
        var fork = _there.Commit("refs/pull/6/head", _main, ("a", "1"), ("deploy/prod/values", "3"));
        _there.Pull(6, "main", fork, "main", headRepository: 77);

        var update = await PullMergeCall("{}", 6).UpdateAsync(_there);

        Assert.AreEqual(("refs/heads/main", "deploy/prod/values"), (update.Ref.Value, string.Join(' ', update.ChangedPaths!)));
    }

    [TestMethod]
    public async Task PullMerge_OfAForksHeadThatTheCallerMayNotSee_IsRefused()
    {
        var fork = _there.Commit("refs/pull/6/head", _main, ("a", "3"));
        _there.Pull(6, "main", fork, "main", headRepository: 77);
        var call = new ChangeCall("PUT", PullMerge, "{}") { Visible = ChangeCall.Only("refs/heads/main") }.With("pull_number", "6");

        Assert.Contains("may not see", (await call.RefusedAsync(_there)).Message.Value);
    }

    [TestMethod]
    public async Task PullMerge_WhoseBaseChangesBetweenLookUpAndMerge_CannotBeDoneWithoutWhatTheNewBaseNeeds()
    {
        // Attack: a pull request into a branch of one's own is allowed, and its base is set to main the moment before it is merged. GitHub binds a merge to the head, not to the base.
        var own = _there.Commit("refs/heads/cursor/own", _main, ("a", "1"), ("deploy/prod/values", "2"));
        var evil = _there.Commit("refs/heads/evil", own, ("a", "1"), ("deploy/prod/values", "evil"));
        _there.Pull(7, "cursor/own", evil, "evil");
        var call = new ChangeCall("PATCH", Pull, """{"base":"main"}""").With("pull_number", "7");

        var update = await call.UpdateAsync(_there);

        Assert.AreEqual(("refs/heads/main", "deploy/prod/values"), (update.Ref.Value, string.Join(' ', update.ChangedPaths!)), "setting the base is decided as the merge into it");
        Assert.AreEqual("git.push", call.Outline().Value![1].Details.Name);
    }

    [TestMethod]
    public async Task PullChange_OntoAHiddenBase_EndsAsOneThatIsNotThere()
    {
        var hidden = new ChangeCall("PATCH", Pull, """{"base":"main"}""") { Visible = ChangeCall.Only("refs/heads/feature") }.With("pull_number", "5");
        var absent = new ChangeCall("PATCH", Pull, """{"base":"absent"}""") { Visible = ChangeCall.Only("refs/heads/feature") }.With("pull_number", "5");

        Assert.AreEqual((await absent.RefusedAsync(_there)).Message, (await hidden.RefusedAsync(_there)).Message);
    }

    [TestMethod]
    public async Task PullChange_WithoutABase_MovesNoRef()
    {
        var effect = await new ChangeCall("PATCH", Pull, """{"title":"t","state":"closed"}""").With("pull_number", "7").EffectAsync(_there);

        Assert.HasCount(1, effect.Operations);
        Assert.IsEmpty(_there.Asked);
    }

    [TestMethod]
    public async Task UpdateBranch_OfAHeadOfAProtectedName_IsAPushToThatName()
    {
        // Attack: a pull request from main into a branch of one's own; updating its branch merges that one into main.
        var own = _there.Commit("refs/heads/cursor/own", _main, ("a", "1"), ("deploy/prod/values", "evil"));
        _there.Pull(8, "cursor/own", _main, "main");

        var effect = await new ChangeCall("PUT", UpdateBranch, "{}").With("pull_number", "8").EffectAsync(_there);

        var update = ChangeCall.Updates(effect).Single();
        Assert.AreEqual(("refs/heads/main", _main), (update.Ref.Value, update.Old));
        Assert.AreEqual(_main.Hex, effect.Body!["expected_head_sha"]!.GetValue<string>());
        Assert.Contains(own.Hex, effect.ResolvedState);
    }

    [TestMethod]
    public async Task UpdateBranch_WhoseBaseMovesBetweenLookUpAndMerge_IsOneOfWhichNothingIsKnown()
    {
        // Attack: a harmless base is looked at, and another commit is pushed to it the moment before GitHub merges it. GitHub binds the head alone.
        var own = _there.Commit("refs/heads/cursor/own", _main, ("a", "3"), ("deploy/prod/values", "2"));
        _there.Pull(8, "cursor/own", _main, "main");

        var effect = await new ChangeCall("PUT", UpdateBranch, "{}").With("pull_number", "8").EffectAsync(_there);

        var update = ChangeCall.Updates(effect).Single();
        Assert.IsNull(update.ChangedPaths, "every rule about paths counts");
        Assert.IsNull(update.Commits);
        Assert.IsNull(update.Size);
        Assert.IsNull(update.Forced);
        Assert.Contains($"merge what cursor/own is by then, now {own.Hex[..12]}, into main", effect.Summary[0]);
    }

    [TestMethod]
    public async Task UpdateBranch_FromAHiddenBase_IsRefusedWhateverThatHoldsNow()
    {
        // Attack: the hidden base holds nothing new at look-up, and something the moment after.
        _there.Refs["refs/heads/hidden"] = _main;
        _there.Pull(8, "hidden", _main, "main");
        var call = new ChangeCall("PUT", UpdateBranch, "{}") { Visible = ChangeCall.Only("refs/heads/main") }.With("pull_number", "8");

        Assert.AreEqual(404, (await call.RefusedAsync(_there)).HttpStatus);
    }

    [TestMethod]
    public async Task UpdateBranch_OfAForksBranch_IsRefused()
    {
        _there.Pull(6, "main", _feature, "main", headRepository: 77);

        Assert.AreEqual(RefusalKind.NotSupported, (await new ChangeCall("PUT", UpdateBranch).With("pull_number", "6").RefusedAsync(_there)).Kind);
    }

    [TestMethod]
    public async Task UpdateBranch_WhoseBranchMovedSinceGitHubSaidSo_IsRefused()
    {
        _ = _there.Commit("refs/heads/feature", _feature, ("a", "3"));

        Assert.AreEqual(RefusalKind.Conflict, (await new ChangeCall("PUT", UpdateBranch).With("pull_number", "5").RefusedAsync(_there)).Kind);
    }

    [TestMethod]
    [DataRow("../5")]
    [DataRow("5/../6")]
    [DataRow("")]
    [DataRow("５")]
    public async Task PullMerge_NumberThatIsNone_AsksNothing(string number)
    {
        Assert.AreEqual(RefusalKind.Malformed, (await new ChangeCall("PUT", PullMerge).With("pull_number", number).RefusedAsync(_there)).Kind);
        Assert.IsEmpty(_there.Asked);
    }

    [TestMethod]
    public async Task PullMerge_AFieldThatIsNotKnown_IsRefused() =>
        Assert.Contains("'merge_queue'", (await PullMergeCall("""{"merge_queue":true}""").RefusedAsync(_there)).Message.Value);

    [TestMethod]
    public async Task PullMerge_Snapshot_ShowsCommitsAndFiles()
    {
        var snapshot = await (await PullMergeCall("{}").EffectAsync(_there)).Snapshot!(CancellationToken.None);

        var update = snapshot.Updates.Single();
        Assert.AreEqual(("refs/heads/main", _feature.Hex, "a"), (update.Ref, update.Commits.Single().Id, update.Files.Single().Path));
    }

    private static ChangeCall PullMergeCall(string body, int number = 5) =>
        new ChangeCall("PUT", PullMerge, body).With("pull_number", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
