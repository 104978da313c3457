using System.Collections.Concurrent;
using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Adapters.Oidc;

/// <summary>
/// The OpenID Connect relying party. In this order, so that nothing a stranger writes chooses what is done: parse, find the issuer
/// among the listed ones, check the algorithm, find the key (the first step that may ask the network, and only the listed issuer),
/// verify the signature, check and map the claims, look up left-out groups.
/// </summary>
public sealed class OidcCallerAuthenticator : ICallerAuthenticator
{
    private readonly HttpMessageInvoker _http;
    private readonly IGroupOverageResolver _groups;
    private readonly OidcOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OidcCallerAuthenticator> _logger;

    // One entry for each issuer that the policy ever listed.
    private readonly ConcurrentDictionary<string, IssuerKeys> _keys = new(StringComparer.Ordinal);
    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>Asks providers through <paramref name="http"/>, which must not follow redirects; it stays the caller's to dispose.</summary>
    public OidcCallerAuthenticator(
        HttpMessageInvoker http, IGroupOverageResolver groups, OidcOptions options, TimeProvider time, ILogger<OidcCallerAuthenticator> logger)
    {
        _http = http;
        _groups = groups;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(
        PresentedToken token, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken)
    {
        var outcome = await DecideAsync(token.Reveal(), issuers, cancellationToken);
        if (outcome is AuthenticationOutcome.Rejected rejected)
        {
            OidcLog.TokenRejected(_logger, rejected.Failure, rejected.Detail);
        }

        return outcome;
    }

    private async ValueTask<AuthenticationOutcome> DecideAsync(string text, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken)
    {
        if (text.Length == 0)
        {
            return Rejected(AuthenticationFailure.Missing, "empty token");
        }

        if (!UnverifiedToken.TryParse(text, out var token, out var problem))
        {
            return Rejected(AuthenticationFailure.Malformed, problem);
        }

        var issuer = token.Claims.Text("iss");
        if (issuers.FirstOrDefault(i => string.Equals(i.Issuer, issuer, StringComparison.Ordinal)) is not { } settings)
        {
            return Rejected(AuthenticationFailure.UnknownIssuer, $"issuer {LogText.Of(issuer ?? "none")}");
        }

        if (SigningAlgorithm.Find(token.Algorithm) is not { } algorithm)
        {
            return Rejected(AuthenticationFailure.AlgorithmNotAllowed, $"algorithm {LogText.Of(token.Algorithm)}");
        }

        var (keys, unavailable) = await FindKeysAsync(settings.Issuer, token.KeyId, algorithm, cancellationToken);
        if (keys is null)
        {
            return new AuthenticationOutcome.Unavailable($"signing keys of {settings.Issuer}: {unavailable}");
        }

        var fitting = keys.Find(token.KeyId, algorithm);
        if (fitting.IsEmpty)
        {
            return Rejected(AuthenticationFailure.UnknownKey, $"no key {LogText.Of(token.KeyId ?? "without id")} for {algorithm.Name}");
        }

        var isVerified = keys.Verified.Contains(text);
        if (!isVerified && !await IsSignedByAsync(text, fitting, algorithm))
        {
            return Rejected(AuthenticationFailure.BadSignature, "signature does not verify");
        }

        var outcome = ClaimsToCaller.Map(token.Claims, settings, _time.GetUtcNow(), _options.ClockSkew);
        if (!isVerified && outcome is not ClaimsOutcome.Refused)
        {
            // Not those of strangers: an issuer may sign tokens for many who have nothing to do with this broker.
            keys.Verified.Add(text);
        }

        return outcome switch
        {
            ClaimsOutcome.Mapped mapped => new AuthenticationOutcome.Authenticated(mapped.Caller),
            ClaimsOutcome.NeedsGroups needs => await WithGroupsAsync(needs, settings, cancellationToken),
            ClaimsOutcome.Refused refused => Rejected(refused.Failure, refused.Detail),
            var other => throw new InvalidOperationException($"unknown outcome {other.GetType().Name}"),
        };
    }

    /// <summary>The keys as they are now, or newer ones when none of those fits.</summary>
    private async ValueTask<KeyLookup> FindKeysAsync(string issuer, string? keyId, SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var ring = _keys.GetOrAdd(issuer, static (name, self) => new IssuerKeys(name, self._http, self._options, self._time, self._logger), this);
        var current = await ring.CurrentAsync(cancellationToken);
        return current.Keys is not { } keys || !keys.Find(keyId, algorithm).IsEmpty ? current : await ring.NewerThanAsync(keys, cancellationToken);
    }

    // The signature only; all claims are checked afterwards by ClaimsToCaller, by the broker's own clock.
    private async ValueTask<bool> IsSignedByAsync(string text, ImmutableArray<SecurityKey> keys, SigningAlgorithm algorithm)
    {
        var result = await _handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            RequireSignedTokens = true,
            ValidAlgorithms = [algorithm.Name],
            IssuerSigningKeyResolver = (_, _, _, _) => keys,
            RequireExpirationTime = false,
            ValidateLifetime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
        });
        return result.IsValid;
    }

    private async ValueTask<AuthenticationOutcome> WithGroupsAsync(
        ClaimsOutcome.NeedsGroups needs, IssuerSettings settings, CancellationToken cancellationToken)
    {
        switch (await _groups.ResolveAsync(needs.Question, cancellationToken))
        {
            case GroupOverageOutcome.Resolved resolved:
                return new AuthenticationOutcome.Authenticated(ClaimsToCaller.WithGroups(needs.Caller, resolved.GroupIds, settings));
            case GroupOverageOutcome.Failed failed:
                OidcLog.GroupsNotResolved(_logger, needs.Question.Person, failed.Detail);
                return new AuthenticationOutcome.Unavailable($"groups of {needs.Question.Person}: {failed.Detail}");
            case var other:
                throw new InvalidOperationException($"unknown outcome {other.GetType().Name}");
        }
    }

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationFailure failure, string detail) => new(failure, detail);
}
