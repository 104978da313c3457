using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Changes;

[TestClass]
public sealed class PushInspectorTests
{
    private const string Main = "refs/heads/main";
    private const string Feature = "refs/heads/feature";

    private readonly MadeHistory _made = new();

    [TestMethod]
    [DataRow(ObjectFormat.Sha1)]
    [DataRow(ObjectFormat.Sha256)]
    public async Task Inspect_FastForward_TellsCommitsAndPaths(ObjectFormat format)
    {
        var made = new MadeHistory(format);
        var old = made.Commit(made.Files(("a", "1"), ("dir/b", "1"), ("dir/c", "1"), ("run", "100644:x")));
        var first = made.Commit(made.Files(("a", "2"), ("dir/b", "1"), ("dir/c", "1"), ("run", "100755:x")), old);
        var second = made.Commit(made.Files(("a", "1"), ("dir/b", "1"), ("dir/new", "1"), ("run", "100755:x")), first);

        var changes = await new MadePush(made, old).Update(Main, old, second).ChangesAsync();

        CollectionAssert.AreEqual((GitOid[])[second, first], changes.Commits.Select(static commit => commit.Id).ToArray());
        Assert.AreEqual("a dir/c dir/new run", string.Join(' ', changes.Paths));
        Assert.AreEqual("dir/c dir/new run", string.Join(' ', changes.TipToTip.Select(static path => path.Path)));
        Assert.AreEqual((0x81A4, 0x81ED), (changes.TipToTip[2].Old!.Mode, changes.TipToTip[2].New!.Mode));
        Assert.IsNull(changes.TipToTip[0].New);
        Assert.IsNull(changes.TipToTip[1].Old);
        Assert.IsFalse(changes.Forced);
        Assert.AreEqual("message 1700000003", changes.Commits[0].Subject);
        Assert.AreEqual(77, changes.ToUpdate(77).Size);
    }

    [TestMethod]
    public async Task Inspect_Delete_ChangesNothingAndAsksNobody()
    {
        var old = _made.Commit(_made.Files(("a", "1")));
        var push = new MadePush(_made, old).Update(Feature, old, null);

        var changes = await push.ChangesAsync();

        Assert.IsEmpty(changes.Paths);
        Assert.IsEmpty(changes.Commits);
        Assert.AreEqual(0, push.Upstream.ObjectFetches + push.Upstream.HistoryFetches);
    }

    [TestMethod]
    public async Task Inspect_FirstPushIntoAnEmptyRepository_CountsFromNothing()
    {
        var root = _made.Commit(_made.Files(("a", "1"), ("gone", "1")));
        var tip = _made.Commit(_made.Files(("a", "1"), ("d/b", "1")), root);

        var changes = await new MadePush(_made).Update(Main, null, tip).ChangesAsync();

        Assert.AreEqual("a d/b gone", string.Join(' ', changes.Paths));
        Assert.HasCount(2, changes.Commits);
    }

    [TestMethod]
    public async Task Inspect_BranchCutFromAnOldMain_AlsoCountsWhatMainChangedSince()
    {
        var old = _made.Commit(_made.Files(("a", "1")));
        var main = _made.Commit(_made.Files(("a", "1"), ("since", "1")), old);
        var tip = _made.Commit(_made.Files(("a", "2")), old);

        var changes = await new MadePush(_made, main).Update(Feature, null, tip).ChangesAsync();

        Assert.AreEqual("a since", string.Join(' ', changes.Paths));
        CollectionAssert.AreEqual((GitOid[])[tip], changes.Commits.Select(static commit => commit.Id).ToArray());
        Assert.IsFalse(changes.Forced);
    }

    [TestMethod]
    public async Task Inspect_ForcedPush_IsForcedAndCountsTheNewSideAndTipToTip()
    {
        var root = _made.Commit(_made.Files(("a", "1")));
        var old = _made.Commit(_made.Files(("a", "1"), ("dropped", "1")), root);
        var tip = _made.Commit(_made.Files(("a", "2")), root);

        var changes = await new MadePush(_made, old).Update(Main, old, tip).ChangesAsync();

        Assert.IsTrue(changes.Forced);
        Assert.AreEqual("a dropped", string.Join(' ', changes.Paths));
        Assert.HasCount(1, changes.Commits);
    }

