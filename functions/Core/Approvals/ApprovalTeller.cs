using CursorBroker.Core.Audit;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// Tells the ledger and the observers what became of an approval. Homes call it after every change, and again when they are not sure that they did.
/// </summary>
/// <param name="ledger">Where every move is recorded; what people attempted was recorded before, by the desk.</param>
/// <param name="observers">Who else hears of it.</param>
/// <param name="trouble">Who hears of what failed.</param>
/// <param name="time">The clock.</param>
public sealed class ApprovalTeller(ILedger ledger, IEnumerable<IApprovalObserver> observers, IApprovalTrouble trouble, TimeProvider time)
{
    private readonly IReadOnlyList<IApprovalObserver> _observers = [.. observers];

    /// <summary>Tells that it was opened, or moved, or both. Nothing that fails here undoes the move.</summary>
    /// <param name="approval">The approval as it is.</param>
    /// <param name="told">The status that was told last; null when not even that it was opened.</param>
    /// <param name="cancellationToken">Gives up; false then.</param>
    /// <returns>False when it has to be told again.</returns>
    public async ValueTask<bool> TellAsync(Approval approval, ApprovalStatus? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        var all = told is not null
            || await AllAsync("was opened", approval, static (observer, about, token) => observer.OpenedAsync(about, token), cancellationToken);
        return approval.Status == (told ?? ApprovalStatus.Pending)
            ? all
            : await RecordAsync(approval, cancellationToken)
                & await AllAsync("has moved", approval, static (observer, about, token) => observer.MovedAsync(about, token), cancellationToken)
                & all;
    }

    /// <summary>Reminds once.</summary>
    public async ValueTask RemindAsync(Approval approval, CancellationToken cancellationToken) =>
        _ = await AllAsync("still waits", approval, static (observer, about, token) => observer.RemindAsync(about, token), cancellationToken);

    private async ValueTask<bool> RecordAsync(Approval approval, CancellationToken cancellationToken)
    {
        try
        {
            await ledger.AppendAsync([ApprovalRecording.Moved(approval, time.GetUtcNow())], cancellationToken);
            return true;
        }
        catch (LedgerUnavailableException e)
        {
            trouble.Troubled($"that {approval.Id} is {approval.Status} could not be recorded; trying again", e);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Who waited is gone; the home tells it again.
            return false;
        }
    }

    private async ValueTask<bool> AllAsync(
        string what, Approval approval, Func<IApprovalObserver, Approval, CancellationToken, ValueTask> tell, CancellationToken cancellationToken)
    {
        var all = true;
        foreach (var observer in _observers)
        {
            try
            {
                await tell(observer, approval, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            catch (StateUnavailableException e)
            {
                trouble.Troubled($"{observer.GetType().Name} could not be told that {approval.Id} {what}, State being away", e);
                all = false;
            }
            catch (Exception e)
            {
                // An approval does not stand or fall with who hears of it.
                trouble.Troubled($"{observer.GetType().Name} failed when told that {approval.Id} {what}; not trying again", e);
            }
        }

        return all;
    }
}
