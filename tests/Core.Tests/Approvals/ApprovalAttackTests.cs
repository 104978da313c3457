using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

/// <summary>Ways around an approval, each tried.</summary>
[TestClass]
public sealed class ApprovalAttackTests
{
    private readonly ApprovalWorld _world = new();

    [TestMethod]
    public async Task Use_Twice_TheSecondIsRefused()
    {
        var approved = await _world.OpenApprovedAsync();
        _ = Moved(await _world.UseAsync(approved), ApprovalStatus.Used);

        _ = Refused(await _world.UseAsync(approved, request: "r-2"), ApprovalRefusal.NotApproved);
    }

    [TestMethod]
    public async Task Use_ByTwoInstancesAtOnce_OneIsRefusedAndRecordedAsRefused()
    {
        var approved = await _world.OpenApprovedAsync();
        ApprovalStep? other = null;
        _world.State.BeforeNext = ("create", ApprovalUses.Collection, async () => other = await ApprovalWorld.UseAsync(_world.There, approved, request: "r-2"));

        var mine = await _world.UseAsync(approved);

        _ = Moved(other, ApprovalStatus.Used);
        Assert.AreEqual(ApprovalStatus.Used, Refused(mine, ApprovalRefusal.NotApproved).Status);
        Assert.AreEqual("r-2", (await _world.FindAsync(approved)).UsedBy);
        Assert.AreEqual("r-1", _world.Ledger.Events.OfType<ApprovalRefused>().Single().Request);
    }

    [TestMethod]
    [DataRow("clock")]
    [DataRow("request")]
    public async Task Use_WhoseMarkOthersSeeBeforeTheHomeKnows_StillGoesToWhoMadeTheMark(string others)
    {
        var approved = await _world.OpenApprovedAsync();
        _world.State.BeforeNext = ("replace", ApprovalRecords.Collection, SeeIt);

        Assert.AreEqual("r-1", Moved(await _world.UseAsync(approved), ApprovalStatus.Used).UsedBy);
        _ = Refused(await _world.UseAsync(approved, request: "r-2"), ApprovalRefusal.NotApproved);

        async ValueTask SeeIt()
        {
            if (others == "clock")
            {
                await _world.There.Clock.LookAsync(CancellationToken.None);
            }
            else
            {
                Assert.AreNotEqual(approved.Id, (await _world.There.Desk.OpenAsync(Request(), CancellationToken.None)).Id);
            }
        }
    }

    [TestMethod]
    public async Task Use_OfAnApprovalForAnotherRepository_IsRefused()
    {
        var approved = await _world.OpenApprovedAsync();

        _ = Refused(await _world.UseAsync(approved, Print(repository: 8)), ApprovalRefusal.OtherOperation);
        Assert.AreEqual(ApprovalStatus.Approved, (await _world.FindAsync(approved)).Status);
    }

    [TestMethod]
    public async Task Use_ForOtherContentOnTheSameRef_IsRefused_AndOpensAnother()
    {
        var approved = await _world.OpenApprovedAsync();
        var other = Print(7, Push(to: GitOid.Parse(new string('3', 40))));

        _ = Refused(await _world.UseAsync(approved, other), ApprovalRefusal.OtherOperation);
        Assert.AreEqual(ApprovalStatus.Pending, (await _world.OpenAsync(other)).Status);
    }

    [TestMethod]
    public async Task Use_ForThatRefAndOneMore_IsRefused() =>
        _ = Refused(await _world.UseAsync(await _world.OpenApprovedAsync(), Print(7, Push(), Push("refs/heads/release/1"))), ApprovalRefusal.OtherOperation);

    [TestMethod]
    public async Task Vote_OnOnesOwnRequest_WhateverTheDisguise_IsRefused()
    {
        var opened = await _world.OpenAsync();

        _ = Refused(await _world.VoteAsync(opened, Dana with { Groups = [Leads] }), ApprovalRefusal.OwnRequest);
        _ = Refused(await _world.VoteAsync(opened, Dana with { Groups = [Leads], Client = "another", DisplayName = "lee@example.com" }), ApprovalRefusal.OwnRequest);
        _ = Refused(await _world.VoteAsync(opened, Lee with { Issuer = OldIssuer, Person = Id("dana", OldIssuer) }), ApprovalRefusal.OwnRequest);
        Assert.IsEmpty((await _world.FindAsync(opened)).Votes);
        Assert.DoesNotContain("ApprovalVoted", _world.Ledger.Kinds);
    }

    [TestMethod]
    public async Task Vote_ByOnePersonThroughTwoIssuers_IsOneVote()
    {
        var opened = await _world.OpenAsync(null, Requires(quorum: 2));
        _ = Moved(await _world.VoteAsync(opened), ApprovalStatus.Pending);

        _ = Refused(await _world.VoteAsync(opened, Lee with { Issuer = OldIssuer, Person = Id("lee", OldIssuer) }), ApprovalRefusal.AlreadyVoted);
    }

