using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>Identity tokens of the provider to callers, by the same rules as every other token of that issuer: it is for the broker's client, and for nobody else.</summary>
internal sealed class IdentityTokens(SignInOptions options, ICallerAuthenticator authenticator, IPolicySource policy)
{
    public ValueTask<AuthenticationOutcome> ReadAsync(string token, CancellationToken cancellationToken) =>
        policy.Current?.Issuers.FirstOrDefault(one => one.Issuer == options.Issuer) is { } issuer
            ? authenticator.AuthenticateAsync(new PresentedToken(token), [issuer with { Audiences = [options.ClientId], Clients = [] }], cancellationToken)
            : ValueTask.FromResult<AuthenticationOutcome>(new AuthenticationOutcome.Rejected(AuthenticationFailure.UnknownIssuer, "the policy in force does not trust the issuer"));
}
