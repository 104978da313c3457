using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Limits;

[TestClass]
public sealed class UpstreamGateTests
{
    private static readonly CallEnd Well = new(IsDown: false, LimitedFor: null);
    private static readonly CallEnd Down = new(IsDown: true, LimitedFor: null);

    private const string Acme = "acme";
    private const string AcmeInCapitals = "ACME";
    private const string Globex = "globex";

    private readonly FakeTimeProvider _time = new();
    private int _called;
    private int _people;

    [TestMethod]
    public async Task Call_GitHubAskedToWait_NobodyOfThatOwnerCallsUntilThen()
    {
        var gate = new UpstreamGate(new LimitOptions(), _time);
        Assert.IsNull(await CallAsync(gate, Acme, new CallEnd(false, TimeSpan.FromSeconds(30))));

        var refusal = await CallAsync(gate, AcmeInCapitals, Well);
        Assert.AreEqual(RefusalKind.RateLimited, refusal!.Kind);
        Assert.AreEqual(TimeSpan.FromSeconds(30), refusal.RetryAfter);
        Assert.AreEqual(1, _called);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsNull(await CallAsync(gate, Acme, Well));
    }

    [TestMethod]
    public async Task Call_OneOwnerHeldBack_OthersGoOn()
    {
        var gate = new UpstreamGate(new LimitOptions(), _time);
        await CallAsync(gate, Acme, new CallEnd(false, TimeSpan.FromSeconds(30)));

        Assert.IsNull(await CallAsync(gate, Globex, Well));
    }

    [TestMethod]
    public async Task Call_GitAskedToWait_HoldsNothingBack()
    {
        var gate = new UpstreamGate(new LimitOptions(), _time);
        await gate.CallAsync(UpstreamFace.Git, Acme, Anybody(), _ => ValueTask.FromResult(new CallEnd(false, TimeSpan.FromHours(1))), default);

        Assert.IsNull(await gate.CallAsync(UpstreamFace.Git, Acme, Anybody(), _ => ValueTask.FromResult(Well), default));
        Assert.IsNull(await CallAsync(gate, Acme, Well));
    }

    [TestMethod]
    public async Task Call_StorageIsDownOrAskedToWait_HoldsNothingElseBack()
    {
        var options = new LimitOptions();
        var gate = new UpstreamGate(options, _time);
        for (var i = 0; i < options.FailureSample; i++)
        {
            await gate.CallAsync(UpstreamFace.Storage, Acme, Anybody(), _ => ValueTask.FromResult(new CallEnd(true, TimeSpan.FromHours(1))), default);
        }

        Assert.AreEqual(RefusalKind.Unavailable, (await gate.CallAsync(UpstreamFace.Storage, Acme, Anybody(), _ => ValueTask.FromResult(Well), default))!.Kind);
        Assert.IsNull(await gate.CallAsync(UpstreamFace.Git, Acme, Anybody(), _ => ValueTask.FromResult(Well), default));
        Assert.IsNull(await CallAsync(gate, Acme, Well));
    }

    [TestMethod]
    public async Task Call_AskedTwiceToWait_TheLongerCounts()
    {
        var gate = new UpstreamGate(new LimitOptions(), _time);
        var both = new TaskCompletionSource();
        var long1 = gate.CallAsync(UpstreamFace.Api, Acme, Anybody(), async _ => { await both.Task; return new CallEnd(false, TimeSpan.FromSeconds(60)); }, default).AsTask();
        var short1 = gate.CallAsync(UpstreamFace.Api, Acme, Anybody(), async _ => { await both.Task; return new CallEnd(false, TimeSpan.FromSeconds(1)); }, default).AsTask();
        both.SetResult();
        await Task.WhenAll(long1, short1);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.AreEqual(RefusalKind.RateLimited, (await CallAsync(gate, Acme, Well))!.Kind);
    }

