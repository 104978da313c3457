using System.Text;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

/// <summary>What holds when a process ends between two steps, or when what it needs is away.</summary>
[TestClass]
public sealed class ApprovalCrashTests
{
    private readonly ApprovalWorld _world = new();

    [TestMethod]
    public async Task Crash_BetweenMarkAndStart_TheNextRequestFinishesTheSameOne()
    {
        await CrashAsync("create", ApprovalRecords.LiveCollection, () => _world.OpenAsync().AsTask());

        var opened = await _world.OpenAsync();

        Assert.AreEqual(ApprovalStatus.Pending, opened.Status);
        Assert.AreEqual(opened.Id.Value, _world.Blobs.Keys.Single().Id);
        Assert.HasCount(1, await _world.RecordsAsync(ApprovalRecords.Collection));
        Assert.IsNotNull(await _world.Desk.ReadSnapshotAsync(opened, CancellationToken.None));
    }

    [TestMethod]
    public async Task Crash_BetweenMarkAndStart_LongAgo_DoesNotBlockTheFingerprint()
    {
        await CrashAsync("create", ApprovalRecords.LiveCollection, () => _world.OpenAsync().AsTask());
        _world.Time.Advance(Wait);

        var opened = await _world.OpenAsync();

        Assert.AreEqual((ApprovalStatus.Pending, Start + Wait), (opened.Status, opened.Created));
    }

    [TestMethod]
    public async Task Crash_BeforeTheMark_LeavesOnlyASnapshotThatGoesByItself()
    {
        await CrashAsync("create", ApprovalOpening.Collection, () => _world.OpenAsync().AsTask());

        var opened = await _world.OpenAsync();

        Assert.HasCount(2, _world.Blobs.Keys);
        Assert.AreEqual(ApprovalStatus.Pending, opened.Status);
    }

    [TestMethod]
    public async Task Crash_BetweenConsumptionAndHome_LeavesItUsed()
    {
        var approved = await _world.OpenApprovedAsync();
        await CrashAsync("replace", ApprovalRecords.Collection, () => _world.UseAsync(approved).AsTask());

        Assert.AreEqual((ApprovalStatus.Used, "r-1"), ((await _world.FindAsync(approved)).Status, (await _world.FindAsync(approved)).UsedBy));
        _ = Refused(await _world.UseAsync(approved, request: "r-2"), ApprovalRefusal.NotApproved);
        Assert.AreEqual(ApprovalStatus.Used, (await _world.Desk.ListAsync(CancellationToken.None).SingleAsync()).Status);

        // And the clock brings its home up to date, also after the time to use it: used it stays.
        _world.Time.Advance(Wait);
        await _world.Here.Clock.LookAsync(CancellationToken.None);
        Assert.AreEqual((ApprovalStatus.Used, Start), await Stored(approved));
        Assert.AreEqual("opened Approved Used", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Crash_BetweenConsumptionAndHome_TheNextRequestOpensAnother()
    {
        var approved = await _world.OpenApprovedAsync();
        await CrashAsync("replace", ApprovalRecords.Collection, () => _world.UseAsync(approved).AsTask());

        Assert.AreNotEqual(approved.Id, (await _world.OpenAsync()).Id);
        Assert.AreEqual((ApprovalStatus.Used, Start), await Stored(approved));
    }

    [TestMethod]
    public async Task Restart_WhileItWaits_StillExpiresAndTells()
    {
        var opened = await _world.OpenAsync();
        _world.Restart();
        _world.Time.Advance(Wait);

        await _world.Here.Clock.LookAsync(CancellationToken.None);

        Assert.AreEqual((ApprovalStatus.Expired, Start + Wait), await Stored(opened));
        Assert.AreEqual("opened Expired", _world.Observer.Story);
        Assert.Contains("IsExpired", _world.Ledger.Kinds);
    }

    [TestMethod]
    public async Task LedgerDown_NothingIsOpenedUntilItIsBack()
    {
        _world.Ledger.IsDownFor = static _ => true;
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await _world.OpenAsync());
        Assert.IsEmpty(await _world.RecordsAsync(ApprovalRecords.Collection));

        _world.Ledger.IsDownFor = static _ => false;
        Assert.AreEqual(ApprovalStatus.Pending, (await _world.OpenAsync()).Status);
    }

    [TestMethod]
    public async Task LedgerDown_NoVoteCounts()
    {
        var opened = await _world.OpenAsync();
        _world.Ledger.IsDownFor = static _ => true;

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await _world.VoteAsync(opened));
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(
            async () => await _world.Desk.CancelAsync(opened.Id, Dana, CancellationToken.None));

        Assert.AreEqual((ApprovalStatus.Pending, 0), ((await _world.FindAsync(opened)).Status, (await _world.FindAsync(opened)).Votes.Length));
    }

    [TestMethod]
    public async Task LedgerDown_NothingIsUsed_AndItIsNotUsedUp()
    {
        var approved = await _world.OpenApprovedAsync();
        _world.Ledger.IsDownFor = static e => e is ApprovalUsed;
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await _world.UseAsync(approved));

