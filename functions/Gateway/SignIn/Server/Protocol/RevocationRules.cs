using CursorBroker.Gateway.SignIn.Server.Registration;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>Whose token may be revoked (RFC 7009): the client's own.</summary>
internal sealed class RevocationRules(Clients clients) : IOpenIddictServerHandler<ValidateRevocationRequestContext>
{
    public ValueTask HandleAsync(ValidateRevocationRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (clients.Find(context.ClientId) is null)
        {
            context.Reject(Errors.InvalidClient, "There is no client of that id here.");
        }
        else if (context.GenericTokenPrincipal?.HasPresenter(context.ClientId!) != true)
        {
            context.Reject(Errors.InvalidToken, "There is no such token of this client.");
        }

        return default;
    }
}

/// <summary>Revokes: with one token goes the whole sign-in that it belongs to, so that none of the others outlives it.</summary>
internal sealed class Revoking(Tokens.Sessions sessions) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _ = await sessions.RevokeAsync(context.GenericTokenPrincipal!.GetClaim(Tokens.AccessTokens.FamilyClaim)!, "its client gave it back", context.CancellationToken);
    }
}
