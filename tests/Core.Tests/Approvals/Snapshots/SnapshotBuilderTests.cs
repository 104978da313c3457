using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Approvals.Snapshots;

[TestClass]
public sealed class SnapshotBuilderTests
{
    private readonly SnapshotScene _scene = new();

    [TestMethod]
    public async Task Build_EachKindOfUpdate_SaysWhatIsDone()
    {
        var (one, two) = (SnapshotScene.Oid(1), SnapshotScene.Oid(2));
        var snapshot = await _scene.BuildAsync(
            SnapshotScene.Update("refs/heads/a", one, two),
            SnapshotScene.Update("refs/heads/b", one, two) with { Forced = true },
            SnapshotScene.Update("refs/tags/v1", null, two),
            SnapshotScene.Update("refs/heads/d", one, null));
        CollectionAssert.AreEqual(
            new[]
            {
                ("refs/heads/a", SnapshotUpdateKind.Update, one.Hex, two.Hex),
                ("refs/heads/b", SnapshotUpdateKind.Force, one.Hex, two.Hex),
                ("refs/tags/v1", SnapshotUpdateKind.Create, null, two.Hex),
                ("refs/heads/d", SnapshotUpdateKind.Delete, one.Hex, null),
            },
            snapshot.Updates.Select(static update => (update.Ref, update.Kind, update.Old, update.New)).ToArray());
    }

    [TestMethod]
    public async Task Build_Commits_AreInOrderBoundedAndMasked()
    {
        _scene.Limits = new SnapshotLimits { Commits = 2 };
        var other = SnapshotScene.Commit(2, "unsure") with { Committer = new CommitPerson("Bot", "bot@acme.example", null), HasSignature = true };
        var update = (await _scene.BuildAsync(SnapshotScene.Change() with { Commits = [SnapshotScene.Commit(3, "use hunter2"), other, SnapshotScene.Commit(1)] })).Updates[0];
        Assert.AreEqual(new SnapshotCommit(SnapshotScene.Oid(3).Hex, "Dev", "dev@acme.example", null, null, false, "use *******"), update.Commits[0]);
        Assert.AreEqual(("Bot <bot@acme.example>", true, "(The message may hold a secret and is not shown.)"), (update.Commits[1].Committer, update.Commits[1].HasSignature, update.Commits[1].Message));
        Assert.AreEqual((2, 1), (update.Commits.Length, update.CommitsLeftOut));
    }

    [TestMethod]
    public async Task Build_PathChangedOnTheWayAndBackAgain_IsPassing()
    {
        // Attack: a secret or a pipeline is added by one commit and removed by the next; tip to tip nothing shows.
        _scene.Limits = new SnapshotLimits { PassingPaths = 2 };
        var update = (await _scene.BuildAsync(SnapshotScene.Change(_scene.Changed("b", null, "1\n")) with { Paths = ["a", "b", "c", "d"] })).Updates[0];
        CollectionAssert.AreEqual(new[] { "a", "c" }, update.PassingPaths);
        Assert.AreEqual(1, update.PassingPathsLeftOut);
    }

    [TestMethod]
    public async Task Build_OneMoreRefThanAreShown_IsRefusedAndNotLeftOut()
    {
        // Attack: many harmless refs, and behind them the one that approvers would not have let move.
        _scene.Limits = new SnapshotLimits { Updates = 1 };
        var change = SnapshotScene.Change(_scene.Changed("a", null, "1\n"));
        var built = await _scene.TryBuildAsync(change, change);
        Assert.AreEqual(GitFailureKind.TooLarge, built.Failure?.Kind);
        Assert.Contains("limit Updates", built.Failure!.Message);
    }

