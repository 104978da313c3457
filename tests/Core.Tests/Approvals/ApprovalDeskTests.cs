using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

[TestClass]
public sealed class ApprovalDeskTests
{
    private readonly ApprovalWorld _world = new();

    [TestMethod]
    public async Task Open_TheFirstTime_StoresWhatIsShownAndTellsIt()
    {
        var opened = await _world.OpenAsync();

        Assert.AreEqual((ApprovalStatus.Pending, Start, Start + Wait, Valid), (opened.Status, opened.Created, opened.Expires, opened.Valid));
        Assert.AreEqual("opened", _world.Observer.Story);
        var recorded = Assert.IsInstanceOfType<ApprovalOpened>(_world.Ledger.Events.Single());
        Assert.AreEqual((opened.Id.Value, opened.Fingerprint.Value, opened.SnapshotSha256), (recorded.Approval, recorded.Fingerprint, recorded.SnapshotSha256));
        var shown = await _world.Desk.ReadSnapshotAsync(opened, CancellationToken.None);
        CollectionAssert.AreEqual(SnapshotJson.Write(Approving.Snapshot), SnapshotJson.Write(shown!));
    }

    [TestMethod]
    public async Task Open_WithSeveralRequirements_WaitsAndLastsTheShortestOfEach()
    {
        var opened = await _world.OpenAsync(
            null,
            Requires() with { Expires = TimeSpan.FromMinutes(5), Valid = TimeSpan.FromHours(2) },
            Requires(Security) with { Expires = TimeSpan.FromHours(5), Valid = TimeSpan.FromMinutes(2) });

        Assert.AreEqual((Start.AddMinutes(5), TimeSpan.FromMinutes(2)), (opened.Expires, opened.Valid));
    }

