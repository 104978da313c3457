using System.Collections.Concurrent;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.State;
using Microsoft.Extensions.Time.Testing;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals.Homes;

/// <summary>What every home of approvals must do.</summary>
public abstract class ApprovalHomeContract
{
    private protected FakeTimeProvider Time { get; } = new(Start);

    private protected FakeLedger Ledger { get; } = new();

    private protected FakeApprovalObserver Observer { get; } = new();

    private protected ConcurrentQueue<string> Troubles { get; } = [];

    private protected abstract IApprovalHome Home { get; }

    /// <summary>Time passes, and whatever the home's clock is has run.</summary>
    private protected abstract Task PassAsync(TimeSpan time);

    /// <summary>The process dies and another starts.</summary>
    private protected abstract void Restart();

    [TestMethod]
    public async Task Start_ANewOne_IsFoundAsItWasOpened_AndTold()
    {
        var opened = await StartAsync();

        var found = await FindAsync(opened);
        Assert.AreEqual((ApprovalStatus.Pending, opened.Fingerprint, opened.Expires, 0), (found.Status, found.Fingerprint, found.Expires, found.Votes.Length));
        Assert.AreEqual("opened", Observer.Story);
        Assert.AreEqual("", Ledger.Kinds, "That it was opened is in the ledger before, by the desk.");
    }

    [TestMethod]
    public async Task Start_AnIdThatWaits_IsFalse_AndChangesNothing()
    {
        var opened = await StartAsync();

        Assert.IsFalse(await Home.StartAsync(opened with { Target = "acme/other" }, CancellationToken.None));

        Assert.AreEqual("acme/payments-api", (await FindAsync(opened)).Target);
        Assert.AreEqual("opened", Observer.Story);
    }

    [TestMethod]
    public async Task Start_AnIdThatIsOver_IsFalse_AndItStaysOver()
    {
        var opened = await StartAsync();
        _ = await SendAsync(opened, Votes(Lee, ApprovalVerdict.Deny, "no"));

        Assert.IsFalse(await Home.StartAsync(opened, CancellationToken.None));

        Assert.AreEqual((ApprovalStatus.Denied, "no"), ((await FindAsync(opened)).Status, (await FindAsync(opened)).EndReason));
    }

    [TestMethod]
    public async Task Unknown_IsNull_AndNothingIsMade()
    {
        var id = ApprovalId.New();

        Assert.IsNull(await Home.FindAsync(id, CancellationToken.None));
        Assert.IsNull(await Home.SendAsync(id, Votes(Lee), CancellationToken.None));
        Assert.IsEmpty(await Home.ListAsync(CancellationToken.None).ToListAsync());
    }

    [TestMethod]
    public async Task Send_AVoteThatIsEnough_Moves_IsKept_AndTold()
    {
        var opened = await StartAsync();

        var moved = Moved(await SendAsync(opened, Votes(Lee, reason: "fine", after: TimeSpan.FromMinutes(1))), ApprovalStatus.Approved);

        var vote = moved.Votes.Single();
        Assert.AreEqual((Lee.Person, "fine", Start + TimeSpan.FromMinutes(1)), (vote.Person, vote.Reason, vote.At));
        CollectionAssert.AreEqual(new[] { Leads }, vote.Groups.ToArray());
        var found = await FindAsync(opened);
        Assert.AreEqual((ApprovalStatus.Approved, Start + TimeSpan.FromMinutes(1), 1), (found.Status, found.Settled, found.Votes.Length));
        Assert.AreEqual("opened Approved", Observer.Story);
        Assert.AreEqual("IsApproved", Ledger.Kinds);
    }

    [TestMethod]
    public async Task Send_OneVoteOfTwo_IsKept_AndTellsNothingNew()
    {
        var opened = await StartAsync(Requires(quorum: 2));

        _ = Moved(await SendAsync(opened, Votes(Lee)), ApprovalStatus.Pending);
        _ = Refused(await SendAsync(opened, Votes(Lee)), ApprovalRefusal.AlreadyVoted);
        Assert.AreEqual("opened", Observer.Story);

        Assert.HasCount(2, Moved(await SendAsync(opened, Votes(Max)), ApprovalStatus.Approved).Votes);
        Assert.AreEqual("opened Approved", Observer.Story);
    }

