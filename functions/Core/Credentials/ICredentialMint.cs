using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Credentials;

/// <summary>Where credentials come from and go to die: GitHub's App token endpoints. Knows nothing of caching.</summary>
public interface ICredentialMint
{
    /// <summary>
    /// Mints a token for exactly these repositories, nearly always one, and exactly these permissions. An answer for any other repository (renamed, moved), for
    /// more or fewer of them or with fewer permissions is a failure, and its token is revoked before returning.
    /// </summary>
    ValueTask<MintOutcome> MintAsync(RepositorySet repositories, PermissionSet permissions, CancellationToken cancellationToken);

    /// <summary>Revokes a token. True when it is dead now (also when it already was); false when that could not be confirmed.</summary>
    ValueTask<bool> RevokeAsync(string token, CancellationToken cancellationToken);
}

/// <summary>What became of a mint.</summary>
public abstract record MintOutcome
{
    private MintOutcome()
    {
    }

    /// <summary>Minted.</summary>
    /// <param name="Credential">The credential.</param>
    public sealed record Minted(Credential Credential) : MintOutcome;

    /// <summary>Not minted.</summary>
    /// <param name="Failure">Why, as a stable code.</param>
    /// <param name="Detail">Why, for log and audit; not for callers.</param>
    /// <param name="RetryAfter">When the upstream asked to wait; null when it did not.</param>
    public sealed record Failed(MintFailure Failure, string Detail, TimeSpan? RetryAfter = null) : MintOutcome;
}

/// <summary>Why no credential was minted. Names are stable.</summary>
public enum MintFailure
{
    /// <summary>The App is not installed on that repository, or it does not exist (404).</summary>
    NotInstalled,

    /// <summary>The App was not granted such a permission, or the repository is not in its selection (422).</summary>
    PermissionNotGranted,

    /// <summary>The answer named another repository: renamed or moved. Never forwarded.</summary>
    RenamedOrMoved,

    /// <summary>GitHub does not accept the App's own identity: wrong key, wrong id, clock (401).</summary>
    AppRejected,

    /// <summary>The installation is suspended or the App is forbidden (403 without a rate limit).</summary>
    Suspended,

    /// <summary>A primary or secondary rate limit (403 or 429 with its headers).</summary>
    RateLimited,

    /// <summary>GitHub is down or unreachable (5xx, connection, time-out), or answered what cannot be understood.</summary>
    Unavailable,
}
