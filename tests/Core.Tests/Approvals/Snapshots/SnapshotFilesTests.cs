using System.Text;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Tests.Approvals.Snapshots;

/// <summary>What is shown of each kind of entry, and what is read for it.</summary>
[TestClass]
public sealed class SnapshotFilesTests
{
    private readonly SnapshotScene _scene = new();

    [TestMethod]
    public async Task File_NobodyVouchesForContents_ReadsAndFetchesNothing()
    {
        _scene.Masker = new WithholdingMasker();
        var snapshot = await _scene.BuildAsync(SnapshotScene.Change(
            _scene.Changed("a.txt", "a\n", "b\n"), _scene.Changed("link", null, "target"u8.ToArray(), newMode: SnapshotScene.Link)) with
        {
            Commits = [SnapshotScene.Commit(7, "subject\n\nbody")],
        });
        var files = snapshot.Updates[0].Files;
        Assert.AreEqual(new SnapshotFile("a.txt", "100644", "100644", SnapshotContent.Withheld), files[0] with { Hunks = files[0].Hunks });
        Assert.AreEqual((SnapshotContent.Reference, (string?)null), (files[1].Content, files[1].PointsAt));
        Assert.AreEqual("subject\n\nbody", snapshot.Updates[0].Commits[0].Message, "approvers need the message");
        Assert.AreEqual((0, 0), (_scene.Pack.Read.Count, _scene.Upstream.Fetches.Count));
    }

    [TestMethod]
    public async Task File_ContentsOfOldAndNew_ArePackFirstAndOneFetch()
    {
        var (a, b) = (_scene.Changed("a", "1\n", "2\n"), _scene.Changed("b", "3\n", "4\n"));
        await _scene.BuildAsync(SnapshotScene.Change(a, b), SnapshotScene.Update("refs/heads/x", SnapshotScene.Oid(1), SnapshotScene.Oid(3), a));
        CollectionAssert.AreEqual(new[] { a.Old!.Id, b.Old!.Id }, _scene.Upstream.Fetches.Single().ToArray());
        CollectionAssert.AreEqual(new[] { a.New!.Id, b.New!.Id }, _scene.Pack.Read);
    }

    [TestMethod]
    public async Task File_OnlyItsModeChanges_SaysSoWithoutReading()
    {
        var change = new ChangedPath("run.sh", new(SnapshotScene.File, SnapshotScene.Oid(5)), new(SnapshotScene.Executable, SnapshotScene.Oid(5)));
        var file = await _scene.ShowAsync(change);
        Assert.AreEqual((SnapshotContent.ModeOnly, "100644", "100755"), (file.Content, file.OldMode, file.NewMode));
    }

    [TestMethod]
    public async Task File_ModeAndContentChange_ShowsBoth()
    {
        var file = await _scene.ShowAsync(_scene.Changed("run.sh", "a\n"u8.ToArray(), "b\n"u8.ToArray(), newMode: SnapshotScene.Executable));
        Assert.AreEqual((SnapshotContent.Shown, "100755", "@1,1\n-a\n+b"), (file.Content, file.NewMode, SnapshotScene.Diff(file)));
    }

    [TestMethod]
    [DataRow("a\0b\n", "c\n")]
    [DataRow("c\n", "a\0b\n")]
    [DataRow("c\n", "text, text\nand one NUL at its end\0")]
    public async Task File_WithNul_IsBinary(string old, string now)
    {
        var file = await _scene.ShowAsync(old, now);
        Assert.AreEqual((SnapshotContent.Binary, 0), (file.Content, file.Hunks.Length));
    }

    [TestMethod]
    public async Task Link_Target_IsShownMasked()
    {
        var file = await _scene.ShowAsync(_scene.Changed("link", "old"u8.ToArray(), "/run/hunter2"u8.ToArray(), SnapshotScene.Link, SnapshotScene.Link));
        Assert.AreEqual((SnapshotContent.Reference, "/run/*******", "120000"), (file.Content, file.PointsAt, file.NewMode));
    }

    [TestMethod]
    public async Task Link_TargetNobodyVouchesFor_IsNotShown()
    {
        var file = await _scene.ShowAsync(_scene.Changed("link", null, "unsure"u8.ToArray(), newMode: SnapshotScene.Link));
        Assert.AreEqual((SnapshotContent.Reference, (string?)null), (file.Content, file.PointsAt));
    }

    [TestMethod]
    public async Task Link_WithTheBlobOfTheFileItReplaces_IsNotTakenForAModeChange()
    {
        // Attack: a file that holds a path becomes a link to it, without a byte changing.
        var id = _scene.Pack.Add("/etc/shadow"u8.ToArray());
        var file = await _scene.ShowAsync(new ChangedPath("notes", new(SnapshotScene.File, id), new(SnapshotScene.Link, id)));
        Assert.AreEqual((SnapshotContent.Reference, "/etc/shadow"), (file.Content, file.PointsAt));
        var back = await _scene.ShowAsync(new ChangedPath("notes", new(SnapshotScene.Link, id), new(SnapshotScene.File, id)));
        Assert.AreEqual((SnapshotContent.Shown, "@0,1\n+/etc/shadow\n\\No newline at end of file"), (back.Content, SnapshotScene.Diff(back)));
    }