    [TestMethod]
    public async Task Vote_ByAnApproverWhoIsNoLongerInTheGroup_IsRefused()
    {
        var opened = await _world.OpenAsync();

        _ = Refused(await _world.VoteAsync(opened, Lee with { Groups = [] }), ApprovalRefusal.NotAnApprover);
    }

    [TestMethod]
    public async Task Vote_ByAnApproverWhoLeftTheGroupAfterwards_StillCounts()
    {
        // Membership counts when people decide; what counts at use is what the policy requires then.
        var opened = await _world.OpenAsync(null, Requires(quorum: 2));
        _ = Moved(await _world.VoteAsync(opened), ApprovalStatus.Pending);
        var approved = Moved(await _world.VoteAsync(opened, Max), ApprovalStatus.Approved);

        _ = Moved(await _world.UseAsync(approved), ApprovalStatus.Used);
    }

    [TestMethod]
    [DataRow("one more person")]
    [DataRow("another group as well")]
    [DataRow("another group instead")]
    public async Task Use_AfterThePolicyWasTightened_LapsesAndAnotherIsOpened(string how)
    {
        var approved = await _world.OpenApprovedAsync();
        ApprovalRequirement[] now = how switch
        {
            "one more person" => [Requires(quorum: 2)],
            "another group as well" => [Requires(), Requires(Security)],
            _ => [Requires(Security)],
        };

        var lapsed = Refused(await _world.UseAsync(approved, required: now), ApprovalRefusal.NotEnough);
        Assert.AreEqual(ApprovalStatus.Lapsed, lapsed.Status);

        // Not even when the policy is put back.
        _ = Refused(await _world.UseAsync(approved), ApprovalRefusal.NotApproved);
        var another = await _world.OpenAsync(null, now);
        Assert.AreNotEqual(approved.Id, another.Id);
        Assert.AreEqual(ApprovalStatus.Pending, another.Status);
        Assert.AreEqual("opened Approved Lapsed opened", _world.Observer.Story);
        Assert.Contains("ApprovalRefused IsLapsed", _world.Ledger.Kinds);
    }

    [TestMethod]
    public async Task Use_AfterAnUnrelatedPolicyEdit_IsNotVoided()
    {
        var approved = await _world.OpenApprovedAsync();

        var now = Requires(rule: "renamed", entry: 3) with { Reason = "other words", Notify = ["others"], Expires = TimeSpan.FromMinutes(1), Valid = TimeSpan.FromMinutes(1) };
        _ = Moved(await _world.UseAsync(approved, required: now), ApprovalStatus.Used);
    }

    [TestMethod]
    public async Task Use_RacingATightenedPolicyElsewhere_LosesAndStaysUnusable()
    {
        var approved = await _world.OpenApprovedAsync();
        ApprovalStep? other = null;
        _world.State.BeforeNext = (
            "create", ApprovalUses.Collection, async () => other = await ApprovalWorld.UseAsync(_world.There, approved, null, "r-2", Requires(quorum: 2)));

        var mine = await _world.UseAsync(approved);

        _ = Refused(other, ApprovalRefusal.NotEnough);
        _ = Refused(mine, ApprovalRefusal.NotApproved);
        Assert.AreEqual(ApprovalStatus.Lapsed, (await _world.FindAsync(approved)).Status);
    }

    [TestMethod]
    public async Task Open_ByTwoInstancesAtOnce_IsOneApprovalAndOneSnapshot()
    {
        Approval? other = null;
        _world.State.BeforeNext = ("create", ApprovalOpening.Collection, async () => other = await _world.There.Desk.OpenAsync(Request(), CancellationToken.None));

        var mine = await _world.OpenAsync();

        Assert.AreEqual(other!.Id, mine.Id);
        Assert.AreEqual(mine.Id.Value, _world.Blobs.Keys.Single().Id);
        Assert.HasCount(1, await _world.RecordsAsync(ApprovalRecords.Collection));
        Assert.AreEqual("opened", _world.Observer.Story);
        Assert.AreEqual("ApprovalOpened", _world.Ledger.Kinds);
    }

