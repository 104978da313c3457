namespace CursorBroker.Core.Approvals.Notices;

/// <summary>
/// Told what does not work about telling people, for the host's log; what became of each notice is in the ledger and on the board. Called from several
/// threads at once; must be quick and must not throw.
/// </summary>
public interface INoticeObserver
{
    /// <summary>Something did not work and will be tried again. Holds no secret.</summary>
    /// <param name="what">What did not work.</param>
    /// <param name="exception">The cause; null when there was none, or when it may hold a secret (what a channel threw).</param>
    void Troubled(string what, Exception? exception);
}
