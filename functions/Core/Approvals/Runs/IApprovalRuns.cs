namespace CursorBroker.Core.Approvals.Runs;

/// <summary>
/// The orchestrations that approvals run in, wherever they are kept. Every method throws <see cref="State.StateUnavailableException"/> when that place cannot be
/// asked.
/// </summary>
public interface IApprovalRuns
{
    /// <summary>Starts one. False when there is one of that id, finished or not: a finished one is never started again.</summary>
    ValueTask<bool> StartAsync(string id, string opened, CancellationToken cancellationToken);

    /// <summary>Puts a message where the run will find it. One for a run that is over or not there is lost without a word.</summary>
    ValueTask SendAsync(string id, string happened, CancellationToken cancellationToken);

    /// <summary>A run; null when there is none.</summary>
    ValueTask<ApprovalRunView?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>All that are kept, in no particular order.</summary>
    IAsyncEnumerable<ApprovalRunView> ListAsync(CancellationToken cancellationToken);

    /// <summary>Forgets a finished one.</summary>
    ValueTask ForgetAsync(string id, CancellationToken cancellationToken);
}

/// <summary>A run as its store shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Opened">What it was started with.</param>
/// <param name="Progress">What it showed last; null before its first step.</param>
/// <param name="State">Whether it still goes on.</param>
public sealed record ApprovalRunView(string Id, string Opened, string? Progress, ApprovalRunState State);

/// <summary>Whether a run still goes on.</summary>
public enum ApprovalRunState
{
    /// <summary>It does, or is about to.</summary>
    Running,

    /// <summary>The approval is over, and that was told.</summary>
    Finished,

    /// <summary>It was ended from outside or failed: how the approval stands cannot be known from it.</summary>
    Broken,
}
