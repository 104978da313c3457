using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Tests.Approvals.Notices;

/// <summary>What goes wrong between an opened approval and people, and that it loses nothing.</summary>
[TestClass]
public sealed class NoticeRetryTests
{
    private readonly NoticeWorld _world = new();

    public NoticeRetryTests() => _world.Policy.Current = NoticeWorld.Policies("leads: { teams: secret:teams-webhook }");

    [TestMethod]
    public async Task Failure_ThatMayPass_IsTriedAgainAfterFiveSecondsDoublingAndThenDelivered()
    {
        _world.Teams.Say(new(false, "answered 503", Retry: true));
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        Assert.AreEqual(TimeSpan.FromSeconds(5), await SweepAsync(), "when to look again");
        foreach (var seconds in new[] { 5, 10, 20 })
        {
            var tries = _world.Teams.Sent.Count;
            _world.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            await SweepAsync();
            Assert.HasCount(tries, _world.Teams.Sent, $"before {seconds} s");
            _world.Time.Advance(TimeSpan.FromTicks(1));
            await SweepAsync();
            Assert.HasCount(tries + 1, _world.Teams.Sent, $"after {seconds} s");
        }

        Assert.AreEqual("leads teams Waiting 4 answered 503", await _world.RowsAsync(approval));
        _world.Teams.Say(new(true, "answered 202"));
        _world.Time.Advance(TimeSpan.FromSeconds(40));
        await SweepAsync();

        Assert.AreEqual("leads teams Delivered 5 answered 202", await _world.RowsAsync(approval));
        Assert.AreEqual("notify-failed 1 False, notified 5", Told(), "the first failure and the end, not every try");
    }

    [TestMethod]
    [DataRow(120, 120, DisplayName = "Longer than ours is kept to")]
    [DataRow(0, 5, DisplayName = "No shorter than ours, or it would be hammered")]
    public async Task Failure_TheOtherSideSaysWhen_IsTriedThen(int asked, int waited)
    {
        _world.Teams.Say(new(false, "answered 429", Retry: true, TimeSpan.FromSeconds(asked)));
        await _world.Outbox().OpenedAsync(_world.Open(), CancellationToken.None);
        await SweepAsync();

        _world.Time.Advance(TimeSpan.FromSeconds(waited) - TimeSpan.FromTicks(1));
        await SweepAsync();
        Assert.HasCount(1, _world.Teams.Sent);
        _world.Time.Advance(TimeSpan.FromTicks(1));
        await SweepAsync();
        Assert.HasCount(2, _world.Teams.Sent);
    }

    [TestMethod]
    public async Task Failure_UntilTheApprovalExpires_IsGivenUpAndTheApprovalStays()
    {
        _world.Teams.Say(new(false, "answered 503", Retry: true));
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        for (var second = 0; second < 1800; second += 5)
        {
            await SweepAsync();
            _world.Time.Advance(TimeSpan.FromSeconds(5));
        }

        var status = (await _world.BoardAsync(approval)).Single();
        Assert.AreEqual((NoticeOutcome.Failed, "answered 503; the approval expires before another try"), (status.Outcome, status.Detail));
        Assert.AreEqual(11, status.Attempts, "0, 5, 15, 35, 75, 155, 315 s, then every five minutes");
        Assert.AreEqual("notify-failed 1 False, notify-failed 11 True", Told());
        Assert.AreSame(approval, _world.Home.Approvals[approval.Id]);
    }

    [TestMethod]
    public async Task Failure_TheOtherSideAsksForCenturies_IsGivenUp()
    {
        _world.Teams.Say(new(false, "answered 429", Retry: true, TimeSpan.MaxValue));
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.Contains("Failed 1 answered 429", await _world.RowsAsync(approval));
    }

    [TestMethod]
    public async Task Failure_ForGood_IsNotTriedAgain()
    {
        _world.Teams.Say(new(false, "the webhook is gone"));
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        await SweepAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(10));
        await SweepAsync();