        _world.Ledger.IsDownFor = static _ => false;
        _ = Moved(await _world.UseAsync(approved), ApprovalStatus.Used);
    }

    [TestMethod]
    public async Task LedgerDown_WhenTheClockComes_TheMoveIsRecordedLater()
    {
        _ = await _world.OpenAsync();
        _world.Time.Advance(Wait);
        _world.Ledger.IsDownFor = static _ => true;
        await _world.Here.Clock.LookAsync(CancellationToken.None);
        Assert.AreEqual("ApprovalOpened", _world.Ledger.Kinds);
        Assert.HasCount(1, _world.Troubles);

        _world.Ledger.IsDownFor = static _ => false;
        await LookLaterAsync();
        Assert.AreEqual("ApprovalOpened IsExpired", _world.Ledger.Kinds);
    }

    [TestMethod]
    public async Task StateDown_AfterAVoteWasRecorded_TheLedgerSaysThatNobodyKnows()
    {
        var opened = await _world.OpenAsync();
        _world.State.IsDown = static (operation, _) => operation == "replace";

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.VoteAsync(opened));

        Assert.AreEqual("ApprovalOpened ApprovalVoted ApprovalRefused", _world.Ledger.Kinds);
        Assert.AreEqual("StateUnavailable", _world.Ledger.Events.OfType<ApprovalRefused>().Single().Kind);
    }

    [TestMethod]
    public async Task StateDown_AtUse_TheLedgerSaysSo_AndNobodyGoesOn()
    {
        var approved = await _world.OpenApprovedAsync();
        _world.State.IsDown = static (operation, _) => operation == "create";

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.UseAsync(approved));

        Assert.AreEqual(("use", "StateUnavailable"), _world.Ledger.Events.OfType<ApprovalRefused>().Select(static e => (e.Attempt, e.Kind)).Single());
    }

    [TestMethod]
    public async Task Observer_ThatFails_BlocksNothingAndIsNotAskedAgain()
    {
        _world.Observer.Fails = new InvalidOperationException("bug");
        var approved = await _world.OpenApprovedAsync();
        Assert.HasCount(2, _world.Troubles);

        _world.Observer.Fails = null;
        await LookLaterAsync();
        Assert.IsEmpty(_world.Observer.Told);
        _ = Moved(await _world.UseAsync(approved), ApprovalStatus.Used);
    }

    [TestMethod]
    public async Task Observer_WhoseStateIsAway_IsToldLater()
    {
        _world.Observer.Fails = new StateUnavailableException("down");
        _ = await _world.OpenAsync();
        _world.Observer.Fails = null;
        Assert.IsEmpty(_world.Observer.Told);

        await LookLaterAsync();

        Assert.AreEqual("opened", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Crash_BetweenStartAndTelling_TheClockTells()
    {
        await CrashAsync("replace", ApprovalRecords.Collection, () => _world.OpenAsync().AsTask(), throws: false);
        Assert.AreEqual("opened", _world.Observer.Story);

        // Told, and died before that was noted: told again rather than never.
        await LookLaterAsync();
        Assert.AreEqual("opened opened", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Requester_WhoHangsUpWhileOthersAreTold_LosesNothing()
    {
        using var hangsUp = new CancellationTokenSource();
        _world.State.BeforeNext = ("create", ApprovalRecords.Collection, async () => await hangsUp.CancelAsync());
        var opened = await _world.Desk.OpenAsync(Request(), hangsUp.Token);
        Assert.IsEmpty(_world.Observer.Told);

        await LookLaterAsync();

        Assert.AreEqual("opened", _world.Observer.Story);
        Assert.AreEqual(ApprovalStatus.Pending, (await _world.FindAsync(opened)).Status);
    }

    [TestMethod]
    [DataRow(ApprovalRecords.Collection)]
    [DataRow(ApprovalOpening.Collection)]
    [DataRow(ApprovalUses.Collection)]
    public async Task Record_ThatIsUnreadable_RefusesInsteadOfStartingAfresh(string collection)
    {
        var approved = await _world.OpenApprovedAsync();
        var key = collection == ApprovalOpening.Collection ? approved.Fingerprint.Value : approved.Id.Value;
        await OverwriteAsync(new StateKey(collection, key), "{\"approval\":null}");

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.OpenAsync());
        if (collection != ApprovalOpening.Collection)
        {
            _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.UseAsync(approved));
        }
    }

    [TestMethod]
    public async Task Record_SwappedForAnothers_IsUnreadable()
    {
        var mine = await _world.OpenAsync();
        var other = await _world.OpenAsync(Print(8));
        var stolen = (await _world.State.ReadAsync(new StateKey(ApprovalRecords.Collection, other.Id.Value), CancellationToken.None))!.Value;
        await OverwriteAsync(new StateKey(ApprovalRecords.Collection, mine.Id.Value), Encoding.UTF8.GetString(stolen.Span));

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _world.FindAsync(mine));
    }

    /// <summary>Runs until the first operation of that kind, and from there on nothing works any more; then another process starts.</summary>
    private async Task CrashAsync(string operation, string collection, Func<Task> work, bool throws = true)
    {
        var dead = false;
        _world.State.IsDown = (what, where) => dead |= what == operation && where == collection;
        if (throws)
        {
            _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(work);
        }
        else
        {
            await work();
        }

        Assert.IsTrue(dead);
        _world.State.IsDown = static (_, _) => false;
        _world.Restart();
    }

    /// <summary>The clock comes, after its patience, twice.</summary>
    private async Task LookLaterAsync()
    {
        _world.Time.Advance(ApprovalClock.Patience);
        await _world.Here.Clock.LookAsync(CancellationToken.None);
        await _world.Here.Clock.LookAsync(CancellationToken.None);
    }

    private async Task<(ApprovalStatus, DateTimeOffset?)> Stored(Approval approval)
    {
        var stored = await _world.Here.Home.FindAsync(approval.Id, CancellationToken.None);
        return (stored!.Status, stored.Ended);
    }

    private async Task OverwriteAsync(StateKey key, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (await _world.State.ReadAsync(key, CancellationToken.None) is { } record)
        {
            Assert.IsNotNull(await _world.State.ReplaceAsync(key, bytes, record.Version, null, CancellationToken.None));
        }
        else
        {
            Assert.IsNotNull(await _world.State.CreateAsync(key, bytes, null, CancellationToken.None));
        }
    }
}