    [TestMethod]
    public async Task Inspect_RefMovedBack_IsForcedAndBringsNoCommit()
    {
        var root = _made.Commit(_made.Files(("a", "1")));
        var old = _made.Commit(_made.Files(("a", "1"), ("dropped", "1")), root);

        var changes = await new MadePush(_made, old).Update(Main, old, root).ChangesAsync();

        Assert.IsTrue(changes.Forced);
        Assert.AreEqual("dropped", string.Join(' ', changes.Paths));
        Assert.IsEmpty(changes.Commits);
    }

    [TestMethod]
    public async Task Inspect_ClientThatDoesNotKnowTheTips_SendsWhatIsThereAlready_WhichDoesNotCount()
    {
        var root = _made.Commit(_made.Files(("a", "1")));
        var known = _made.Commit(_made.Files(("a", "2")), root);
        var main = _made.Commit(_made.Files(("a", "3")), known);
        var tip = _made.Commit(_made.Files(("a", "2"), ("b", "1")), known);
        var push = new MadePush(_made, main) { Only = _made.Closure(tip) }.Update(Feature, null, tip);

        var changes = await push.ChangesAsync();

        CollectionAssert.AreEqual((GitOid[])[tip], changes.Commits.Select(static commit => commit.Id).ToArray());
    }

    [TestMethod]
    public async Task Inspect_OldTipItselfInThePack_IsNotCountedAgain()
    {
        var root = _made.Commit(_made.Files(("a", "1")));
        var old = _made.Commit(_made.Files(("a", "2")), root);
        var tip = _made.Commit(_made.Files(("a", "2"), ("b", "1")), old);

        var changes = await new MadePush(_made, old) { Only = _made.Closure(tip) }.Update(Main, old, tip).ChangesAsync();

        Assert.AreEqual("b", string.Join(' ', changes.Paths));
        Assert.IsFalse(changes.Forced);
    }

    [TestMethod]
    public async Task Inspect_NewBranchThatCarriesItsParentsUnapprovedCommits_CountsThem()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var unapproved = _made.Commit(_made.Files(("a", "1"), ("deploy/prod/x", "1")), main);
        var tip = _made.Commit(_made.Files(("a", "2"), ("deploy/prod/x", "1")), unapproved);

        // The parent is upstream already, on a branch of its own; the pack holds the child alone.
        var changes = await new MadePush(_made, main, unapproved).Update(Feature, null, tip).ChangesAsync();