    [TestMethod]
    public async Task Build_MoreTextThanFits_ShowsLessAndCountsTheRest()
    {
        var line = new string('x', 2000) + "\n";
        var change = SnapshotScene.Change([.. Enumerable.Range(0, 9).Select(i => _scene.Changed($"f{i}", null, string.Concat(Enumerable.Repeat(line, 240))))]);
        var snapshot = await _scene.BuildAsync(change);
        Assert.IsLessThanOrEqualTo(SnapshotStore.MaxBytes, SnapshotJson.Write(snapshot).Length);
        Assert.HasCount(9, snapshot.Updates[0].Files.Concat(Enumerable.Repeat<SnapshotFile?>(null, snapshot.Updates[0].FilesLeftOut)));
        Assert.IsTrue(snapshot.Updates[0].Files.Any(static file => file.HunksLeftOut > 0));
        Assert.IsTrue(snapshot.Updates[0].Files.Any(static file => !file.Hunks.IsEmpty));
    }

    [TestMethod]
    public async Task Build_ManyFiles_CountsWhatIsLeftOutAndReadsNoneOfIt()
    {
        _scene.Limits = new SnapshotLimits { Files = 1 };
        var change = SnapshotScene.Change(_scene.Changed("a", null, "1\n"), _scene.Changed("b", null, "2\n"), _scene.Changed("c", null, "3\n"));
        var snapshot = await _scene.BuildAsync(change);
        Assert.AreEqual((1, 2), (snapshot.Updates[0].Files.Length, snapshot.Updates[0].FilesLeftOut));
        Assert.HasCount(1, _scene.Pack.Read);
    }

    [TestMethod]
    public async Task Build_Nothing_IsEmpty() => Assert.IsEmpty((await _scene.BuildAsync()).Updates);

    [TestMethod]
    public void Lines_EachKindOfUpdate_IsOneLine()
    {
        var (one, two) = (SnapshotScene.Oid(1), SnapshotScene.Oid(2));
        CollectionAssert.AreEqual(
            new[]
            {
                "update refs/heads/main: 3 commits, 5 files (a, b, c, …)",
                "force refs/heads/b (drops commits): 0 commits, 1 file (x)",
                "create refs/tags/v1: 1 commit, 0 files",
                "delete refs/heads/d",
            },
            ChangeSummary.Lines(
            [
                SnapshotScene.Change() with { Commits = [SnapshotScene.Commit(3), SnapshotScene.Commit(2), SnapshotScene.Commit(1)], Paths = ["a", "b", "c", "d", "e"] },
                SnapshotScene.Update("refs/heads/b", one, two) with { Forced = true, Paths = ["x"] },
                SnapshotScene.Update("refs/tags/v1", null, two) with { Commits = [SnapshotScene.Commit(1)] },
                SnapshotScene.Update("refs/heads/d", one, null),
            ]));
    }

    [TestMethod]
    public void Lines_HostileNames_AreOneSafeLineThatShowsThem()
    {
        // Attack: terminal escapes, line breaks, a change of writing direction and invisible characters in names.
        var line = ChangeSummary.Lines([SnapshotScene.Update("refs/heads/\u202emain", SnapshotScene.Oid(1), SnapshotScene.Oid(2)) with { Paths = ["a\u001b[2J\nb", "c\u200b.txt", new string('x', 5000)] }]).Single();
        Assert.AreEqual($"update refs/heads/\ufffdmain: 0 commits, 3 files (a\ufffd[2J\ufffdb, c\ufffd.txt, {new string('x', 79)}…)", line);
    }

    [TestMethod]
    [DataRow(50, "update refs/heads/b49: 0 commits, 0 files")]
    [DataRow(51, "and 2 more refs")]
    [DataRow(10_000, "and 9951 more refs")]
    public void Lines_ManyRefs_AreBoundedAndCounted(int count, string last)
    {
        var lines = ChangeSummary.Lines([.. Enumerable.Range(0, count).Select(static i => SnapshotScene.Update($"refs/heads/b{i}", SnapshotScene.Oid(1), SnapshotScene.Oid(2)))]);
        Assert.HasCount(Approval.MaxSummary, lines);
        Assert.AreEqual(last, lines[^1]);
    }
}
