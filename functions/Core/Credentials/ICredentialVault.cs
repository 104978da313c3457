using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Credentials;

/// <summary>
/// Hands out credentials for grants and sees to their end: read tokens are shared while the rule's lifetime lasts, write tokens
/// never, and every one is revoked.
/// </summary>
public interface ICredentialVault
{
    /// <summary>A credential for exactly these repositories and exactly these permissions, held until the lease is disposed.</summary>
    /// <param name="repositories">The repository, as asked, or the several that one request is about.</param>
    /// <param name="permissions">What it must be able to do; never empty.</param>
    /// <param name="lifetime">Longest time it may be shared; above zero, at most one hour.</param>
    /// <param name="cancellationToken">Ends the wait, not a mint that others share.</param>
    ValueTask<LeaseOutcome> AcquireAsync(
        RepositorySet repositories, PermissionSet permissions, TimeSpan lifetime, CancellationToken cancellationToken);
}

/// <summary>A lease, or why there is none.</summary>
public abstract record LeaseOutcome
{
    private LeaseOutcome()
    {
    }

    /// <summary>A credential to use until the lease is disposed.</summary>
    /// <param name="Lease">The lease.</param>
    public sealed record Leased(ICredentialLease Lease) : LeaseOutcome;

    /// <summary>None could be had.</summary>
    /// <param name="Failure">Why; <see cref="MintFailure.Unavailable"/> also when State could not record the token.</param>
    /// <param name="Detail">For log and audit; not for callers.</param>
    /// <param name="RetryAfter">When to try again, if known.</param>
    public sealed record Failed(MintFailure Failure, string Detail, TimeSpan? RetryAfter = null) : LeaseOutcome;
}

/// <summary>The right to use a credential for one request.</summary>
public interface ICredentialLease : IAsyncDisposable
{
    /// <summary>The credential.</summary>
    Credential Credential { get; }

    /// <summary>True when it was minted for this request, false when a shared one was at hand.</summary>
    bool IsFresh { get; }
}