    [TestMethod]
    public async Task Call_AsManyUnderWayAsItTakes_TheNextIsAskedToComeAgain()
    {
        var gate = new UpstreamGate(new LimitOptions { OwnerConcurrency = 2 }, _time);
        var done = new TaskCompletionSource<CallEnd>();
        var first = gate.CallAsync(UpstreamFace.Api, Acme, Anybody(), async _ => await done.Task, default).AsTask();
        var second = gate.CallAsync(UpstreamFace.Api, Acme, Anybody(), async _ => await done.Task, default).AsTask();

        Assert.AreEqual(RefusalKind.RateLimited, (await CallAsync(gate, Acme, Well))!.Kind);
        Assert.IsNull(await gate.CallAsync(UpstreamFace.Git, Acme, Anybody(), _ => ValueTask.FromResult(Well), default), "git is not counted");

        done.SetResult(Well);
        await Task.WhenAll(first, second);
        Assert.IsNull(await CallAsync(gate, Acme, Well));
    }

    [TestMethod]
    public async Task Call_MostCallsFail_IsToldAtOnceAndOneTriesAgainLater()
    {
        var options = new LimitOptions { FailureSample = 4 };
        var gate = new UpstreamGate(options, _time);
        for (var i = 0; i < 4; i++)
        {
            Assert.IsNull(await CallAsync(gate, Acme, Down));
        }

        var refusal = await CallAsync(gate, Globex, Well);
        Assert.AreEqual(RefusalKind.Unavailable, refusal!.Kind);
        Assert.AreEqual(4, _called);
        Assert.IsNotNull(refusal.RetryAfter);

        _time.Advance(options.RestFor);
        Assert.IsNull(await CallAsync(gate, Acme, Well));
        Assert.IsNull(await CallAsync(gate, Acme, Well));
    }

    [TestMethod]
    public async Task Call_OneFaceIsDown_TheOtherIsStillCalled()
    {
        var gate = new UpstreamGate(new LimitOptions { FailureSample = 2 }, _time);
        await CallAsync(gate, Acme, Down);
        await CallAsync(gate, Acme, Down);

        Assert.AreEqual(RefusalKind.Unavailable, (await CallAsync(gate, Acme, Well))!.Kind);
        Assert.IsNull(await gate.CallAsync(UpstreamFace.Git, Acme, Anybody(), _ => ValueTask.FromResult(Well), default));
    }

    [TestMethod]
    public async Task Call_Throws_GivesItsPlaceBack()
    {
        var gate = new UpstreamGate(new LimitOptions { OwnerConcurrency = 1 }, _time);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await gate.CallAsync(UpstreamFace.Api, Acme, Anybody(), static _ => throw new InvalidOperationException(), default));

        Assert.IsNull(await CallAsync(gate, Acme, Well));
    }

    [TestMethod]
    public async Task Attack_OneCallersSlowQueries_DoNotMakeGitHubLookDownToOthers()
    {
        var options = new LimitOptions();
        var gate = new UpstreamGate(options, _time);
        var slow = Anybody();
        for (var i = 0; i < 10 * options.FailureSample; i++)
        {
            Assert.IsNull(await CallAsync(gate, Acme, Down, slow));
            _time.Advance(options.FailureWindow / (2 * options.FailureSample));
        }

        Assert.IsNull(await CallAsync(gate, Acme, Well));
    }

    [TestMethod]
    public async Task Attack_OneCallersManyCalls_LeaveRoomForOthers()
    {
        var gate = new UpstreamGate(new LimitOptions { CallerConcurrency = 2, OwnerConcurrency = 3 }, _time);
        var (many, done) = (Anybody(), new TaskCompletionSource<CallEnd>());
        var calls = Enumerable.Range(0, 2).Select(_ => gate.CallAsync(UpstreamFace.Api, Acme, many, async _ => await done.Task, default).AsTask()).ToList();

        Assert.AreEqual(RefusalKind.RateLimited, (await CallAsync(gate, Acme, Well, many))!.Kind);
        Assert.AreEqual(RefusalKind.RateLimited, (await CallAsync(gate, Globex, Well, many))!.Kind);
        Assert.IsNull(await CallAsync(gate, Acme, Well));

        done.SetResult(Well);
        await Task.WhenAll(calls);
        Assert.IsNull(await CallAsync(gate, Acme, Well, many));
    }

    /// <summary>Somebody that nobody else is.</summary>
    private PersonId Anybody() => new("https://id.example.com", $"somebody-{++_people}");

    private ValueTask<Refusal?> CallAsync(UpstreamGate gate, string owner, CallEnd end, PersonId? caller = null) => gate.CallAsync(
        UpstreamFace.Api,
        owner,
        caller ?? Anybody(),
        _ =>
        {
            _called++;
            return ValueTask.FromResult(end);
        },
        default);
}
