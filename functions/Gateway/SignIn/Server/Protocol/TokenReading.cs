using System.Security.Claims;
using CursorBroker.Gateway.SignIn.Server.Stores;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>
/// Tells the library what a presented code or token is bound to, which it then checks: the client, the redirect, the proof key. Whether it is still good is decided when it is
/// redeemed, by one compare-and-swap.
/// </summary>
internal sealed class TokenReading(OAuthStores stores, BrokerTokenAuthenticator access) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var token = context.Token;
        if (token is null or "")
        {
            return;
        }

        if (Wants(context, TokenTypeIdentifiers.Private.AuthorizationCode) && await stores.Codes.ReadAsync(OAuthStores.Digest(token), context.CancellationToken) is { } code)
        {
            context.Principal = Principal(TokenTypeIdentifiers.Private.AuthorizationCode, code.Value.Client)
                .SetClaim(Claims.Private.RedirectUri, code.Value.Redirect)
                .SetClaim(Claims.Private.CodeChallenge, code.Value.Challenge)
                .SetClaim(Claims.Private.CodeChallengeMethod, CodeChallengeMethods.Sha256);
        }
        else if (Wants(context, TokenTypeIdentifiers.RefreshToken) && await FindAsync(token, context.CancellationToken) is { } family)
        {
            context.Principal = Principal(TokenTypeIdentifiers.RefreshToken, family.Value.Client).SetClaim(AccessTokens.FamilyClaim, family.Id);
        }
        else if (Wants(context, TokenTypeIdentifiers.AccessToken) && await access.FamilyOfAsync(token, context.CancellationToken) is { } id
            && await stores.Families.ReadAsync(id, context.CancellationToken) is { } its)
        {
            context.Principal = Principal(TokenTypeIdentifiers.AccessToken, its.Value.Client).SetClaim(AccessTokens.FamilyClaim, id);
        }

        if (context.Principal is null)
        {
            context.Reject(Errors.InvalidToken, "This is no token of this broker.");
        }
    }

    private static bool Wants(ValidateTokenContext context, string type) => context.ValidTokenTypes.Count == 0 || context.ValidTokenTypes.Contains(type);

    private static ClaimsPrincipal Principal(string type, string client)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("broker", Claims.Name, Claims.Role));
        principal.SetTokenType(type);
        principal.SetPresenters(client);
        principal.SetScopes(OAuthScope.Broker, Scopes.OfflineAccess);
        return principal;
    }

    private async ValueTask<Kept<Family>?> FindAsync(string text, CancellationToken cancellationToken) =>
        RefreshToken.TryRead(text, out var token) && await stores.Families.ReadAsync(token.Family, cancellationToken) is { } family && token.IsOf(family.Value) ? family : null;
}
