using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Runs;
using CursorBroker.Core.State;
using CursorBroker.Core.Tests.Credentials;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals.Homes;

/// <summary>The home over orchestrations, each of whose steps is a replay of everything before it.</summary>
[TestClass]
public sealed class OrchestratedApprovalHomeTests : ApprovalHomeContract, IApprovalTrouble
{
    private readonly ReplayedRuns _runs;
    private readonly FakeSealer _sealer = new();
    private OrchestratedApprovalHome _home = null!;

    public OrchestratedApprovalHomeTests()
    {
        _runs = new ReplayedRuns(Time, () => new ApprovalErrands(new ApprovalTeller(Ledger, [Observer], this, Time)));
        Restart();
    }

    private protected override IApprovalHome Home => _home;

    void IApprovalTrouble.Troubled(string what, Exception? exception) => Troubles.Enqueue(what);

    private protected override void Restart() => _home = new OrchestratedApprovalHome(_runs, _sealer, this, new ApprovalOptions(), Time);

    private protected override async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await _runs.WakeAsync();
    }

    [TestMethod]
    public async Task Run_OverAndTold_IsFinished_AndNotBefore()
    {
        var opened = await StartAsync();
        Ledger.IsDownFor = static _ => true;
        _ = await SendAsync(opened, Votes(Lee, ApprovalVerdict.Deny, "no"));
        Assert.AreEqual(ApprovalRunState.Running, (await _runs.FindAsync(opened.Id.Value, CancellationToken.None))!.State);

        Ledger.IsDownFor = static _ => false;
        await PassAsync(ApprovalFlow.FirstPause);

        Assert.AreEqual(ApprovalRunState.Finished, (await _runs.FindAsync(opened.Id.Value, CancellationToken.None))!.State);
        Assert.AreEqual("IsDenied", Ledger.Kinds);
    }

    [TestMethod]
    public async Task Telling_ThatTakesLong_HoldsNoDecisionUp()
    {
        _runs.ErrandsWait = true;
        var opened = await StartAsync();

        _ = Moved(await SendAsync(opened, Votes(Lee)), ApprovalStatus.Approved);
        _ = Moved(await SendAsync(opened, new ApprovalEvent.Used("r-1", Start)), ApprovalStatus.Used);
        Assert.AreEqual("", Observer.Story);

        await _runs.CatchUpAsync();
        Assert.AreEqual("opened Used", Observer.Story, "Of several moves only the last.");
        Assert.AreEqual("IsUsed", Ledger.Kinds);
    }

    [TestMethod]
    public async Task Telling_ThatKeepsFailing_IsTriedWithGrowingPauses()
    {
        Observer.Fails = new StateUnavailableException("away");
        _ = await StartAsync();
        var tries = new List<int>();
        for (var minute = 0; minute < 20; minute++)
        {
            await PassAsync(TimeSpan.FromMinutes(1));
            tries.Add(Troubles.Count);
        }

        Assert.IsInRange(6, 12, tries[^1], "tries in 20 minutes");
    }

    [TestMethod]
    public async Task Message_ThatComesTwice_CountsOnce()
    {
        var opened = await StartAsync(Requires(quorum: 2));
        _ = Moved(await SendAsync(opened, Votes(Lee)), ApprovalStatus.Pending);
        await _runs.SendAsync(opened.Id.Value, _runs.Sent.Single(), CancellationToken.None);

        var progress = ApprovalWire.ReadProgress((await _runs.FindAsync(opened.Id.Value, CancellationToken.None))!.Progress!);
        Assert.IsNull(progress.Outcomes.Single().Reason);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("!")]
    [DataRow("bnVsbA==", DisplayName = "null")]
    [DataRow("eyJpZCI6IjEifQ==", DisplayName = "an id alone")]
    [DataRow("eyJpZCI6IjEiLCJldmVudCI6eyJldmVudCI6ImZvcmdlZCJ9fQ==", DisplayName = "an event that there is not")]
    public async Task Message_ThatCannotBeRead_ChangesNothing(string junk)
    {
        var opened = await StartAsync();
        var run = (await _runs.FindAsync(opened.Id.Value, CancellationToken.None))!;

        await _runs.SendAsync(opened.Id.Value, new RunSeals(_sealer).Sign(run.Opened, junk), CancellationToken.None);

        Assert.AreEqual(ApprovalStatus.Pending, (await FindAsync(opened)).Status);
        _ = Moved(await SendAsync(opened, Votes(Lee)), ApprovalStatus.Approved);
    }

    [TestMethod]
    public async Task Message_ThatIsLost_IsNotKnown_NeverAGuess()
    {
        var opened = await StartAsync();
        _runs.LosesMessages = true;
        Time.AutoAdvanceAmount = TimeSpan.FromSeconds(5);

        var sending = SendAsync(opened, Votes(Lee)).AsTask();
        while (!sending.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => sending);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Message_ToARunThatHasNotBegun_WaitsUntilItHas_AndIsNotLost()
    {
        _runs.BeginsLate = true;
        var opened = await StartAsync();

        var sending = SendAsync(opened, Votes(Lee)).AsTask();
        Time.Advance(OrchestratedApprovalHome.Patience / 2);
        Assert.IsFalse(sending.IsCompleted);
        await _runs.WakeAsync();
        Time.Advance(TimeSpan.FromSeconds(1));

        _ = Moved(await sending, ApprovalStatus.Approved);
    }

    [TestMethod]
    public async Task Message_ToARunThatDoesNotBegin_IsNotSent_AndThatIsSaid()
    {
        _runs.BeginsLate = true;
        var opened = await StartAsync();
        Time.AutoAdvanceAmount = TimeSpan.FromSeconds(5);

        var sending = SendAsync(opened, Votes(Lee)).AsTask();
        while (!sending.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var problem = await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => sending);
        Assert.Contains("nothing was sent", problem.Message);
        Time.AutoAdvanceAmount = TimeSpan.Zero;
        await _runs.WakeAsync();
        _ = Moved(await SendAsync(opened, Votes(Lee)), ApprovalStatus.Approved);
    }

    [TestMethod]
    public async Task Outcomes_OfManyMessages_AreKeptShort()
    {
        var opened = await StartAsync();
        for (var i = 0; i < 3 * ApprovalFlow.MaxOutcomes; i++)
        {
            _ = Refused(await SendAsync(opened, Votes(Sam)), ApprovalRefusal.NotAnApprover);
        }

        var progress = ApprovalWire.ReadProgress((await _runs.FindAsync(opened.Id.Value, CancellationToken.None))!.Progress!);
        Assert.AreEqual((ApprovalFlow.MaxOutcomes, true), (progress.Outcomes.Length, progress.Forgot));
    }

    [TestMethod]
    public async Task Attack_VotesThatFillTheStatus_AreRefused_AndItStillCanBeDeniedAndExpires()
    {
        var opened = await StartAsync(Requires(quorum: 10));
        ApprovalStep? step = null;
        for (var i = 0; i < 10 && step is not ApprovalStep.Refused; i++)
        {
            step = await SendAsync(opened, Votes(Person($"p{i}", Leads), reason: new string('\u9999', ApprovalVote.MaxReason)));
        }

        _ = Refused(step, ApprovalRefusal.ReasonTooLong);
        var run = (await _runs.FindAsync(opened.Id.Value, CancellationToken.None))!;
        Assert.IsLessThanOrEqualTo(ApprovalProgress.MaxWire, run.Progress!.Length);
        _ = Moved(await SendAsync(opened, Votes(Max, ApprovalVerdict.Deny, "no")), ApprovalStatus.Denied);
    }

    [TestMethod]
    public async Task Vote_OfSomebodyInManyGroups_KeepsThoseThatMayDecide()
    {
        var opened = await StartAsync();
        var everywhere = Person("lee", [.. Enumerable.Range(0, 2000).Select(static i => $"00000000-0000-0000-0000-{i:D12}"), Leads]);

        var vote = Moved(await SendAsync(opened, Votes(everywhere)), ApprovalStatus.Approved).Votes.Single();

        Assert.Contains(Leads, vote.Groups);
        Assert.IsLessThanOrEqualTo(VoteThatFits.MaxOthers, vote.Groups.Sum(static group => group.Length) - Leads.Length);
    }

    [TestMethod]
    public async Task Run_EndedFromOutside_IsNeverTakenForAnAnswer()
    {
        var opened = await StartAsync();
        var other = await StartAsync();
        _runs.Break(opened.Id.Value);

        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await FindAsync(opened));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await SendAsync(opened, Votes(Lee)));
        Assert.AreEqual(other.Id, (await Home.ListAsync(CancellationToken.None).SingleAsync()).Id);
        Assert.HasCount(1, Troubles);
    }

    [TestMethod]
    public async Task Purge_ForgetsWhatIsOverForLongEnough_AndNothingElse()
    {
        var denied = await StartAsync();
        _ = await SendAsync(denied, Votes(Lee, ApprovalVerdict.Deny, "no"));
        await PassAsync(Wait + TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        Assert.AreEqual(0, await _home.PurgeAsync(CancellationToken.None));

        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(1, await _home.PurgeAsync(CancellationToken.None));
        Assert.IsNull(await Home.FindAsync(denied.Id, CancellationToken.None));
    }

    [TestMethod]
    public async Task Timers_OneAtATime_AndNoneWithoutNeed()
    {
        var opened = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            _ = await SendAsync(opened, Votes(Sam));
        }

        Assert.AreEqual(1, _runs.AskedFor(opened.Id.Value).Count(static what => what.StartsWith($"wait {Start + (Wait / 2):O}", StringComparison.Ordinal)));
    }
}
