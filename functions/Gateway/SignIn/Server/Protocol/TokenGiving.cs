using System.Security.Claims;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>Gives the tokens of a request that was found good.</summary>
internal sealed class TokenGiving(TokenGrants grants, OAuthStores stores, Clients clients) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    /// <summary>Where the tokens wait in the transaction until the library asks for them.</summary>
    public const string Given = "broker.given";

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var client = clients.Find(context.ClientId)!;
        switch (await GrantAsync(context.Request, client, context.CancellationToken))
        {
            case TokenOutcome.Given given:
                context.Transaction.Properties[Given] = given;
                context.SignIn(PrincipalOf(given));
                break;
            case TokenOutcome.Unavailable unavailable:
                context.Reject(Errors.TemporarilyUnavailable, unavailable.Description);
                break;
            case TokenOutcome.Refused refused:
                context.Reject(Errors.InvalidGrant, refused.Description);
                break;
            default:
                throw new InvalidOperationException("Unknown outcome.");
        }
    }

    private async ValueTask<TokenOutcome> GrantAsync(OpenIddictRequest request, RegisteredClient client, CancellationToken cancellationToken)
    {
        if (request.IsRefreshTokenGrantType())
        {
            return RefreshToken.TryRead(request.RefreshToken, out var token)
                ? await grants.RefreshAsync(token, client, cancellationToken)
                : TokenOutcome.Refuse("This is no refresh token.");
        }

        return await stores.Codes.ReadAsync(OAuthStores.Digest(request.Code!), cancellationToken) is { } code
            ? await grants.ForCodeAsync(code, client, cancellationToken)
            : TokenOutcome.Refuse("There is no such code.");
    }

    // Only what makes the library ask for the tokens; what they say is not made of it.
    private static ClaimsPrincipal PrincipalOf(TokenOutcome.Given given)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("broker", Claims.Name, Claims.Role));
        principal.SetClaim(Claims.Subject, OAuthStores.IdOf(given.Person));
        principal.SetScopes(given.Refresh is null ? [OAuthScope.Broker] : [OAuthScope.Broker, Scopes.OfflineAccess]);
        principal.SetAccessTokenLifetime(TimeSpan.FromSeconds(given.Access.Seconds));
        return principal;
    }
}
