namespace CursorBroker.Core.Approvals.Runs;

/// <summary>
/// What <see cref="ApprovalRun"/> may ask of the orchestration it runs in. Everything here is replayed: the same questions, in the same order, get the same
/// answers, however often and on however many instances the run is taken up again.
/// </summary>
public interface IApprovalRun
{
    /// <summary>The time of what happened last, as the orchestration remembers it.</summary>
    DateTimeOffset Now { get; }

    /// <summary>What is sent to the approval next (<see cref="ApprovalWire.ReadHappened"/>); every message completes one of these.</summary>
    Task<string> NextAsync();

    /// <summary>Completes at a moment, or never when cancelled before.</summary>
    Task WaitUntilAsync(DateTimeOffset moment, CancellationToken cancellationToken);

    /// <summary>Tells what became of it (<see cref="ApprovalTeller.TellAsync"/>). False when it has to be told again; never fails.</summary>
    Task<bool> TellAsync(string order);

    /// <summary>Reminds. Never fails.</summary>
    Task RemindAsync(string order);

    /// <summary>Shows how it stands, for whoever looks.</summary>
    void Show(string progress);
}