        Assert.HasCount(1, _world.Teams.Sent);
        Assert.AreEqual("leads teams Failed 1 the webhook is gone", await _world.RowsAsync(approval));
        Assert.AreEqual("notify-failed 1 True", Told());
    }

    [TestMethod]
    public async Task Failure_ByABugInTheChannel_IsARetryWithoutWhatItSaid()
    {
        _world.Teams.Answer = static _ => throw new InvalidOperationException("https://hook.example/?sig=secret");
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.AreEqual("leads teams Waiting 1 the channel broke", await _world.RowsAsync(approval));
        Assert.Contains("System.InvalidOperationException", _world.Observer.Troubles.Single());
        Assert.DoesNotContain("sig=", _world.Observer.Troubles.Single());
    }

    [TestMethod]
    public async Task TwoWorkers_AtOnce_DeliverOnce()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        var sending = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _world.Teams.Answer = async _ =>
        {
            sending.SetResult();
            await go.Task;
            return new(true, "taken");
        };

        var first = SweepAsync();
        await sending.Task;
        await SweepAsync();
        go.SetResult();
        await first;

        Assert.HasCount(1, _world.Teams.Sent);
        Assert.AreEqual("notified 1", Told());
    }

    [TestMethod]
    public async Task TwoWorkers_ThatSawTheSameRecord_OneTakesIt()
    {
        var approval = _world.Open();
        var key = NoticeRecord.KeyOf(approval.Id.Value, "leads", "teams", reminder: false);
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        var raced = new RacingState(_world.State, async () =>
        {
            var other = (await _world.State.ReadAsync(key, CancellationToken.None))!;
            var taken = NoticeRecord.FromBytes(other.Value)! with { Due = _world.Time.GetUtcNow() + NoticeDelivery.Lease };
            Assert.IsNotNull(await _world.State.ReplaceAsync(key, taken.ToBytes(), other.Version, null, CancellationToken.None));
        });

        await new NoticeWorker(_world.Outbox(), _world.Home, raced, _world.Policy, _world.Channels, _world.Ledger, new(static () => new("https://b.example/")), _world.Observer, _world.Time)
            .SweepAsync(CancellationToken.None);

        Assert.IsEmpty(_world.Teams.Sent);
    }

    [TestMethod]
    public async Task Crash_WhileItIsSent_IsTakenOverAfterTheLease()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        using var crash = new CancellationTokenSource();
        _world.Teams.Answer = async cancel =>
        {
            await crash.CancelAsync();
            cancel.ThrowIfCancellationRequested();
            throw new InvalidOperationException("It was not cancelled.");
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => _world.Worker().SweepAsync(crash.Token));
        _world.Teams.Say(new(true, "taken"));

        _world.Time.Advance(NoticeDelivery.Lease - TimeSpan.FromTicks(1));
        await SweepAsync();
        Assert.HasCount(1, _world.Teams.Sent, "until then it may only be slow");
        _world.Time.Advance(TimeSpan.FromTicks(1));
        await SweepAsync();

        Assert.AreEqual("leads teams Delivered 2 taken", await _world.RowsAsync(approval));
    }

    [TestMethod]
    public async Task Channel_ThatNeverAnswers_IsCutOffBeforeTheLeaseEnds()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        _world.Teams.Answer = async cancel =>
        {
            var forever = Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            _world.Time.Advance(NoticeDelivery.LongestTry);
            await forever;
            return new(true, "never");
        };

        await SweepAsync();

        Assert.AreEqual("leads teams Waiting 1 took too long", await _world.RowsAsync(approval));
        Assert.IsLessThan(NoticeDelivery.Lease, NoticeDelivery.LongestTry);
    }

    [TestMethod]
    public async Task Ledger_Away_TheNoticeIsKeptAndRecordedLaterWithoutBeingSentAgain()
    {
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);
        _world.Ledger.IsDown = true;
        await SweepAsync();
        Assert.AreEqual("leads teams Delivered 1 taken", await _world.RowsAsync(approval));
        Assert.HasCount(1, _world.Observer.Troubles);

        _world.Ledger.IsDown = false;
        await SweepAsync();
        await SweepAsync();

        Assert.HasCount(1, _world.Teams.Sent);
        Assert.AreEqual("notified 1", Told());
    }

    [TestMethod]
    public async Task Record_ThatCannotBeRead_IsToldAndHoldsUpNothing()
    {
        await _world.State.CreateAsync(new StateKey(NoticeRecord.Collection, "x"), "{}"u8.ToArray(), null, CancellationToken.None);
        var approval = _world.Open();
        await _world.Outbox().OpenedAsync(approval, CancellationToken.None);

        await SweepAsync();

        Assert.Contains("cannot be read", _world.Observer.Troubles.Single());
        Assert.AreEqual("leads teams Delivered 1 taken", await _world.RowsAsync(approval));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Worker_Running_DeliversAsSoonAsOneIsOpenedAndSurvivesStateBeingAway()
    {
        _world.State.IsDown = true;
        using var stop = new CancellationTokenSource();
        var outbox = _world.Outbox();
        var running = _world.Worker(outbox).RunAsync(stop.Token);
        while (_world.Observer.Troubles.IsEmpty)
        {
            await Task.Yield();
        }

        _world.State.IsDown = false;
        var sent = new TaskCompletionSource();
        _world.Teams.Answer = _ =>
        {
            sent.TrySetResult();
            return ValueTask.FromResult(new NoticeResult(true, "taken"));
        };
        await outbox.OpenedAsync(_world.Open(), CancellationToken.None);
        await sent.Task;

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Worker_Running_LooksAgainWhenARetryIsDue()
    {
        var tries = 0;
        var failed = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        _world.Teams.Answer = _ =>
        {
            if (Interlocked.Increment(ref tries) == 1)
            {
                failed.SetResult();
                return ValueTask.FromResult(new NoticeResult(false, "busy", Retry: true));
            }

            sent.TrySetResult();
            return ValueTask.FromResult(new NoticeResult(true, "taken"));
        };
        using var stop = new CancellationTokenSource();
        var outbox = _world.Outbox();
        var approval = _world.Open() with { Expires = _world.Time.GetUtcNow() + TimeSpan.FromDays(7) };
        _world.Home.Approvals[approval.Id] = approval;
        await outbox.OpenedAsync(approval, CancellationToken.None);
        var running = _world.Worker(outbox).RunAsync(stop.Token);
        await failed.Task;
        while (!sent.Task.IsCompleted)
        {
            // When the worker begins to wait cannot be seen. A week of such steps is long enough for any machine to get there.
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }

    private Task<TimeSpan> SweepAsync() => _world.Worker().SweepAsync(CancellationToken.None);

    private string Told() => string.Join(", ", _world.Ledger.Events.Select(static e => e switch
    {
        ApprovalNotified told => $"notified {told.Attempts}",
        ApprovalNotifyFailed told => $"notify-failed {told.Attempts} {told.GivenUp}",
        _ => throw new AssertFailedException($"{e}"),
    }));

    /// <summary>State where somebody else is quicker between the look and the taking.</summary>
    private sealed class RacingState(IStateStore state, Func<Task> first) : IStateStore
    {
        public ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken) => state.ReadAsync(key, cancellationToken);

        public ValueTask<StateVersion?> CreateAsync(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken) =>
            state.CreateAsync(key, value, expires, cancellationToken);

        public async ValueTask<StateVersion?> ReplaceAsync(
            StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken)
        {
            await first();
            return await state.ReplaceAsync(key, value, expected, expires, cancellationToken);
        }

        public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is deleted.");

        public IAsyncEnumerable<StateRecord> ListAsync(string collection, CancellationToken cancellationToken) => state.ListAsync(collection, cancellationToken);
    }
}
