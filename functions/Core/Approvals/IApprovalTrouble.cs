namespace CursorBroker.Core.Approvals;

/// <summary>
/// Told what did not work about approvals while nobody waited for it, for the host's log. Called from several threads at once: must be quick and must
/// not throw.
/// </summary>
public interface IApprovalTrouble
{
    /// <summary>Something did not work. Holds no secret.</summary>
    /// <param name="what">What, and whether it is tried again.</param>
    /// <param name="exception">The cause; null when there was none.</param>
    void Troubled(string what, Exception? exception);
}
