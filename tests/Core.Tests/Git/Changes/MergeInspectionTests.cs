using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Writes;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>What a merge brings that the upstream makes.</summary>
[TestClass]
public sealed class MergeInspectionTests
{
    private static readonly RefName Main = RefName.Parse("refs/heads/main");

    private readonly MadeHistory _made = new();
    private readonly GitOid _root;

    public MergeInspectionTests() => _root = Commit([("a", "1"), ("b", "1"), ("deploy/prod/x", "1")]);

    [TestMethod]
    public async Task Merge_OfABranch_BringsItsCommitsAndPathsAndNotWhatOnlyTheBaseChanged()
    {
        var main = Commit([("a", "1"), ("b", "2"), ("deploy/prod/x", "2")], _root);
        var first = Commit([("a", "2"), ("b", "1"), ("deploy/prod/x", "1")], _root);
        var head = Commit([("a", "3"), ("b", "1"), ("deploy/prod/x", "1")], first);

        var change = await MergeAsync(main, head);

        Assert.AreEqual(("a", 2, false), (Paths(change), change.Commits.Length, change.Forced));
        Assert.AreEqual((Main, main, GitOid.Unmade), (change.Update.Ref, change.Update.Old, change.Update.New));
        Assert.AreEqual("a", change.TipToTip.Single().Path);
    }

    [TestMethod]
    public async Task Merge_OfWhatIsThereAlready_BringsNothing()
    {
        var main = Commit([("a", "2")], _root);

        var change = await MergeAsync(main, _root);

        Assert.AreEqual(("", 0), (Paths(change), change.Commits.Length));
    }

    [TestMethod]
    public async Task Merge_OfAChangeAndItsRevert_CountsBoth()
    {
        var secret = Commit([("a", "1"), ("b", "1"), ("deploy/prod/x", "evil")], _root);
        var head = Commit([("a", "1"), ("b", "1"), ("deploy/prod/x", "1")], secret);

        var change = await MergeAsync(_root, head);

        Assert.AreEqual("deploy/prod/x", Paths(change));
        Assert.IsEmpty(change.TipToTip);
    }

    [TestMethod]
    public async Task Merge_OfABranchThatMergedTheBase_DoesNotCountWhatCameFromThere()
    {
        var main = Commit([("a", "1"), ("b", "2"), ("deploy/prod/x", "2")], _root);
        var own = Commit([("a", "2"), ("b", "1"), ("deploy/prod/x", "1")], _root);
        var head = Commit([("a", "2"), ("b", "2"), ("deploy/prod/x", "2")], own, main);
        var later = Commit([("a", "1"), ("b", "3"), ("deploy/prod/x", "2")], main);

        Assert.AreEqual("a", Paths(await MergeAsync(later, head)));
    }

    [TestMethod]
    public async Task Merge_OfABranchThatMergedTheBaseAndKeptItsOwnSide_CountsWhatItDrops()
    {
        // Attack: "merge -s ours" takes over the base's history and none of its contents, so that merging back undoes them without any commit that changes them.
        var main = Commit([("a", "1"), ("b", "1"), ("deploy/prod/x", "2")], _root);
        var own = Commit([("a", "2"), ("b", "1"), ("deploy/prod/x", "1")], _root);
        var head = Commit([("a", "2"), ("b", "1"), ("deploy/prod/x", "1")], own, main);

        Assert.AreEqual("a deploy/prod/x", Paths(await MergeAsync(main, head)));
    }

    [TestMethod]
    public async Task Merge_OfAFileThatTheBaseRenamed_CountsTheNewName()
    {
        // Attack: git follows the rename, so that a change of an old, unprotected name lands in the protected one.
        var main = Commit([("b", "1"), ("deploy/prod/x", "1"), ("deploy/prod/a", "1")], _root);
        var head = Commit([("a", "evil"), ("b", "1"), ("deploy/prod/x", "1")], _root);

        Assert.AreEqual("a deploy/prod/a", Paths(await MergeAsync(main, head)));
    }

    [TestMethod]
    public async Task Merge_OfAFileAddedToADirectoryThatTheBaseRenamed_CountsTheNewDirectory()
    {
        var root = Commit([("old/a", "1"), ("c", "1")]);
        var main = Commit([("deploy/a", "1"), ("c", "1")], root);
        var head = Commit([("old/a", "1"), ("old/evil", "1"), ("c", "1")], root);

        Assert.AreEqual("deploy/a old/evil", Paths(await MergeAsync(main, head)));
    }

