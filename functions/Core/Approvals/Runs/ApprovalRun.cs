namespace CursorBroker.Core.Approvals.Runs;

/// <summary>
/// An approval's life as an orchestration runs it, from its opening until it is over and that was told. Deterministic: it awaits only what
/// <see cref="IApprovalRun"/> gives it, and reads no clock but the run's.
/// </summary>
/// <remarks>Runs that wait are replayed by newer versions of this code. A change to what is asked of the run, or in what order, needs another orchestrator's name.</remarks>
public static class ApprovalRun
{
    /// <summary>Runs it.</summary>
    /// <param name="run">The orchestration.</param>
    /// <param name="opened">The approval as <see cref="OrchestratedApprovalHome"/> sent it.</param>
    /// <exception cref="State.StateUnavailableException">What was sent cannot be read.</exception>
    public static async Task RunAsync(IApprovalRun run, string opened)
    {
        ArgumentNullException.ThrowIfNull(run);
        var start = RunStart.Parse(opened);
        var flow = ApprovalFlow.Of(ApprovalWire.ReadOpened(start.Approval));
        var coming = run.NextAsync();
        using var alarm = new Alarm(run);
        Task<bool>? telling = null;
        var tellingWhat = ApprovalStatus.Pending;
        while (true)
        {
            flow = flow.At(run.Now);
            if (telling is null && flow.MustTell(run.Now))
            {
                // Beside everything else: telling never holds a decision up.
                (telling, tellingWhat) = (run.TellAsync(ApprovalWire.Order(new(flow.Approval, flow.Told))), flow.Approval.Status);
            }
            else if (telling is null && flow.MustRemind(run.Now))
            {
                flow = flow.AfterReminding();
                (telling, tellingWhat) = (RemindAsync(run, flow), flow.Approval.Status);
            }

            run.Show(ApprovalWire.Progress(flow.Progress));
            if (telling is null && flow.IsOver)
            {
                return;
            }

            _ = await Task.WhenAny([coming, alarm.At(flow.Due(telling is not null)), .. telling is null ? (Task[])[] : [telling]]);
            if (coming.IsCompleted)
            {
                // What the broker did not send or cannot be read changes nothing, and whoever sent it learns that its outcome is not known.
                flow = start.Read(await coming) is { } message && ApprovalWire.ReadHappened(message) is { } happened ? flow.After(happened) : flow;
                coming = run.NextAsync();
            }
            else if (telling is { IsCompleted: true })
            {
                flow = flow.AfterTelling(tellingWhat, await telling, run.Now);
                telling = null;
            }
        }
    }

    private static async Task<bool> RemindAsync(IApprovalRun run, ApprovalFlow flow)
    {
        await run.RemindAsync(ApprovalWire.Order(new(flow.Approval, flow.Told)));
        return true;
    }

    /// <summary>One timer at a time, kept as long as the moment it is for stays the same.</summary>
    private sealed class Alarm(IApprovalRun run) : IDisposable
    {
        private readonly Task _never = new TaskCompletionSource().Task;
        private CancellationTokenSource? _stop;
        private DateTimeOffset? _moment;
        private Task? _ringing;

        public Task At(DateTimeOffset? moment)
        {
            if (moment != _moment || _ringing is { IsCompleted: true })
            {
                Dispose();
                _moment = moment;
                if (moment is { } at)
                {
                    _stop = new CancellationTokenSource();
                    _ringing = run.WaitUntilAsync(at, _stop.Token);
                }
            }

            return _ringing ?? _never;
        }

        public void Dispose()
        {
            if (_ringing is { IsCompleted: false })
            {
                _stop!.Cancel();
            }

            _stop?.Dispose();
            (_stop, _ringing, _moment) = (null, null, null);
        }
    }
}