    [TestMethod]
    public async Task Send_TheRequestersOwnVote_IsRefused_AndChangesNothing()
    {
        var opened = await StartAsync();
        var own = Votes(Person("dana", Leads));

        Assert.AreEqual(ApprovalStatus.Pending, Refused(await SendAsync(opened, own), ApprovalRefusal.OwnRequest).Status);

        Assert.IsEmpty((await FindAsync(opened)).Votes);
        Assert.AreEqual("opened", Observer.Story);
    }

    [TestMethod]
    public async Task Send_AVoteAtTheMomentOfExpiry_IsRefused_AndItHasExpired()
    {
        var opened = await StartAsync();

        Assert.AreEqual(ApprovalStatus.Expired, Refused(await SendAsync(opened, Votes(Lee, after: Wait)), ApprovalRefusal.NotPending).Status);

        Assert.AreEqual((ApprovalStatus.Expired, Start + Wait), ((await FindAsync(opened)).Status, (await FindAsync(opened)).Ended));
        Assert.AreEqual("opened Expired", Observer.Story);
    }

    [TestMethod]
    public async Task Send_Used_IsUsedOnce()
    {
        var opened = await StartAsync();
        _ = await SendAsync(opened, Votes(Lee));

        Assert.AreEqual("r-1", Moved(await SendAsync(opened, new ApprovalEvent.Used("r-1", Start)), ApprovalStatus.Used).UsedBy);
        Assert.AreEqual("r-1", Refused(await SendAsync(opened, new ApprovalEvent.Used("r-2", Start)), ApprovalRefusal.NotApproved).UsedBy);

        Assert.AreEqual("opened Approved Used", Observer.Story);
        Assert.AreEqual("IsApproved IsUsed", Ledger.Kinds);
    }

    [TestMethod]
    public async Task Send_CancelledAndOvertaken_Move()
    {
        var first = await StartAsync();
        _ = Refused(await SendAsync(first, new ApprovalEvent.Cancelled(Lee.Person, Start)), ApprovalRefusal.NotTheRequester);
        _ = Moved(await SendAsync(first, new ApprovalEvent.Cancelled(Dana.Person, Start)), ApprovalStatus.Cancelled);
        var second = await StartAsync();
        _ = await SendAsync(second, Votes(Lee));

        Assert.AreEqual("more is asked for", Moved(await SendAsync(second, new ApprovalEvent.Overtaken("more is asked for", Start)), ApprovalStatus.Lapsed).EndReason);
        Assert.AreEqual("more is asked for", (await FindAsync(second)).EndReason);
    }

    [TestMethod]
    public async Task Send_ToWhatIsOver_IsRefused_WithHowItEnded()
    {
        var opened = await StartAsync();
        _ = await SendAsync(opened, Votes(Lee, ApprovalVerdict.Deny, "not on a Friday"));
        await PassAsync(TimeSpan.FromMinutes(1));

        var refused = Refused(await SendAsync(opened, Votes(Max)), ApprovalRefusal.NotPending);

        Assert.AreEqual((ApprovalStatus.Denied, "not on a Friday", 1), (refused.Status, refused.EndReason, refused.Votes.Length));
    }

    [TestMethod]
    public async Task Time_HalfWay_RemindsOnce()
    {
        _ = await StartAsync();
        await PassAsync((Wait / 2) - TimeSpan.FromSeconds(1));
        Assert.AreEqual("opened", Observer.Story);

        await PassAsync(TimeSpan.FromSeconds(1));
        await PassAsync(TimeSpan.FromMinutes(1));
        Restart();
        await PassAsync(TimeSpan.FromMinutes(1));

        Assert.AreEqual("opened reminded", Observer.Story);
    }

