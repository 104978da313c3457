using System.Runtime.CompilerServices;
using CursorBroker.Core.Approvals.Runs;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Approvals.Homes;

/// <summary>
/// Orchestrations as a platform runs them: nothing is kept of a run but its history, and every step begins with replaying it. A run that then asks for something
/// else than before, or in another order, fails the test.
/// </summary>
internal sealed class ReplayedRuns(FakeTimeProvider time, Func<ApprovalErrands> errands) : IApprovalRuns
{
    private readonly Dictionary<string, Kept> _runs = [];

    /// <summary>What is asked for is put off until <see cref="CatchUpAsync"/>.</summary>
    public bool ErrandsWait { get; set; }

    /// <summary>Messages are lost, as those to a run that has just ended.</summary>
    public bool LosesMessages { get; set; }

    /// <summary>Runs are taken up by <see cref="WakeAsync"/> only; what is sent to them before is lost, as after a host that died with one in its hands.</summary>
    public bool BeginsLate { get; set; }

    public int Steps { get; private set; }

    /// <summary>Every message, as it was sent.</summary>
    public List<string> Sent { get; } = [];

    public IEnumerable<string> AskedFor(string id) => _runs[id].Asked.Select(static asked => asked.What);

    public async ValueTask<bool> StartAsync(string id, string opened, CancellationToken cancellationToken)
    {
        if (!_runs.TryAdd(id, new Kept(id, opened, time.GetUtcNow())))
        {
            return false;
        }

        if (!BeginsLate)
        {
            await StepAsync(_runs[id]);
        }

        return true;
    }

    public async ValueTask SendAsync(string id, string happened, CancellationToken cancellationToken)
    {
        Sent.Add(happened);
        if (!LosesMessages && _runs.TryGetValue(id, out var run) && run is { State: ApprovalRunState.Running, Progress: not null })
        {
            run.History.Add(new Entry(time.GetUtcNow(), run.Asked.FindAll(static asked => asked.What == "next").Count - 1, happened, IsMessage: true));
            await StepAsync(run);
        }
    }

