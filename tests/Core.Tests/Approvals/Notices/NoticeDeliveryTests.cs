using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Tests.Approvals.Notices;

/// <summary>From an opened approval to people who know of it, or a reason why they do not.</summary>
[TestClass]
public sealed class NoticeDeliveryTests
{
    private readonly NoticeWorld _world = new();

    [TestMethod]
    public async Task Opened_BothChannels_AreDeliveredOnceAndRecorded()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        Assert.AreEqual("leads email Waiting 0 ; leads teams Waiting 0 ", await _world.RowsAsync(approval), "in State before anything is sent");

        await SweepAsync();
        await SweepAsync();

        Assert.AreEqual("leads email Delivered 1 taken; leads teams Delivered 1 taken", await _world.RowsAsync(approval));
        Assert.HasCount(1, _world.Teams.Sent);
        Assert.HasCount(1, _world.Mail.Sent);
        var told = _world.Ledger.Events.Cast<ApprovalNotified>().OrderBy(static e => e.Channel, StringComparer.Ordinal).ToArray();
        var expected = new ApprovalNotified(approval.Id.Value, "leads", "email", 1, "taken", false) { At = _world.Time.GetUtcNow(), Session = "s-1" };
        CollectionAssert.AreEqual(new[] { expected, expected with { Channel = "teams" } }, told);
    }

    [TestMethod]
    public async Task Opened_TwoRequirementsNameOneTarget_ItIsToldOnce()
    {
        var approval = _world.Open();
        approval = approval with { Requirements = [approval.Requirements[0], approval.Requirements[0] with { Entry = 1 }] };
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.HasCount(1, _world.Teams.Sent);
    }

    [TestMethod]
    public async Task Opened_TargetWithoutTeams_GetsMailOnly()
    {
        _world.Policy.Current = NoticeWorld.Policies("leads: { email: [leads@example.com] }");
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.AreEqual("leads email Delivered 1 taken", await _world.RowsAsync(approval));
    }

    [TestMethod]
    public async Task Opened_ChannelThatTheHostLacks_ShowsThatNobodyWasTold()
    {
        _world.Channels.Remove(_world.Mail);
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.AreEqual("leads email Failed 0 the broker is not set up for email; leads teams Delivered 1 taken", await _world.RowsAsync(approval));
    }

    [TestMethod]
    public async Task Opened_TargetNotInThePolicy_ShowsThatNobodyWasTold()
    {
        var approval = _world.Open("gone");
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.AreEqual("gone none Failed 0 the policy has no notify target gone", await _world.RowsAsync(approval));
    }

    [TestMethod]
    [DataRow("others: { email: [o@example.com] }", "leads teams Failed 0 the policy has no notify target leads")]
    [DataRow("leads: { email: [o@example.com] }", "leads teams Failed 0 leads has nothing for teams in the policy")]
    public async Task Delivery_TargetVanishedSinceOpening_FailsWithThatReason(string notify, string row)
    {
        _world.Policy.Current = NoticeWorld.Policies("leads: { teams: secret:teams-webhook }");
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        _world.Home.Approvals[approval.Id] = approval with { Requirements = [] };
        _world.Policy.Current = NoticeWorld.Policies(notify);

        await SweepAsync();

        Assert.AreEqual(row, await _world.RowsAsync(approval));
        Assert.IsEmpty(_world.Teams.Sent);
    }

    [TestMethod]
    public async Task Opened_NobodyToTell_IsAnEmptyBoard()
    {
        var approval = _world.Open();
        approval = approval with { Requirements = [approval.Requirements[0] with { Notify = [] }] };
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        Assert.IsEmpty(await _world.BoardAsync(approval));
    }

    [TestMethod]
    public async Task Opened_StateAway_IsWrittenByTheWorkerLater()
    {
        var approval = _world.Open();
        _world.State.IsDown = true;
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        Assert.HasCount(1, _world.Observer.Troubles);

        _world.State.IsDown = false;
        await SweepAsync();

        Assert.HasCount(1, _world.Teams.Sent);
    }

    [TestMethod]
    public async Task Start_PolicyNotLoadedYet_NobodyIsTakenForUnreachable()
    {
        var (approval, policy) = (_world.Open(), _world.Policy.Current);
        _world.Policy.Current = null;
        await SweepAsync();
        Assert.IsEmpty(await _world.BoardAsync(approval));

        _world.Policy.Current = policy;
        await SweepAsync();

        Assert.AreEqual("leads email Delivered 1 taken; leads teams Delivered 1 taken", await _world.RowsAsync(approval));
    }

    [TestMethod]
    public async Task Delivery_PolicyGoneMeanwhile_IsTriedAgain()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        _world.Policy.Current = null;

        await SweepAsync();

        Assert.AreEqual("leads email Waiting 1 no policy is in force; leads teams Waiting 1 no policy is in force", await _world.RowsAsync(approval));
    }

    [TestMethod]
    public async Task Opened_InstanceDiedBeforeItCouldWrite_IsWrittenByAnother()
    {
        var approval = _world.Open();

        await SweepAsync();

        Assert.AreEqual("leads email Delivered 1 taken; leads teams Delivered 1 taken", await _world.RowsAsync(approval));
    }

    [TestMethod]
    [DataRow(ApprovalStatus.Approved)]
    [DataRow(ApprovalStatus.Denied)]
    [DataRow(ApprovalStatus.Cancelled)]
    [DataRow(ApprovalStatus.Expired)]
    public async Task Delivery_ApprovalSettledFirst_TellsNobodyAnyMore(ApprovalStatus status)
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        _world.Home.Approvals[approval.Id] = approval with { Status = status };

        await SweepAsync();

        Assert.IsEmpty(_world.Teams.Sent);
        Assert.Contains($"leads teams Failed 0 no longer needed: the approval is {status}", await _world.RowsAsync(approval));
        Assert.IsTrue(_world.Ledger.Events.All(static e => e is ApprovalNotifyFailed { GivenUp: true }));
    }

    [TestMethod]
    public async Task Delivery_NoWorkerUntilTheApprovalExpired_TellsNobody()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        _world.Time.SetUtcNow(approval.Expires);

        await SweepAsync();

        Assert.AreEqual("leads email Failed 0 the approval expired first; leads teams Failed 0 the approval expired first", await _world.RowsAsync(approval));
    }

    [TestMethod]
    public async Task Reminder_Delivered_IsOneMoreMessageHoweverOftenItIsAsked()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        await SweepAsync();

        await _world.Outbox().RemindAsync(approval, CancellationToken.None);
        await _world.Outbox().RemindAsync(approval, CancellationToken.None);
        await SweepAsync();

        CollectionAssert.AreEqual(new[] { false, true }, _world.Teams.Sent.Select(static notice => notice.Reminder).ToArray());
        Assert.HasCount(2, await _world.BoardAsync(approval), "a row for each target and channel all the same");
    }

    [TestMethod]
    public async Task Reminder_WhileTheFirstNoticeStillFails_IsNotAddedToIt()
    {
        _world.Teams.Say(new(false, "busy", Retry: true));
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        await SweepAsync();

        await _world.Outbox().RemindAsync(approval, CancellationToken.None);
        await SweepAsync();

        Assert.HasCount(1, _world.Teams.Sent);
        Assert.HasCount(2, _world.Mail.Sent);
    }

    [TestMethod]
    public async Task Reminder_ThatFails_DoesNotUnsayTheFirst()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        await SweepAsync();
        _world.Teams.Say(new(false, "gone"));
        await _world.Outbox().RemindAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.Contains("leads teams Delivered 1 taken", await _world.RowsAsync(approval));
        Assert.HasCount(1, _world.Ledger.Events.OfType<ApprovalNotifyFailed>().Where(static e => e.Reminder).ToList());
    }

    private Task<TimeSpan> SweepAsync() => _world.Worker().SweepAsync(CancellationToken.None);
}