    [TestMethod]
    public async Task Submodule_NewCommit_IsShownWithoutBeingFetched()
    {
        var change = new ChangedPath("lib", new(SnapshotScene.Submodule, SnapshotScene.Oid(8)), new(SnapshotScene.Submodule, SnapshotScene.Oid(9)));
        var file = await _scene.ShowAsync(change);
        Assert.AreEqual((SnapshotContent.Reference, SnapshotScene.Oid(9).Hex, "160000"), (file.Content, file.PointsAt, file.NewMode));
        var gone = await _scene.ShowAsync(change with { New = null });
        Assert.AreEqual((SnapshotContent.Reference, SnapshotScene.Oid(8).Hex), (gone.Content, gone.PointsAt));
    }

    [TestMethod]
    public async Task Submodule_ReplacedByAFile_ShowsTheWholeFile()
    {
        var file = await _scene.ShowAsync(new ChangedPath("lib", new(SnapshotScene.Submodule, SnapshotScene.Oid(8)), new(SnapshotScene.File, _scene.Pack.Add("a\n"u8.ToArray()))));
        Assert.AreEqual((SnapshotContent.Shown, "@0,1\n+a"), (file.Content, SnapshotScene.Diff(file)));
    }

    [TestMethod]
    public async Task File_AtAndAboveTheLargest_IsShownAndIsTooLarge()
    {
        _scene.Limits = new SnapshotLimits { BlobBytes = 4 };
        Assert.AreEqual(SnapshotContent.Shown, (await _scene.ShowAsync(null, "abc\n")).Content);
        Assert.AreEqual(SnapshotContent.TooLarge, (await _scene.ShowAsync(null, "abcd\n")).Content);
        Assert.AreEqual(SnapshotContent.TooLarge, (await _scene.ShowAsync("abcd\n", "a\n")).Content);
        Assert.AreEqual(SnapshotContent.TooLarge, (await _scene.ShowAsync(_scene.Changed("l", null, "abcde"u8.ToArray(), newMode: SnapshotScene.Link))).Content);
    }

    [TestMethod]
    public async Task File_LargerThanMayBeHeld_IsTooLarge()
    {
        var change = _scene.Changed("big", null, "b\n");
        _scene.Pack.TooLarge.Add(change.New!.Id);
        Assert.AreEqual(SnapshotContent.TooLarge, (await _scene.ShowAsync(change)).Content);
    }

    [TestMethod]
    public async Task Files_BeyondAllBytesOrBlobs_AreTooLarge()
    {
        _scene.Limits = new SnapshotLimits { BytesInAll = 5 };
        var change = SnapshotScene.Change(_scene.Changed("a", null, "ab\n"), _scene.Changed("b", null, "cde\n"), _scene.Changed("c", null, "f\n"));
        CollectionAssert.AreEqual(new[] { SnapshotContent.Shown, SnapshotContent.TooLarge, SnapshotContent.Shown }, (await _scene.BuildAsync(change)).Updates[0].Files.Select(static file => file.Content).ToArray());
        _scene.Limits = new SnapshotLimits { Blobs = 2 };
        CollectionAssert.AreEqual(new[] { SnapshotContent.Shown, SnapshotContent.Shown, SnapshotContent.TooLarge }, (await _scene.BuildAsync(change)).Updates[0].Files.Select(static file => file.Content).ToArray());
    }

    [TestMethod]
    public async Task Fetch_Fails_FailsInsteadOfShowingLess()
    {
        _scene.Upstream.Failure = new GitFailure(GitFailureKind.UpstreamRefused, "not our ref");
        Assert.AreEqual("not our ref", (await _scene.TryBuildAsync(SnapshotScene.Change(_scene.Changed("a", "1\n", "2\n")))).Failure?.Message);
    }

    [TestMethod]
    public async Task Fetch_TooLarge_ShowsWhatThePackHas()
    {
        _scene.Upstream.Failure = new GitFailure(GitFailureKind.TooLarge, "too much");
        var snapshot = await _scene.BuildAsync(SnapshotScene.Change(_scene.Changed("a", "1\n", "2\n"), _scene.Changed("b", null, "3\n")));
        CollectionAssert.AreEqual(new[] { SnapshotContent.TooLarge, SnapshotContent.Shown }, snapshot.Updates[0].Files.Select(static file => file.Content).ToArray());
    }

    [TestMethod]
    public async Task Read_ObjectThatIsNoBlobOrMissing_Fails()
    {
        var tree = _scene.Pack.Add(Encoding.ASCII.GetBytes("tree"), GitObjectType.Tree);
        var built = await _scene.TryBuildAsync(SnapshotScene.Change(new ChangedPath("a", null, new(SnapshotScene.File, tree))));
        StringAssert.Contains(built.Failure!.Message, "is none", StringComparison.Ordinal);
        var missing = await _scene.TryBuildAsync(SnapshotScene.Change(new ChangedPath("a", null, new(SnapshotScene.File, SnapshotScene.Oid(77)))));
        StringAssert.Contains(missing.Failure!.Message, "is not here", StringComparison.Ordinal);
    }
}
