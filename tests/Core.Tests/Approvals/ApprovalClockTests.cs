using CursorBroker.Core.Approvals;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

[TestClass]
public sealed class ApprovalClockTests
{
    private readonly ApprovalWorld _world = new();

    [TestMethod]
    public async Task Look_HalfWay_RemindsOnce_WhicheverInstanceLooks()
    {
        _ = await _world.OpenAsync();
        _world.Time.Advance((Wait / 2) - TimeSpan.FromTicks(1));
        await Look();
        Assert.AreEqual("opened", _world.Observer.Story);

        _world.Time.Advance(TimeSpan.FromTicks(1));
        await Look();
        await _world.There.Clock.LookAsync(CancellationToken.None);
        _world.Restart();
        await Look();

        Assert.AreEqual("opened reminded", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Look_ByTwoInstancesAtOnce_RemindsOnce()
    {
        _ = await _world.OpenAsync();
        _world.Time.Advance(Wait / 2);
        _world.State.BeforeNext = ("replace", ApprovalRecords.Collection, async () => await _world.There.Clock.LookAsync(CancellationToken.None));

        await Look();

        Assert.AreEqual("opened reminded", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Look_WhenDecided_RemindsNobody()
    {
        _ = await _world.OpenApprovedAsync();
        _world.Time.Advance(Valid - TimeSpan.FromTicks(1));
        await Look();

        Assert.AreEqual("opened Approved", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Look_AfterTheTimeToUse_Lapses()
    {
        var approved = await _world.OpenApprovedAsync();
        _world.Time.Advance(Valid);
        await Look();

        Assert.AreEqual(ApprovalStatus.Lapsed, (await _world.Here.Home.FindAsync(approved.Id, CancellationToken.None))!.Status);
        Assert.AreEqual("opened Approved Lapsed", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Look_WhileSomebodyTells_DoesNotTellItAsWell()
    {
        _world.State.BeforeNext = ("replace", ApprovalRecords.Collection, async () => await _world.There.Clock.LookAsync(CancellationToken.None));
        _ = await _world.OpenAsync();

        Assert.AreEqual("opened", _world.Observer.Story);
    }

    [TestMethod]
    public async Task Look_AtWhatIsOverAndTold_ForgetsItAndKeepsTheOutcome()
    {
        var opened = await _world.OpenAsync();
        _world.Time.Advance(Wait);
        await Look();
        Assert.HasCount(1, await _world.RecordsAsync(ApprovalRecords.LiveCollection));
        await Look();

        Assert.IsEmpty(await _world.RecordsAsync(ApprovalRecords.LiveCollection));
        Assert.AreEqual(ApprovalStatus.Expired, (await _world.FindAsync(opened)).Status);
    }

    [TestMethod]
    public async Task Look_WhenOneRecordIsUnreadable_TheOthersStillExpire()
    {
        var broken = await _world.OpenAsync();
        var good = await _world.OpenAsync(Print(8));
        var key = new Core.State.StateKey(ApprovalRecords.Collection, broken.Id.Value);
        var version = (await _world.State.ReadAsync(key, CancellationToken.None))!.Version;
        _ = await _world.State.ReplaceAsync(key, "nonsense"u8.ToArray(), version, null, CancellationToken.None);
        _world.Time.Advance(Wait);

        await Look();

        Assert.AreEqual(ApprovalStatus.Expired, (await _world.Here.Home.FindAsync(good.Id, CancellationToken.None))!.Status);
        Assert.HasCount(1, _world.Troubles);
        Assert.AreEqual(good.Id, (await _world.Desk.ListAsync(CancellationToken.None).SingleAsync()).Id);
    }

    [TestMethod]
    public async Task Run_StateAwayForATime_GoesOnAfterwards()
    {
        var opened = await _world.OpenAsync();
        _world.State.IsDown = static (_, _) => true;
        using var stop = new CancellationTokenSource();
        var running = _world.Here.Clock.RunAsync(stop.Token);
        Assert.HasCount(1, _world.Troubles);

        _world.State.IsDown = static (_, _) => false;
        var told = _world.Observer.WaitForAsync("Expired");
        _world.Time.Advance(Wait);
        await told;

        Assert.AreEqual(ApprovalStatus.Expired, (await _world.Here.Home.FindAsync(opened.Id, CancellationToken.None))!.Status);
        await stop.CancelAsync();
        _ = await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }

    private Task Look() => _world.Here.Clock.LookAsync(CancellationToken.None);
}
