using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// Keeps the approvals of a <see cref="StateApprovalHome"/> moving: ends what is over, tells what was not told, reminds once half-way, and finishes what a
/// crash left half done. All it needs is in State, so it goes on after a restart, and several instances may run it.
/// </summary>
/// <param name="home">The home.</param>
/// <param name="state">The State that the home and the desk use.</param>
/// <param name="trouble">Who hears of what failed.</param>
/// <param name="options">The options that the home has.</param>
/// <param name="time">The clock.</param>
public sealed class ApprovalClock(
    StateApprovalHome home, IStateStore state, IApprovalTrouble trouble, ApprovalOptions options, TimeProvider time)
{
    /// <summary>How often it looks, after a first time at start.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>How long whoever moved an approval is given to tell it, before the clock does.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ApprovalUses _uses = new(state, options);

    /// <summary>Looks until cancelled; ends with <see cref="OperationCanceledException"/> then. State being away is told and survived.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (StateUnavailableException e)
            {
                trouble.Troubled("the approvals that wait could not be looked through; trying again", e);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Looks once.</summary>
    /// <exception cref="StateUnavailableException">The list of approvals cannot be read.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var listed in await home.Records.LiveAsync(cancellationToken))
        {
            try
            {
                await LookAtAsync(listed, cancellationToken);
            }
            catch (StateUnavailableException e)
            {
                // One that cannot be read must not keep the others from expiring.
                trouble.Troubled($"approval {listed.Key.Id} could not be looked at; trying again", e);
            }
        }
    }

    private async ValueTask LookAtAsync(StateRecord listed, CancellationToken cancellationToken)
    {
        // Not there: it is about to be made, or whoever meant to make it died, and asking again makes it.
        if (!ApprovalId.TryParse(listed.Key.Id, out var id) || await home.Records.ReadAsync(id, cancellationToken) is not { } stored)
        {
            return;
        }

        var approval = stored.Approval;
        var now = time.GetUtcNow();
        if (await _uses.FindAsync(approval, cancellationToken) is { } use)
        {
            _ = await home.SendAsync(id, ApprovalUses.EventOf(use), cancellationToken);
        }
        else if (!ReferenceEquals(ApprovalMachine.AsOf(approval, now), approval))
        {
            _ = await home.SendAsync(id, new ApprovalEvent.TimePassed(now), cancellationToken);
        }
        else if (!stored.IsTold)
        {
            if (now - (approval.Ended ?? approval.Settled ?? approval.Created) >= Patience)
            {
                await home.TellAsync(stored, cancellationToken);
            }
        }
        else if (approval.Ended is not null)
        {
            await home.Records.ForgetLiveAsync(listed, cancellationToken);
        }
        else if (approval.Status == ApprovalStatus.Pending && !stored.Record.Reminded && now - approval.Created >= (approval.Expires - approval.Created) / 2)
        {
            await home.RemindAsync(stored, cancellationToken);
        }
    }
}