    [TestMethod]
    public async Task Open_Again_GivesTheSameAndShowsNothingAnew()
    {
        var first = await _world.OpenAsync();

        var again = await _world.There.Desk.OpenAsync(
            Request() with { Snapshot = static _ => throw new AssertFailedException("Made again.") }, CancellationToken.None);

        Assert.AreEqual(first.Id, again.Id);
        Assert.AreEqual("opened", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Open_ManyByOneCallerAlsoTakenBack_StopsBeforeApproversAreFlooded()
    {
        var world = new ApprovalWorld { Options = new() { MaxOpenedInAnHour = 3 } };
        world.Restart();
        for (var i = 0; i < 3; i++)
        {
            _ = await world.Desk.CancelAsync((await world.OpenAsync(Print(10 + i))).Id, Dana, CancellationToken.None);
        }

        var told = world.Observer.Story;
        await Assert.ThrowsExactlyAsync<TooManyApprovalsException>(async () => await world.OpenAsync(Print(9)));
        Assert.AreEqual(told, world.Observer.Story);
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(ApprovalStatus.Pending, (await world.OpenAsync(Print(9))).Status);
    }

    [TestMethod]
    public async Task Open_WhenApproved_GivesTheApprovedOne() => Assert.AreEqual((await _world.OpenApprovedAsync()).Id, (await _world.OpenAsync()).Id);

    [TestMethod]
    public async Task Open_OfSomethingElse_IsAnotherApproval() =>
        Assert.AreNotEqual((await _world.OpenAsync()).Id, (await _world.OpenAsync(Print(8))).Id);

    [TestMethod]
    [DataRow("expired")]
    [DataRow("cancelled")]
    [DataRow("used")]
    [DataRow("lapsed")]
    [DataRow("denied and its time over")]
    public async Task Open_WhenTheLastOneIsOver_OpensAnother(string how)
    {
        var first = how is "used" or "lapsed" ? await _world.OpenApprovedAsync() : await _world.OpenAsync();
        _ = how switch
        {
            "cancelled" => Moved(await _world.Desk.CancelAsync(first.Id, Dana, CancellationToken.None), ApprovalStatus.Cancelled),
            "used" => Moved(await _world.UseAsync(first), ApprovalStatus.Used),
            "denied and its time over" => Moved(await _world.VoteAsync(first, verdict: ApprovalVerdict.Deny, reason: "no"), ApprovalStatus.Denied),
            _ => first,
        };
        if (how is not ("cancelled" or "used"))
        {
            _world.Time.Advance(Wait);
        }

        var second = await _world.OpenAsync();

        Assert.AreNotEqual(first.Id, second.Id);
        Assert.AreEqual(ApprovalStatus.Pending, second.Status);
        Assert.IsNotNull((await _world.FindAsync(first)).Ended);
    }

    [TestMethod]
    public async Task Open_WhenDeniedAndItsTimeIsNotOver_GivesTheDeniedOneWithItsReason()
    {
        var first = await _world.OpenAsync();
        _ = Moved(await _world.VoteAsync(first, verdict: ApprovalVerdict.Deny, reason: "not on a Friday"), ApprovalStatus.Denied);
        _world.Time.Advance(Wait - TimeSpan.FromTicks(1));

        var again = await _world.OpenAsync();

        Assert.AreEqual((first.Id, ApprovalStatus.Denied, "not on a Friday"), (again.Id, again.Status, again.EndReason));
    }

    [TestMethod]
    public async Task Open_AnApprovalThatNobodyHasToGive_IsABug() =>
        _ = await Assert.ThrowsAsync<ArgumentException>(async () => await _world.Desk.OpenAsync(Request() with { Requirements = [] }, CancellationToken.None));

    [TestMethod]
    public async Task Open_WithALongSummary_ShowsWhatFitsAndSaysHowMuchIsLeftOut()
    {
        var lines = Enumerable.Range(0, 60).Select(static i => i == 0 ? new string('x', 1000) : $"line {i}");

        var opened = await _world.Desk.OpenAsync(Request() with { Summary = [.. lines] }, CancellationToken.None);

        Assert.HasCount(Approval.MaxSummary, opened.Summary);
        Assert.AreEqual("... and 11 more", opened.Summary[^1]);
        Assert.EndsWith("…", opened.Summary[0]);
        Assert.AreEqual(300, opened.Summary[0].Length);
    }

    [TestMethod]
    public async Task Open_WithASnapshotTooLarge_FailsLoudlyAndLeavesNothing()
    {
        var large = Approving.Snapshot with
        {
            Updates = [new SnapshotUpdate(new string('x', SnapshotStore.MaxBytes), SnapshotUpdateKind.Create, null, New.Hex)],
        };

        _ = await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            async () => await _world.Desk.OpenAsync(Request() with { Snapshot = _ => ValueTask.FromResult(large) }, CancellationToken.None));

        Assert.IsEmpty(_world.Blobs.Keys);
        Assert.AreEqual(ApprovalStatus.Pending, (await _world.OpenAsync()).Status);
    }

    [TestMethod]
    public async Task ReadSnapshot_ChangedInTheStore_IsNull()
    {
        var opened = await _world.OpenAsync();
        _world.Blobs.Overwrite(_world.Blobs.Keys.Single(), SnapshotJson.Write(Approving.Snapshot with { Updates = [] }));

        Assert.IsNull(await _world.Desk.ReadSnapshotAsync(opened, CancellationToken.None));
    }

    [TestMethod]
    public async Task ReadSnapshot_WhenGone_IsNull()
    {
        var opened = await _world.OpenAsync();
        await _world.Blobs.DeleteAsync(_world.Blobs.Keys.Single(), CancellationToken.None);

        Assert.IsNull(await _world.Desk.ReadSnapshotAsync(opened, CancellationToken.None));
    }

    [TestMethod]
    public async Task Everything_OfAnUnknownId_IsNull()
    {
        var unknown = ApprovalId.New();

        Assert.IsNull(await _world.Desk.FindAsync(unknown, CancellationToken.None));
        Assert.IsNull(await _world.Desk.VoteAsync(unknown, Lee, ApprovalVerdict.Approve, "", CancellationToken.None));
        Assert.IsNull(await _world.Desk.CancelAsync(unknown, Dana, CancellationToken.None));
        Assert.IsNull(await _world.Desk.UseAsync(unknown, Print(), [], "r-1", CancellationToken.None));
        Assert.IsEmpty(_world.Ledger.Events);
    }

    [TestMethod]
    public async Task Story_FromOpeningToUse_IsRecordedAndToldInOrder()
    {
        var approved = await _world.OpenApprovedAsync();
        _ = Moved(await _world.UseAsync(approved), ApprovalStatus.Used);

        Assert.AreEqual("ApprovalOpened ApprovalVoted IsApproved ApprovalUsed IsUsed", _world.Ledger.Kinds);
        Assert.AreEqual("opened Approved Used", _world.Observer.Story);
        Assert.AreEqual("r-1", (await _world.FindAsync(approved)).UsedBy);
        Assert.AreEqual("r-1", _world.Ledger.Events.OfType<ApprovalUsed>().Single().Request);
    }

    [TestMethod]
    public async Task Refusals_AreRecorded()
    {
        var opened = await _world.OpenAsync();
        _ = Refused(await _world.VoteAsync(opened, Sam), ApprovalRefusal.NotAnApprover);
        _ = Refused(await _world.Desk.CancelAsync(opened.Id, Lee, CancellationToken.None), ApprovalRefusal.NotTheRequester);
        _ = Refused(await _world.UseAsync(opened), ApprovalRefusal.NotApproved);

        CollectionAssert.AreEqual(
            new[] { "vote NotAnApprover", "cancel NotTheRequester", "use NotApproved" },
            _world.Ledger.Events.OfType<ApprovalRefused>().Select(static e => $"{e.Attempt} {e.Kind}").ToArray());
    }

    [TestMethod]
    public async Task List_ShowsAllNewestFirst_AsTheyAreNow()
    {
        var first = await _world.OpenAsync();
        _world.Time.Advance(Wait - TimeSpan.FromMinutes(1));
        var second = await _world.OpenAsync(Print(8));
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        var all = await _world.Desk.ListAsync(CancellationToken.None).ToListAsync();

        CollectionAssert.AreEqual(new[] { second.Id, first.Id }, all.Select(static approval => approval.Id).ToArray());
        CollectionAssert.AreEqual(new[] { ApprovalStatus.Pending, ApprovalStatus.Expired }, all.Select(static approval => approval.Status).ToArray());
    }

    [TestMethod]
    public async Task Find_LongAfterItsEnd_StillShowsTheOutcome_AndThenIsGone()
    {
        var used = await _world.OpenApprovedAsync();
        _ = await _world.UseAsync(used);

        _world.Time.Advance(_world.Options.Kept);
        Assert.AreEqual(ApprovalStatus.Used, (await _world.FindAsync(used)).Status);
        Assert.IsNotNull(await _world.Desk.ReadSnapshotAsync(used, CancellationToken.None));

        _world.Time.Advance(Wait);
        Assert.IsNull(await _world.Desk.FindAsync(used.Id, CancellationToken.None));
    }

    [TestMethod]
    public async Task StateDown_EverythingSaysSo()
    {
        var opened = await _world.OpenAsync();
        _world.State.IsDown = static (_, _) => true;

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.OpenAsync());
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.VoteAsync(opened));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.UseAsync(opened));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.Desk.FindAsync(opened.Id, CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.Desk.ListAsync(CancellationToken.None).ToListAsync());
    }
}
