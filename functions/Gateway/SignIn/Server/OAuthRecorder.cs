using CursorBroker.Core.Audit;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>Records what the authorization server does. It is durable before anybody gets anything for it.</summary>
internal sealed class OAuthRecorder(ILedger ledger, TimeProvider time)
{
    /// <exception cref="LedgerUnavailableException">It cannot be recorded, so it must not happen.</exception>
    public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken) =>
        ledger.AppendAsync([happened with { At = time.GetUtcNow() }], cancellationToken);
}
