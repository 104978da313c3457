namespace CursorBroker.Core.Identity;

/// <summary>Token in, <see cref="Caller"/> out. The home of the OpenID Connect relying party.</summary>
public interface ICallerAuthenticator
{
    /// <summary>
    /// Validates a token against the issuers that <paramref name="issuers"/> lists; asks no other host anything.
    /// </summary>
    /// <returns>The caller, or why not. Throws only on cancellation or a bug: a provider that is down is an outcome.</returns>
    ValueTask<AuthenticationOutcome> AuthenticateAsync(
        PresentedToken token, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken);
}

/// <summary>What became of a token.</summary>
public abstract record AuthenticationOutcome
{
    private AuthenticationOutcome()
    {
    }

    /// <summary>The token is good.</summary>
    /// <param name="Caller">Who it stands for.</param>
    public sealed record Authenticated(Caller Caller) : AuthenticationOutcome;

    /// <summary>The token is not good; a client should get another one.</summary>
    /// <param name="Failure">Why, as a stable code.</param>
    /// <param name="Detail">Why, for the log and the audit; holds no token and is not shown to the caller.</param>
    public sealed record Rejected(AuthenticationFailure Failure, string Detail) : AuthenticationOutcome;

    /// <summary>Nobody can tell right now: no signing keys and no last known good ones, or group look-up down. Refuse, do not guess.</summary>
    /// <param name="Detail">Why, for the log and the audit.</param>
    public sealed record Unavailable(string Detail) : AuthenticationOutcome;
}

/// <summary>Why a token was rejected. The names are stable; clients and audit queries see them.</summary>
public enum AuthenticationFailure
{
    /// <summary>No token at all.</summary>
    Missing,

    /// <summary>Not a JWT, too long, two Authorization headers, or a scheme the broker does not know.</summary>
    Malformed,

    /// <summary>An issuer that the policy does not list.</summary>
    UnknownIssuer,

    /// <summary>An algorithm outside RS/PS/ES 256-512.</summary>
    AlgorithmNotAllowed,

    /// <summary>No key of the issuer has this id, also after a refresh.</summary>
    UnknownKey,

    /// <summary>The signature does not verify.</summary>
    BadSignature,

    /// <summary>Past <c>exp</c>.</summary>
    Expired,

    /// <summary>Before <c>nbf</c>.</summary>
    NotYetValid,

    /// <summary>Another audience.</summary>
    WrongAudience,

    /// <summary>A client (<c>azp</c>) that the issuer's settings do not list.</summary>
    ClientNotAllowed,

    /// <summary>A claim that the settings demand is missing or malformed (subject, tenant, groups).</summary>
    ClaimMissing,
}
