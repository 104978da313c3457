namespace CursorBroker.Core.Credentials;

/// <summary>
/// Told what becomes of credentials that nobody waits for, so that the host can record and log it. Called from background work,
/// from several threads at once: an implementation must be quick, must not block and must not throw (hand over to a queue).
/// </summary>
public interface ICredentialObserver
{
    /// <summary>
    /// A token was revoked, or the first attempt at it failed and more will follow. A failure is told once for a token, not for every attempt.
    /// </summary>
    /// <param name="sha256">SHA-256 of the token, lower-case hex; for a record that cannot be read, the id it is stored under.</param>
    /// <param name="why">One of <see cref="RevocationReason"/>.</param>
    /// <param name="confirmed">True when the token is certainly dead.</param>
    void Revoked(string sha256, string why, bool confirmed);

    /// <summary>Something about looking after credentials did not work and will be tried again. Holds no secret.</summary>
    /// <param name="what">What did not work, for the log.</param>
    /// <param name="exception">The cause; null when there was none.</param>
    void Troubled(string what, Exception? exception);
}

/// <summary>Why a token was revoked. The texts are stable: they are written to the ledger.</summary>
public static class RevocationReason
{
    /// <summary>A token that could write, and its request is done.</summary>
    public const string RequestEnded = "request-ended";

    /// <summary>A shared token whose lifetime is over and which nobody holds any more.</summary>
    public const string LifetimeOver = "lifetime-over";

    /// <summary>A token that left the broker, and the time that it was promised for is over.</summary>
    public const string ExchangeOver = "exchange-over";

    /// <summary>A token that was to leave the broker, and whose answer did not get out.</summary>
    public const string NotDelivered = "not-delivered";

    /// <summary>The broker is stopping.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>The instance that minted it is gone without having revoked it.</summary>
    public const string OwnerDied = "owner-died";

    /// <summary>State could not record it, so it was never handed out.</summary>
    public const string NotRecorded = "not-recorded";

    /// <summary>It ended by itself before a revocation could be confirmed.</summary>
    public const string Expired = "expired";

    /// <summary>Its record was changed or sealed by keys that are gone; it cannot be revoked, only wait for its natural end.</summary>
    public const string Unreadable = "unreadable-record";
}