    [TestMethod]
    public async Task Time_ToDecide_Expires_AlsoAfterARestart()
    {
        var opened = await StartAsync();
        Restart();
        await PassAsync(Wait);
        await PassAsync(TimeSpan.FromMinutes(1));

        Assert.AreEqual((ApprovalStatus.Expired, Start + Wait), ((await FindAsync(opened)).Status, (await FindAsync(opened)).Ended));
        Assert.EndsWith("Expired", Observer.Story);
        Assert.AreEqual("IsExpired", Ledger.Kinds);
    }

    [TestMethod]
    public async Task Time_ToUse_Lapses_AlsoAfterARestart()
    {
        var opened = await StartAsync();
        _ = await SendAsync(opened, Votes(Lee));
        Restart();
        await PassAsync(Valid - TimeSpan.FromSeconds(1));
        Assert.AreEqual(ApprovalStatus.Approved, (await FindAsync(opened)).Status);

        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.AreEqual((ApprovalStatus.Lapsed, Start + Valid), ((await FindAsync(opened)).Status, (await FindAsync(opened)).Ended));
        Assert.AreEqual("opened Approved Lapsed", Observer.Story);
    }

    [TestMethod]
    public async Task Restart_KeepsWhatWasDecided()
    {
        var opened = await StartAsync(Requires(quorum: 2));
        _ = await SendAsync(opened, Votes(Lee));

        Restart();

        Assert.HasCount(1, (await FindAsync(opened)).Votes);
        _ = Moved(await SendAsync(opened, Votes(Max)), ApprovalStatus.Approved);
        Assert.AreEqual("opened Approved", Observer.Story);
    }

    [TestMethod]
    public async Task LedgerDown_TheMoveStands_AndIsToldOnceItIsBack()
    {
        var opened = await StartAsync();
        Ledger.IsDownFor = static _ => true;
        _ = Moved(await SendAsync(opened, Votes(Lee)), ApprovalStatus.Approved);
        Assert.AreEqual(ApprovalStatus.Approved, (await FindAsync(opened)).Status);
        Assert.AreEqual("", Ledger.Kinds);

        Ledger.IsDownFor = static _ => false;
        await PassAsync(TimeSpan.FromMinutes(1));

        Assert.AreEqual("IsApproved", Ledger.Kinds);
        Assert.AreEqual(ApprovalStatus.Approved, (await FindAsync(opened)).Status);
    }

    [TestMethod]
    public async Task ObserverDown_OpeningIsToldOnceItIsBack()
    {
        Observer.Fails = new StateUnavailableException("away");
        var opened = await StartAsync();
        Assert.AreEqual("", Observer.Story);

        Observer.Fails = null;
        await PassAsync(TimeSpan.FromMinutes(1));

        Assert.AreEqual("opened", Observer.Story);
        _ = Moved(await SendAsync(opened, Votes(Lee)), ApprovalStatus.Approved);
    }

    [TestMethod]
    public async Task List_HoldsAll_AsTheyStand()
    {
        var waits = await StartAsync();
        var denied = await StartAsync();
        _ = await SendAsync(denied, Votes(Lee, ApprovalVerdict.Deny, "no"));

        var listed = await Home.ListAsync(CancellationToken.None).ToDictionaryAsync(static approval => approval.Id);

        Assert.HasCount(2, listed);
        Assert.AreEqual((ApprovalStatus.Pending, ApprovalStatus.Denied), (listed[waits.Id].Status, listed[denied.Id].Status));
    }

    private protected async Task<Approval> StartAsync(params Core.Policy.ApprovalRequirement[] requirements)
    {
        var opened = Pending(requirements);
        Assert.IsTrue(await Home.StartAsync(opened, CancellationToken.None));
        return opened;
    }

    private protected ValueTask<ApprovalStep?> SendAsync(Approval approval, ApprovalEvent happened) => Home.SendAsync(approval.Id, happened, CancellationToken.None);

    private protected async Task<Approval> FindAsync(Approval approval)
    {
        var found = await Home.FindAsync(approval.Id, CancellationToken.None);
        Assert.IsNotNull(found);
        return found;
    }
}
