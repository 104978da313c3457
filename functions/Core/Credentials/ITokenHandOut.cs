using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Credentials;

/// <summary>Mints credentials that leave the broker, and sees to it that they end when it was promised, whether or not this instance lives then.</summary>
public interface ITokenHandOut
{
    /// <summary>
    /// Mints a credential for one caller alone. It is recorded with the time of its end before this returns; one that cannot be recorded is revoked, and there is none.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="permissions">What it will be able to do; never empty.</param>
    /// <param name="lifetime">How long; above zero, at most one hour.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask<HandOutOutcome> MintAsync(RepositoryName repository, PermissionSet permissions, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Has it revoked now: the answer that held it did not get out.</summary>
    void TakeBack(Credential credential);
}

/// <summary>A credential to hand out, or why there is none.</summary>
public abstract record HandOutOutcome
{
    private HandOutOutcome()
    {
    }

    /// <summary>Minted and recorded.</summary>
    /// <param name="Credential">The credential.</param>
    /// <param name="RevokedAt">When it ends.</param>
    public sealed record Minted(Credential Credential, DateTimeOffset RevokedAt) : HandOutOutcome;

    /// <summary>None could be had.</summary>
    /// <param name="Failure">Why, as of a lease.</param>
    public sealed record Failed(LeaseOutcome.Failed Failure) : HandOutOutcome;
}