        Assert.HasCount(2, changes.Commits);
        Assert.AreEqual("a deploy/prod/x", string.Join(' ', changes.Paths));
    }

    [TestMethod]
    public async Task Inspect_CommitPushedToAFeatureBranchFirstAndThenToMainWithAnEmptyPack_CountsThere()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var feature = _made.Commit(_made.Files(("a", "1"), ("deploy/prod/x", "1")), _made.Commit(_made.Files(("tmp", "1")), main));
        var push = new MadePush(_made, main, feature).Update(Main, main, feature);

        var changes = await push.ChangesAsync();

        Assert.HasCount(2, changes.Commits);
        Assert.AreEqual("a deploy/prod/x tmp", string.Join(' ', changes.Paths));
        Assert.IsFalse(changes.Forced);
    }

    [TestMethod]
    public async Task Inspect_ChangeAndItsRevert_CountsAlthoughTheTipsAreAlike()
    {
        var main = _made.Commit(_made.Files(("deploy/prod/x", "1")));
        var changed = _made.Commit(_made.Files(("deploy/prod/x", "evil")), main);
        var reverted = _made.Commit(_made.Files(("deploy/prod/x", "1")), changed);

        var changes = await new MadePush(_made, main).Update(Main, main, reverted).ChangesAsync();

        Assert.AreEqual("deploy/prod/x", string.Join(' ', changes.Paths));
        Assert.IsEmpty(changes.TipToTip);
    }

    [TestMethod]
    public async Task Inspect_OldBlobReturns_CountsAlthoughTheBlobIsInNoPack()
    {
        var first = _made.Commit(_made.Files(("deploy/prod/x", "old"), ("deploy/y", "1")));
        var main = _made.Commit(_made.Files(("deploy/prod/x", "new"), ("deploy/y", "1")), first);
        var tip = _made.Commit(_made.TreeOf(first), main);
        var push = new MadePush(_made, main) { Only = [tip] }.Update(Main, main, tip);

        var changes = await push.ChangesAsync();

        Assert.AreEqual("deploy/prod/x", string.Join(' ', changes.Paths));
        Assert.IsTrue(push.Upstream.FetchedIds.Contains(_made.Blob("old")), "and what it holds is looked at");
    }

    [TestMethod]
    public async Task Inspect_MergeWhoseSecondParentBringsTheProtectedChange_CountsIt()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var side = _made.Commit(_made.Files(("a", "1"), ("deploy/prod/x", "1")), main);
        var ours = _made.Commit(_made.Files(("a", "2")), main);
        var merge = _made.Commit(_made.Files(("a", "2"), ("deploy/prod/x", "1")), ours, side);

        var changes = await new MadePush(_made, main).Update(Main, main, merge).ChangesAsync();

        Assert.HasCount(3, changes.Commits);
        Assert.AreEqual("a deploy/prod/x", string.Join(' ', changes.Paths));
    }

    [TestMethod]
    public async Task Inspect_EvilMerge_CountsWhatNeitherParentHas()
    {
        var main = _made.Commit(_made.Files(("deploy/prod/x", "1"), ("b", "1"), ("dir/c", "1")));
        var side = _made.Commit(_made.Files(("deploy/prod/x", "1"), ("b", "2"), ("dir/c", "1")), main);
        var evil = _made.Commit(_made.Files(("deploy/prod/x", "evil"), ("b", "2")), main, side);
        var undone = _made.Commit(_made.Files(("deploy/prod/x", "1"), ("b", "2"), ("dir/c", "1")), evil);

        var changes = await new MadePush(_made, main).Update(Main, main, undone).ChangesAsync();
        var merge = await new MadePush(_made, main, side).Update(Main, side, evil).ChangesAsync();

        Assert.AreEqual("b deploy/prod/x dir/c", string.Join(' ', changes.Paths));
        Assert.AreEqual("deploy/prod/x dir/c", string.Join(' ', merge.Paths));
    }

    [TestMethod]
    public async Task Inspect_MergeThatKeepsOneSide_ShowsTheDroppedChangeTipToTip()
    {
        // "ours" merges: the merge itself differs from one parent only, but main loses what the other side had.
        var root = _made.Commit(_made.Files(("deploy/prod/x", "1")));
        var main = _made.Commit(_made.Files(("deploy/prod/x", "fixed")), root);
        var side = _made.Commit(_made.Files(("deploy/prod/x", "1"), ("b", "1")), root);
        var merge = _made.Commit(_made.TreeOf(side), side, main);

        var changes = await new MadePush(_made, main).Update(Main, main, merge).ChangesAsync();

        Assert.AreEqual("b deploy/prod/x", string.Join(' ', changes.Paths));
        Assert.IsFalse(changes.Forced);
    }

    [TestMethod]
    public async Task Inspect_CaseOnlyChange_CountsBothSpellings()
    {
        var main = _made.Commit(_made.Files(("deploy/prod/x", "1")));
        var tip = _made.Commit(_made.Files(("Deploy/prod/x", "1")), main);

        Assert.AreEqual("Deploy/prod/x deploy/prod/x", string.Join(' ', (await new MadePush(_made, main).Update(Main, main, tip).ChangesAsync()).Paths));
    }

    [TestMethod]
    public async Task Inspect_RenameIntoAProtectedPath_CountsBothSides()
    {
        var main = _made.Commit(_made.Files(("src/x/y", "1")));
        var tip = _made.Commit(_made.Files(("deploy/prod/y", "1")), main);

        Assert.AreEqual("deploy/prod/y src/x/y", string.Join(' ', (await new MadePush(_made, main).Update(Main, main, tip).ChangesAsync()).Paths));
    }

    [TestMethod]
    public async Task Inspect_SymlinksAndSubmodules_Count()
    {
        var main = _made.Commit(_made.Files(("a", "1"), ("dir/b", "1"), ("sub", $"160000:{new string('1', 40)}")));
        var tip = _made.Commit(_made.Files(("a", "120000:deploy/prod"), ("dir", $"160000:{new string('3', 40)}"), ("sub", $"160000:{new string('2', 40)}")), main);

        var changes = await new MadePush(_made, main).Update(Main, main, tip).ChangesAsync();

        Assert.AreEqual("a dir dir/b sub", string.Join(' ', changes.Paths));
        Assert.AreEqual(0xA000, changes.TipToTip[0].New!.Mode);
        Assert.AreEqual(0xE000, changes.TipToTip[1].New!.Mode);
    }

    [TestMethod]
    public async Task Inspect_FileBecomesDirectory_CountsTheFileAndWhatIsBelow()
    {
        var main = _made.Commit(_made.Files(("a", "1"), ("b/x", "1"), ("b/y/z", "1")));
        var tip = _made.Commit(_made.Files(("a/x", "1"), ("b", "1")), main);

        Assert.AreEqual("a a/x b b/x b/y/z", string.Join(' ', (await new MadePush(_made, main).Update(Main, main, tip).ChangesAsync()).Paths));
    }

    [TestMethod]
    public async Task Inspect_TagPointingAtAnUnapprovedCommit_CountsIt()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var unapproved = _made.Commit(_made.Files(("a", "1"), ("deploy/prod/x", "1")), main);
        var tag = _made.Tag(_made.Tag(unapproved, GitObjectType.Commit), GitObjectType.Tag, "v2");

        var annotated = await new MadePush(_made, main, unapproved).Update("refs/tags/v2", null, tag).ChangesAsync();
        var plain = await new MadePush(_made, main, unapproved).Update("refs/tags/v2", null, unapproved).ChangesAsync();
        var upstream = await new MadePush(_made, main, tag).Update("refs/tags/v3", null, tag).ChangesAsync();

        foreach (var changes in (ChangeSet[])[annotated, plain, upstream])
        {
            Assert.AreEqual("deploy/prod/x", string.Join(' ', changes.Paths));
            Assert.HasCount(1, changes.Commits);
        }
    }

    [TestMethod]
    public async Task Inspect_TagOfATreeOrBlob_IsRefused()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var blob = _made.Tag(_made.Blob("loose"), GitObjectType.Blob);
        var tree = _made.Files(("loose", "1"));

        Assert.Contains("is a blob", (await new MadePush(_made, main).Update("refs/tags/b", null, blob).FailureAsync()).Message);
        Assert.Contains("is a tree", (await new MadePush(_made, main).Update("refs/tags/t", null, tree).FailureAsync()).Message);
        Assert.Contains("is a tree", (await new MadePush(_made, main).Update("refs/tags/u", null, _made.TreeOf(main)).FailureAsync()).Message);
    }

    [TestMethod]
    public async Task Inspect_TagsOfTagsBeyondTheLimit_AreRefused()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var tag = _made.Tag(main, GitObjectType.Commit);
        for (var i = 0; i < 8; i++)
        {
            tag = _made.Tag(tag, GitObjectType.Tag, $"t{i}");
        }

        Assert.Contains("MaxTagDepth", (await new MadePush(_made, main).Update("refs/tags/t", null, tag).FailureAsync()).Message);
    }

    [TestMethod]
    public async Task Inspect_HiddenObjects_AreRefusedWhateverTheirType()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var tip = _made.Commit(_made.Files(("a", "2")), main);
        var other = _made.Commit(_made.Files(("hidden", "1")), main);
        foreach (var (what, objects) in ((string, GitOid[])[])
        [
            ("blob", [_made.Blob("hidden blob")]),
            ("tree", [_made.Files(("a", "1"), ("b", "2"))]),
            ("commit", [other, _made.TreeOf(other), _made.Blob("1")]),
            ("tag", [_made.Tag(tip, GitObjectType.Commit)]),
            ("blob", [_made.Blob(new string('3', 40))]),
        ])
        {
            var push = new MadePush(_made, main) { Extra = [.. objects.Where(id => id != _made.Blob("1"))] }.Update(Main, main, tip);

            var failure = await push.FailureAsync();

            Assert.AreEqual(GitFailureKind.NotAllowed, failure.Kind);
            Assert.Contains($"{what} {objects[0].Hex}", failure.Message);
        }
    }

    [TestMethod]
    public async Task Inspect_ObjectThatOnlyASubmoduleEntryNames_IsRefused()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var smuggled = _made.Commit(_made.Files(("hidden", "1")));
        var tip = _made.Commit(_made.Files(("a", "1"), ("sub", $"160000:{smuggled.Hex}")), main);
        var push = new MadePush(_made, main) { Extra = [smuggled, _made.TreeOf(smuggled)] }.Update(Main, main, tip);

        Assert.AreEqual(GitFailureKind.NotAllowed, (await push.FailureAsync()).Kind);
    }

    [TestMethod]
    public async Task Inspect_CommitWhoseTreeIsNowhere_IsRefused()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var tip = _made.Commit(_made.Files(("a", "2")), main);

        Assert.Contains(_made.TreeOf(tip).Hex, (await new MadePush(_made, main) { Only = [tip] }.Update(Main, main, tip).FailureAsync()).Message);
    }

    [TestMethod]
    public async Task Inspect_CommitWhoseParentIsNowhere_IsRefused()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var lost = _made.Commit(_made.Files(("a", "2")), main);
        var tip = _made.Commit(_made.Files(("a", "3")), lost);

        Assert.Contains(lost.Hex, (await new MadePush(_made, main) { Only = [tip, _made.TreeOf(tip), _made.Blob("3")] }.Update(Main, main, tip).FailureAsync()).Message);
    }

    [TestMethod]
    [DataRow("..")]
    [DataRow(".")]
    [DataRow(".git")]
    [DataRow(".GIT")]
    [DataRow("git~1")]
    [DataRow(".git. .")]
    [DataRow(".g\u200cit")]
    [DataRow(".git::$INDEX_ALLOCATION")]
    [DataRow("a/b")]
    [DataRow("")]
    public async Task Inspect_TreeWithAForbiddenName_IsRefused(string name)
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var tree = _made.Tree(("100644", name, _made.Blob("1")));
        var tip = _made.Commit(tree, main);

        var failure = await new MadePush(_made, main) { Only = [tip, tree, _made.Blob("1")] }.Update(Main, main, tip).FailureAsync();

        Assert.AreEqual(GitFailureKind.Malformed, failure.Kind);
    }

    [TestMethod]
    public async Task Inspect_TreeWithDuplicateOrUnsortedEntries_IsRefused()
    {
        var main = _made.Commit(_made.Files(("z", "1")));
        var (blob, tree) = (_made.Blob("1"), _made.Files(("x", "1")));
        foreach (var (why, entries) in ((string, (string, string, GitOid)[])[])
        [
            ("same name", [("100644", "a", blob), ("100644", "a", blob)]),
            ("same name", [("100644", "a", blob), ("100644", "a.x", blob), ("40000", "a", tree)]),
            ("same name", [("100644", "a", blob), ("100644", "a-", blob), ("100644", "a-b", blob), ("40000", "a", tree)]),
            ("order", [("100644", "b", blob), ("100644", "a", blob)]),
            ("order", [("40000", "a", tree), ("100644", "a.x", blob)]),
            ("mode", [("100777", "a", blob)]),
            ("mode", [("040000", "a", tree)]),
            ("type", [("100644", "a", tree)]),
            ("type", [("40000", "a", blob)]),
        ])
        {
            var bad = _made.Tree(entries);
            var tip = _made.Commit(bad, main);

            var failure = await new MadePush(_made, main) { Only = [tip, bad, blob, tree] }.Update(Main, main, tip).FailureAsync();

            Assert.Contains(why, failure.Message);
        }
    }

    [TestMethod]
    public async Task Inspect_DeepTreeAndLongPath_AreRefusedByTheirLimits()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var deep = _made.Commit(_made.Files((string.Join('/', Enumerable.Repeat("d", 300)), "1")), main);
        var tooLong = _made.Commit(_made.Files((string.Join('/', Enumerable.Repeat(new string('n', 250), 17)), "1")), main);

        Assert.Contains("MaxTreeDepth", (await new MadePush(_made, main).Update(Main, main, deep).FailureAsync()).Message);
        Assert.Contains("MaxPathBytes", (await new MadePush(_made, main).Update(Main, main, tooLong).FailureAsync()).Message);
    }

    [TestMethod]
    public async Task Inspect_TooManyCommitsOrPathsOrFetches_AreRefusedByTheirLimits()
    {
        var main = _made.Commit(_made.Files(("a", "1"), ("d/e/f", "1")));
        var first = _made.Commit(_made.Files(("a", "2"), ("d/e/f", "1")), main);
        var tip = _made.Commit(_made.Files(("b", "3"), ("d/e/f", "2")), first);
        MadePush Push(ChangeLimits limits) => new MadePush(_made, main) { Limits = limits }.Update(Main, main, tip);

        Assert.Contains("MaxCommits", (await Push(new() { MaxCommits = 1 }).FailureAsync()).Message);
        Assert.Contains("MaxChangedPaths", (await Push(new() { MaxChangedPaths = 3 }).FailureAsync()).Message);
        Assert.Contains("MaxFetches", (await Push(new() { MaxFetches = 2 }).FailureAsync()).Message);
        Assert.Contains("MaxFetchedObjects", (await Push(new() { MaxFetchedObjects = 2 }).FailureAsync()).Message);
    }

    [TestMethod]
    public async Task Inspect_ManyRefsOverOneLargeCommit_AreCountedForEachRef()
    {
        // Nothing but the commit in their middle is large, and its paths were compared once: as many copies of them as there are refs would be gigabytes.
        var main = _made.Commit(_made.Files(("a", "1")));
        var large = _made.Commit(_made.Files(("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"), ("e", "1")), main);
        MadePush Push(int most)
        {
            var push = new MadePush(_made, main) { Limits = new() { MaxChangedPaths = most } };
            for (var i = 0; i < 10; i++)
            {
                push.Update($"refs/heads/b{i}", null, _made.Commit(_made.Files(("a", "1")), large));
            }

            return push;
        }

        Assert.Contains("MaxChangedPaths", (await Push(79).FailureAsync()).Message);
        Assert.IsTrue((await Push(80).InspectAsync()).Succeeded);
    }

    [TestMethod]
    public async Task Inspect_ManyFilesBelowALongName_AreRefusedByTheBytesOfTheirPaths()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var folder = new string('x', 900);
        var tip = _made.Commit(_made.Files([("a", "1"), .. Enumerable.Range(0, 50).Select(i => ($"{folder}/{i}", "1"))]), main);

        MadePush Push(long most) => new MadePush(_made, main) { Limits = new() { MaxPathBytesInAll = most } }.Update(Main, main, tip);

        Assert.Contains("MaxPathBytesInAll", (await Push(50_000).FailureAsync()).Message);
        Assert.IsTrue((await Push(100_000).InspectAsync()).Succeeded);
    }

    [TestMethod]
    public async Task Inspect_OctopusOfLargeTrees_IsRefusedByWhatItTakesToCompareThem()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var parents = Enumerable.Range(0, 20).Select(i => _made.Commit(_made.Files([.. Enumerable.Range(0, 30).Select(j => ($"f{j:d2}", $"{i}"))]), main)).ToArray();
        var tip = _made.Commit(_made.Files(("b", "1")), parents);

        MadePush Push(ChangeLimits limits) => new MadePush(_made, main) { Limits = limits }.Update(Main, main, tip);

        Assert.Contains("MaxComparedBytes", (await Push(new() { MaxComparedBytes = 5_000 }).FailureAsync()).Message);
        Assert.Contains("MaxComparedEntries", (await Push(new() { MaxComparedEntries = 1_000 }).FailureAsync()).Message);
        Assert.Contains("MaxCommitBytesInAll", (await Push(new() { MaxCommitBytesInAll = 2_000 }).FailureAsync()).Message);
        Assert.IsTrue((await Push(new()).InspectAsync()).Succeeded);
    }

    [TestMethod]
    [DataRow(10_000, 1)]
    [DataRow(1_500, 2)]
    public async Task InspectedObjects_LargeTrees_AreReadAgainRatherThanAllKept(int cache, int reads)
    {
        var trees = Enumerable.Range(0, 3).Select(i => _made.Files([.. Enumerable.Range(0, 30).Select(j => ($"f{j:d2}", $"{i}"))])).ToArray();
        var upstream = new CountingUpstream(new(_made, [.. trees]));
        var objects = new InspectedObjects(null, upstream, ObjectFormat.Sha1, new() { TreeCacheBytes = cache });
        Assert.IsNull(await objects.EnsureAsync(trees, CancellationToken.None));

        foreach (var id in trees.Append(trees[0]))
        {
            Assert.AreEqual(30, objects.Tree(id).Value!.Count);
        }

        Assert.AreEqual(reads, upstream.Reads[trees[0]]);
    }

    [TestMethod]
    public async Task Inspect_TenThousandRefsInOnePush_TakesAHandfulOfFetches()
    {
        var root = _made.Commit(_made.Files(("a", "1")));
        var main = _made.Commit(_made.Files(("a", "2")), root);
        var release = _made.Commit(_made.Files(("a", "1"), ("r", "1")), root);
        var tip = _made.Commit(_made.Files(("a", "3")), main);
        var push = new MadePush(_made, main, release);
        for (var i = 0; i < 10_000; i++)
        {
            push.Update($"refs/tags/t{i}", null, (i % 5) switch { 0 => root, 1 => main, 2 => release, 3 => _made.Tag(release, GitObjectType.Commit, $"t{i}"), _ => tip });
        }

        var inspection = await push.InspectAsync();

        Assert.IsTrue(inspection.Succeeded, inspection.Failure?.Message);
        Assert.HasCount(10_000, inspection.Value.Changes);
        Assert.AreEqual("a r", string.Join(' ', inspection.Value.Changes[3].Paths));
        Assert.AreEqual("a", string.Join(' ', inspection.Value.Changes[9_999].Paths));
        Assert.IsLessThan(10, push.Upstream.HistoryFetches + push.Upstream.ObjectFetches);
    }

    [TestMethod]
    public async Task Inspect_SeveralRefs_GivesEachItsOwnInTheirOrder()
    {
        var main = _made.Commit(_made.Files(("a", "1")));
        var one = _made.Commit(_made.Files(("a", "1"), ("one", "1")), main);
        var two = _made.Commit(_made.Files(("a", "1"), ("one", "1"), ("two", "1")), one);
        var push = new MadePush(_made, main).Update(Feature, null, one).Update("refs/heads/gone", main, null).Update(Main, main, two);

        var changes = (await push.InspectAsync()).Value!.Changes;

        Assert.AreEqual("one||one two", string.Join('|', changes.Select(static change => string.Join(' ', change.Paths))));
    }

    private sealed class CountingUpstream(MadeUpstream upstream) : IUpstreamObjects
    {
        public Dictionary<GitOid, int> Reads { get; } = [];

        public ValueTask<GitResult<IObjectSource>> FetchHistoryAsync(IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("No history is needed.");

        public async ValueTask<GitResult<IObjectSource>> FetchObjectsAsync(IReadOnlyCollection<GitOid> ids, CancellationToken cancellationToken) =>
            new Source((await upstream.FetchObjectsAsync(ids, cancellationToken)).Value!, Reads);

        private sealed class Source(IObjectSource objects, Dictionary<GitOid, int> reads) : IObjectSource
        {
            public int Count => objects.Count;

            public GitObjectType? TypeOf(GitOid id) => objects.TypeOf(id);

            public GitResult<GitObject> Read(GitOid id)
            {
                reads[id] = reads.GetValueOrDefault(id) + 1;
                return objects.Read(id);
            }
        }
    }
}