    [TestMethod]
    public async Task Open_WhileAnotherInstanceIsBetweenMarkAndStart_FinishesThatOne()
    {
        Approval? other = null;
        _world.State.BeforeNext = (
            "create", ApprovalRecords.LiveCollection, async () => other = await _world.There.Desk.OpenAsync(Request(), CancellationToken.None));

        var mine = await _world.OpenAsync();

        Assert.AreEqual(other!.Id, mine.Id);
        Assert.HasCount(1, await _world.RecordsAsync(ApprovalRecords.Collection));
        Assert.AreEqual("opened", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Open_AfterTheEnd_ByTwoInstancesAtOnce_IsOneApproval()
    {
        var first = await _world.OpenAsync();
        _world.Time.Advance(Wait);
        Approval? other = null;
        _world.State.BeforeNext = ("replace", ApprovalOpening.Collection, async () => other = await _world.There.Desk.OpenAsync(Request(), CancellationToken.None));

        var mine = await _world.OpenAsync();

        Assert.AreEqual(other!.Id, mine.Id);
        Assert.AreNotEqual(first.Id, mine.Id);
        Assert.HasCount(2, await _world.RecordsAsync(ApprovalRecords.Collection));
    }

    [TestMethod]
    public async Task Vote_RacingASecondIdenticalRequest_BothSeeOneApproval()
    {
        var opened = await _world.OpenAsync();
        _world.State.AfterNextRead(async () => _ = await _world.There.Desk.VoteAsync(opened.Id, Lee, ApprovalVerdict.Approve, "", CancellationToken.None));

        var again = await _world.OpenAsync();

        Assert.AreEqual((opened.Id, ApprovalStatus.Approved), (again.Id, again.Status));
    }

    [TestMethod]
    public async Task Vote_AtTheMomentOfExpiry_DoesNotCount_WhetherOrNotTheClockCame()
    {
        var opened = await _world.OpenAsync();
        _world.Time.Advance(Wait);

        Assert.AreEqual(ApprovalStatus.Expired, Refused(await _world.VoteAsync(opened), ApprovalRefusal.NotPending).Status);
        await _world.Here.Clock.LookAsync(CancellationToken.None);
        Assert.AreEqual(ApprovalStatus.Expired, Refused(await _world.VoteAsync(opened), ApprovalRefusal.NotPending).Status);
        Assert.AreEqual("opened Expired", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Vote_ThatReachesTheHomeTooLate_IsRefused_AndTheExpiryIsKeptAndTold()
    {
        var opened = await _world.OpenAsync();

        _ = Refused(await _world.Here.Home.SendAsync(opened.Id, Votes(Lee, after: Wait), CancellationToken.None), ApprovalRefusal.NotPending);

        Assert.AreEqual(ApprovalStatus.Expired, (await _world.Here.Home.FindAsync(opened.Id, CancellationToken.None))!.Status);
        Assert.AreEqual("opened Expired", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Vote_RacingTheRenewalOfAnExpiredOne_DoesNotReviveIt()
    {
        // An instance whose clock is behind votes on what another has already replaced.
        var opened = await _world.OpenAsync();
        _world.Time.Advance(Wait);
        var next = await _world.OpenAsync();

        var late = await _world.Here.Home.SendAsync(opened.Id, Votes(Lee, after: Wait - TimeSpan.FromMinutes(1)), CancellationToken.None);

        _ = Refused(late, ApprovalRefusal.NotPending);
        Assert.AreNotEqual(opened.Id, next.Id);
    }

    [TestMethod]
    public async Task Votes_OfTwoInstancesAtOnce_BothCount()
    {
        var opened = await _world.OpenAsync(null, Requires(quorum: 2));
        _world.State.BeforeNext = ("replace", ApprovalRecords.Collection, async () => Moved(
            await _world.There.Desk.VoteAsync(opened.Id, Max, ApprovalVerdict.Approve, "", CancellationToken.None), ApprovalStatus.Pending));

        _ = Moved(await _world.VoteAsync(opened), ApprovalStatus.Approved);
        Assert.HasCount(2, (await _world.FindAsync(opened)).Votes);
    }

    [TestMethod]
    public async Task Vote_LosingARaceAgainstADeny_IsRefusedAndRecordedAsRefused()
    {
        var opened = await _world.OpenAsync();
        _world.State.BeforeNext = ("replace", ApprovalRecords.Collection, async () => Moved(
            await _world.There.Desk.VoteAsync(opened.Id, Max, ApprovalVerdict.Deny, "no", CancellationToken.None), ApprovalStatus.Denied));

        _ = Refused(await _world.VoteAsync(opened), ApprovalRefusal.NotPending);

        Assert.AreEqual("ApprovalOpened ApprovalVoted ApprovalVoted IsDenied ApprovalRefused", _world.Ledger.Kinds);
        Assert.AreEqual(Lee.Person.ToString(), _world.Ledger.Events.OfType<ApprovalRefused>().Single().Person);
    }

    [TestMethod]
    public async Task Ask_AgainAfterADeny_AsksNobodyElse()
    {
        var opened = await _world.OpenAsync();
        _ = Moved(await _world.VoteAsync(opened, verdict: ApprovalVerdict.Deny, reason: "no"), ApprovalStatus.Denied);

        var again = await _world.OpenAsync();

        Assert.AreEqual("no", again.EndReason);
        _ = Refused(await _world.VoteAsync(again, Max), ApprovalRefusal.NotPending);
        Assert.AreEqual("opened Denied", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Guess_OfAnId_HasNothingToGoBy()
    {
        var ids = Enumerable.Range(0, 1000).Select(static _ => ApprovalId.New().Value).ToList();

        Assert.HasCount(1000, ids.Distinct());
        Assert.IsTrue(ids.TrueForAll(static id => id.Length == 34));
        Assert.IsNull(await _world.Desk.FindAsync(ApprovalId.New(), CancellationToken.None));
    }
}