    public ValueTask<ApprovalRunView?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_runs.TryGetValue(id, out var run) ? run.View : null);

    public async IAsyncEnumerable<ApprovalRunView> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var run in _runs.Values)
        {
            yield return run.View;
        }
    }

    public ValueTask ForgetAsync(string id, CancellationToken cancellationToken)
    {
        Assert.AreNotEqual(ApprovalRunState.Running, _runs[id].State, "A run that goes on is not to be forgotten.");
        _ = _runs.Remove(id);
        return ValueTask.CompletedTask;
    }

    /// <summary>Somebody ends it from outside, clears it away and starts it again with something else.</summary>
    public async Task StartAgainAsync(string id, string opened)
    {
        _ = _runs.Remove(id);
        _ = await StartAsync(id, opened, CancellationToken.None);
    }

    /// <summary>Somebody ends it from outside.</summary>
    public void Break(string id) => _runs[id].State = ApprovalRunState.Broken;

    /// <summary>Timers ring, in order.</summary>
    public async Task WakeAsync()
    {
        foreach (var run in _runs.Values)
        {
            await StepAsync(run);
        }
    }

    /// <summary>What was put off is done.</summary>
    public async Task CatchUpAsync()
    {
        ErrandsWait = false;
        await WakeAsync();
    }

    private async Task StepAsync(Kept run)
    {
        while (run.State == ApprovalRunState.Running)
        {
            Replay(run);
            if (await NextAsync(run) is not { } entry)
            {
                return;
            }

            run.History.Add(entry);
        }
    }

    private void Replay(Kept run)
    {
        Steps++;
        var replay = new Replayed(run.Started);
        var running = ApprovalRun.RunAsync(replay, run.Opened);
        foreach (var entry in run.History)
        {
            replay.Feed(entry);
        }

        var asked = string.Join('\n', run.Asked.Select(static one => one.What));
        Assert.AreEqual(asked, string.Join('\n', replay.Asked.Take(run.Asked.Count).Select(static one => one.What)), "The replay came to something else.");
        run.Asked = replay.Asked;
        run.Progress = replay.Shown;
        run.State = running.IsFaulted ? ApprovalRunState.Broken : running.IsCompleted ? ApprovalRunState.Finished : ApprovalRunState.Running;
    }

    /// <summary>What happens next to a run by itself; null when it has to wait.</summary>
    private async Task<Entry?> NextAsync(Kept run)
    {
        if (run.State != ApprovalRunState.Running)
        {
            return null;
        }

        for (var i = 0; i < run.Asked.Count; i++)
        {
            var asked = run.Asked[i];
            if (asked.Source.Task.IsCompleted)
            {
                continue;
            }

            if (asked.Order is { } order && !ErrandsWait)
            {
                return new Entry(time.GetUtcNow(), i, await DoAsync(asked.What, order), IsMessage: false);
            }

            if (asked.Moment <= time.GetUtcNow())
            {
                return new Entry(asked.Moment.Value, i, "", IsMessage: false);
            }
        }

        return null;
    }

    private async Task<string> DoAsync(string what, string order)
    {
        if (what.StartsWith("tell", StringComparison.Ordinal))
        {
            return (await errands().TellAsync(order, CancellationToken.None)).ToString();
        }

        await errands().RemindAsync(order, CancellationToken.None);
        return "";
    }

    /// <summary>What happened, to which of the things asked for (or, for a message, which in turn).</summary>
    private sealed record Entry(DateTimeOffset At, int Index, string Value, bool IsMessage);

    private sealed record Asked(string What, TaskCompletionSource<string> Source, DateTimeOffset? Moment = null, string? Order = null);

    private sealed class Kept(string id, string opened, DateTimeOffset started)
    {
        public string Opened => opened;

        public DateTimeOffset Started => started;

        public List<Entry> History { get; } = [];

        public List<Asked> Asked { get; set; } = [];

        public string? Progress { get; set; }

        public ApprovalRunState State { get; set; }

        public ApprovalRunView View => new(id, opened, Progress, State);
    }

    private sealed class Replayed(DateTimeOffset started) : IApprovalRun
    {
        private readonly Queue<string> _messages = [];
        private readonly Queue<TaskCompletionSource<string>> _waiting = [];

        public List<Asked> Asked { get; } = [];

        public string? Shown { get; private set; }

        public DateTimeOffset Now { get; private set; } = started;

        public void Feed(Entry entry)
        {
            Now = entry.At > Now ? entry.At : Now;
            if (!entry.IsMessage)
            {
                Asked[entry.Index].Source.SetResult(entry.Value);
            }
            else if (_waiting.TryDequeue(out var waiting))
            {
                waiting.SetResult(entry.Value);
            }
            else
            {
                _messages.Enqueue(entry.Value);
            }
        }

        public Task<string> NextAsync()
        {
            var asked = Add(new Asked("next", new()));
            if (_messages.TryDequeue(out var message))
            {
                asked.SetResult(message);
            }
            else
            {
                _waiting.Enqueue(asked);
            }

            return asked.Task;
        }

        public Task WaitUntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
        {
            var asked = Add(new Asked($"wait {moment:O}", new(), Moment: moment));
            cancellationToken.Register(() => asked.TrySetCanceled(cancellationToken));
            return asked.Task;
        }

        public async Task<bool> TellAsync(string order) => bool.Parse(await Add(new Asked($"tell {order}", new(), Order: order)).Task);

        public Task RemindAsync(string order) => Add(new Asked($"remind {order}", new(), Order: order)).Task;

        public void Show(string progress) => Shown = progress;

        private TaskCompletionSource<string> Add(Asked asked)
        {
            Asked.Add(asked);
            return asked.Source;
        }
    }
}