    [TestMethod]
    public async Task Merge_WhereTheBaseRemovedSomethingElse_DoesNotCountWhatItAdded()
    {
        var root = Commit([("src/a", "1"), ("src/b", "1")]);
        var main = Commit([("src/a", "1"), ("deploy/x", "1")], root);
        var head = Commit([("src/a", "2"), ("src/b", "1"), ("src/new", "1")], root);

        Assert.AreEqual("src/a src/new", Paths(await MergeAsync(main, head)));
    }

    [TestMethod]
    public async Task Merge_OfCrissCrossHistories_CountsAgainstEachMergeBase()
    {
        var left = Commit([("a", "2"), ("b", "1")], _root);
        var right = Commit([("a", "1"), ("b", "2")], _root);
        var main = Commit([("a", "2"), ("b", "2")], left, right);
        var head = Commit([("a", "2"), ("b", "2"), ("c", "1")], right, left);

        var change = await MergeAsync(main, head);

        Assert.AreEqual("a b c", Paths(change), "each side differs from one of the two bases; which git takes for the old content is its own guess");
        Assert.HasCount(1, change.Commits);
    }

    [TestMethod]
    public async Task Merge_AfterTheBaseWasMergedTwice_ComparesWithTheLaterOne()
    {
        var main1 = Commit([("a", "1"), ("b", "2"), ("deploy/prod/x", "1")], _root);
        var own = Commit([("a", "2"), ("b", "1"), ("deploy/prod/x", "1")], _root);
        var merged = Commit([("a", "2"), ("b", "2"), ("deploy/prod/x", "1")], own, main1);
        var main2 = Commit([("a", "1"), ("b", "3"), ("deploy/prod/x", "1")], main1);
        var head = Commit([("a", "2"), ("b", "3"), ("deploy/prod/x", "1")], merged, main2);
        var main3 = Commit([("a", "1"), ("b", "4"), ("deploy/prod/x", "1")], main2);
        var upstream = Upstream(main3, head);

        var change = await Inspector(upstream).InspectMergeAsync(new(Main, main3, head), ObjectFormat.Sha1, null, CancellationToken.None);

        Assert.AreEqual("a", Paths(change.Value!));
        Assert.AreEqual(2, upstream.HistoryFetches, "one for what head brings, one for which base is the best");
    }

    [TestMethod]
    public async Task Merge_OfAnUnrelatedHistory_CountsAllOfIt()
    {
        var head = Commit([("deploy/prod/y", "1")]);

        Assert.AreEqual("deploy/prod/y", Paths(await MergeAsync(_root, head)));
    }

    [TestMethod]
    public async Task Merge_OfCommitsThatTheCallerMayNotSee_IsRefused()
    {
        var hidden = Commit([("a", "1"), ("secret", "1")], _root);

        var result = await Inspector(Upstream(_root, hidden)).InspectMergeAsync(new(Main, _root, hidden), ObjectFormat.Sha1, [_root], CancellationToken.None);

        Assert.AreEqual(GitFailureKind.NotAllowed, result.Failure?.Kind);
    }

    [TestMethod]
    public async Task Merge_BeyondALimit_IsRefused()
    {
        var head = Commit([("a", "2")], Commit([("a", "3")], _root));

        var result = await new PushInspector(Upstream(_root, head), new() { MaxCommits = 1 }, Secrets.Scanner).InspectMergeAsync(new(Main, _root, head), ObjectFormat.Sha1, null, CancellationToken.None);

        Assert.AreEqual(GitFailureKind.TooLarge, result.Failure?.Kind);
    }

    private static PushInspector Inspector(MadeUpstream upstream) => new(upstream, new(), Secrets.Scanner);

    private MadeUpstream Upstream(params GitOid[] tips) => new(_made, _made.Closure(tips));

    private async Task<ChangeSet> MergeAsync(GitOid main, GitOid head)
    {
        var result = await Inspector(Upstream(main, head)).InspectMergeAsync(new(Main, main, head), ObjectFormat.Sha1, null, CancellationToken.None);
        Assert.IsTrue(result.Succeeded, result.Failure?.Message);
        return result.Value;
    }

    private GitOid Commit((string, string)[] files, params GitOid[] parents) => _made.Commit(_made.Files(files), parents);

    private static string Paths(ChangeSet change) => string.Join(' ', change.Paths);
}
