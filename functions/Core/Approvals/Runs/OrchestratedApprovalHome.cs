using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals.Runs;

/// <summary>Approvals as orchestrations, one each: the home where a platform keeps orchestrations, their timers and what is sent to them.</summary>
/// <param name="runs">The orchestrations.</param>
/// <param name="sealer">Whose keys only brokers have: what others start or send counts for nothing.</param>
/// <param name="trouble">Who hears of what is wrong.</param>
/// <param name="options">How long they are kept.</param>
/// <param name="time">The clock.</param>
public sealed class OrchestratedApprovalHome(
    IApprovalRuns runs, ISecretSealer sealer, IApprovalTrouble trouble, ApprovalOptions options, TimeProvider time) : IApprovalHome
{
    /// <summary>How long an event's outcome is waited for, and before that, how long until the run can take it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RunSeals _seals = new(sealer);

    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SlowestLook = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async ValueTask<bool> StartAsync(Approval approval, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        return await runs.StartAsync(approval.Id.Value, _seals.Start(ApprovalWire.Opened(approval)), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        return await runs.FindAsync(id.Value, cancellationToken) is { } run ? Read(run).Approval : null;
    }

    /// <inheritdoc/>
    /// <exception cref="StateUnavailableException">What came of it cannot be known: it may have been applied, or be yet.</exception>
    public async ValueTask<ApprovalStep?> SendAsync(ApprovalId id, ApprovalEvent happened, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(happened);
        if (await BegunAsync(id, cancellationToken) is not { } run)
        {
            return null;
        }

        var before = Read(run);
        if (run.State == ApprovalRunState.Finished)
        {
            return ApprovalMachine.Apply(before.Approval, happened);
        }

        var sent = new ApprovalHappened(RandomNumberGenerator.GetHexString(16, lowercase: true), VoteThatFits.Of(happened, before.Approval));
        await runs.SendAsync(id.Value, _seals.Sign(run.Opened, ApprovalWire.Happened(sent)), cancellationToken);
        return await OutcomeAsync(id, sent, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Approval> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var run in runs.ListAsync(cancellationToken))
        {
            if (TryRead(run) is { } approval)
            {
                yield return approval;
            }
        }
    }

    /// <summary>Forgets runs whose time to be kept is over. Any instance may, as often as it likes.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var old = new List<string>();
        await foreach (var run in runs.ListAsync(cancellationToken))
        {
            if (run.State != ApprovalRunState.Running && TryRead(run, ofBroken: true) is { } approval && options.KeptUntil(approval) <= time.GetUtcNow())
            {
                old.Add(run.Id);
            }
        }

        foreach (var id in old)
        {
            await runs.ForgetAsync(id, cancellationToken);
        }

        return old.Count;
    }

    /// <summary>
    /// The run, once it has taken its first step; null when there is none. What is sent before that may be thrown away: a host that died between taking a run up and
    /// writing that down leaves one that is listed and cannot be written to until another takes it up.
    /// </summary>
    /// <exception cref="StateUnavailableException">It does not begin. Nothing was sent.</exception>
    private async Task<ApprovalRunView?> BegunAsync(ApprovalId id, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstLook; ; pause = After(pause))
        {
            var run = await runs.FindAsync(id.Value, cancellationToken);
            if (run is not { State: ApprovalRunState.Running, Progress: null })
            {
                return run;
            }

            if (time.GetElapsedTime(started) >= Patience)
            {
                throw new StateUnavailableException($"the orchestration of {id} has not begun yet: nothing was sent to it");
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static TimeSpan After(TimeSpan pause) => pause * 2 < SlowestLook ? pause * 2 : SlowestLook;

    private async Task<ApprovalStep?> OutcomeAsync(ApprovalId id, ApprovalHappened sent, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstLook; ; pause = After(pause))
        {
            if (await runs.FindAsync(id.Value, cancellationToken) is not { } run)
            {
                return null;
            }

            var (approval, progress) = Read(run);
            if (progress?.Outcomes.FirstOrDefault(outcome => outcome.Id == sent.Id) is { } outcome)
            {
                return outcome.Step(approval);
            }

            if (run.State == ApprovalRunState.Finished && progress is { Forgot: false })
            {
                // It came too late to be looked at: nothing leaves the status that the run ended in.
                return ApprovalMachine.Apply(approval, sent.Event);
            }

            if (run.State == ApprovalRunState.Finished || time.GetElapsedTime(started) >= Patience)
            {
                throw new StateUnavailableException($"what came of what was sent to {id} is not known");
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private (Approval Approval, ApprovalProgress? Progress) Read(ApprovalRunView run)
    {
        if (run.State == ApprovalRunState.Broken)
        {
            throw new StateUnavailableException($"the orchestration of {run.Id} was ended from outside or failed");
        }

        var opened = OpenedOf(run);
        var progress = run.Progress is { } text ? ApprovalWire.ReadProgress(text) : null;
        return (progress?.Onto(opened) ?? opened, progress);
    }

    private Approval OpenedOf(ApprovalRunView run)
    {
        var opened = ApprovalWire.ReadOpened(_seals.Open(run.Opened));
        return opened.Id.Value == run.Id ? opened : throw new StateUnavailableException($"the orchestration of {run.Id} holds another approval");
    }

    private Approval? TryRead(ApprovalRunView run, bool ofBroken = false)
    {
        try
        {
            return ofBroken && run.State == ApprovalRunState.Broken ? OpenedOf(run) : Read(run).Approval;
        }
        catch (StateUnavailableException e)
        {
            trouble.Troubled($"approval {run.Id} is unreadable and not shown", e);
            return null;
        }
    }
}
