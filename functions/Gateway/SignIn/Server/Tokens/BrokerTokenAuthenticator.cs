using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Keys;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>
/// Tokens of the broker's own become the caller who signed in for them; every other token goes on to the identity providers' authenticator. In this order: parse, issuer,
/// algorithm, key, signature and type, audience, time, sign-in.
/// </summary>
internal sealed class BrokerTokenAuthenticator(
    ICallerAuthenticator others, AccessTokens tokens, SigningKeys keys, Sessions sessions, TimeProvider time) : ICallerAuthenticator
{
    // Between the clocks of two instances.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new();

    /// <inheritdoc/>
    public ValueTask<AuthenticationOutcome> AuthenticateAsync(PresentedToken token, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        return UnverifiedToken.TryParse(token.Reveal(), out var parsed, out _) && parsed.Claims.Text("iss") == tokens.Issuer
            ? DecideAsync(token.Reveal(), parsed, issuers, cancellationToken)
            : others.AuthenticateAsync(token, issuers, cancellationToken);
    }

    /// <summary>The sign-in that a token belongs to, whether or not it still counts; null when the broker did not issue the token.</summary>
    public async ValueTask<string?> FamilyOfAsync(string token, CancellationToken cancellationToken) =>
        UnverifiedToken.TryParse(token, out var parsed, out _) && parsed.Claims.Text("iss") == tokens.Issuer && await IsGenuineAsync(token, parsed, cancellationToken) is null
            ? parsed.Claims.Text(AccessTokens.FamilyClaim)
            : null;

    private async ValueTask<AuthenticationOutcome> DecideAsync(string text, UnverifiedToken token, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken)
    {
        try
        {
            if (await IsGenuineAsync(text, token, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            if (token.Claims.Texts("aud") is not [var audience] || audience != tokens.Issuer)
            {
                return Rejected(AuthenticationFailure.WrongAudience, "a broker token for another audience");
            }

            if (token.Claims.Time("exp") is not { } expires || time.GetUtcNow() - Skew >= expires)
            {
                return Rejected(AuthenticationFailure.Expired, "a broker token that is over");
            }

            return await WhoAsync(token, expires, issuers, cancellationToken);
        }
        catch (StateUnavailableException failure)
        {
            return new AuthenticationOutcome.Unavailable($"sign-ins in State: {failure.Message}");
        }
    }

    /// <summary>Null when the broker made it.</summary>
    private async ValueTask<AuthenticationOutcome.Rejected?> IsGenuineAsync(string text, UnverifiedToken token, CancellationToken cancellationToken)
    {
        if (token.Algorithm != SecurityAlgorithms.EcdsaSha256)
        {
            return Rejected(AuthenticationFailure.AlgorithmNotAllowed, $"algorithm {LogText.Of(token.Algorithm)}");
        }

        // The id only chooses among the broker's own keys: nothing is fetched or opened by it.
        if (token.KeyId is not { } id || await keys.FindAsync(id, cancellationToken) is not { } key)
        {
            return Rejected(AuthenticationFailure.UnknownKey, $"no key {LogText.Of(token.KeyId ?? "without id")}");
        }

        var result = await _handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            RequireSignedTokens = true,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [AccessTokens.Type],
            IssuerSigningKeyResolver = (_, _, _, _) => [key],
            RequireExpirationTime = true,
            ValidateLifetime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
        });
        return result.IsValid ? null : Rejected(AuthenticationFailure.BadSignature, "a broker token whose signature or type is wrong");
    }

    private async ValueTask<AuthenticationOutcome> WhoAsync(UnverifiedToken token, DateTimeOffset expires, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken)
    {
        if (token.Claims.Text(AccessTokens.FamilyClaim) is not { } id || token.Claims.Text("client_id") is not { } client)
        {
            return Rejected(AuthenticationFailure.ClaimMissing, "a broker token without a sign-in or a client");
        }

        var (family, whyNot) = await sessions.FindAsync(id, cancellationToken);
        if (family is null || family.ClientLabel != client || OAuthStores.IdOf(family.Person.Person) != token.Claims.Text("sub"))
        {
            return Rejected(AuthenticationFailure.Expired, whyNot ?? "the sign-in is another one's");
        }

        // Whom the policy no longer trusts has vouched for nobody.
        return issuers.Any(issuer => issuer.Issuer == family.Person.Issuer)
            ? new AuthenticationOutcome.Authenticated(family.Person.ToCaller(client, expires))
            : Rejected(AuthenticationFailure.UnknownIssuer, $"signed in at {LogText.Of(family.Person.Issuer)}, which the policy does not list");
    }

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationFailure failure, string detail) => new(failure, detail);
}
