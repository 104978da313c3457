using System.Globalization;
using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Sandbox.Identity;

/// <summary>Gives the tokens of a request that was found good. A code is good once.</summary>
internal sealed class TokenGrant(ProviderState state, TokenClaims claims, ProviderAddresses addresses) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var client = state.Client(context.ClientId)!;
        if (context.Request.IsClientCredentialsGrantType())
        {
            ForItself(context, client);
        }
        else if (context.Request.IsAuthorizationCodeGrantType() && !state.Redeem(context.Request.Code!))
        {
            context.Reject(Errors.InvalidGrant, "The authorization code was redeemed already.");
        }
        else if (SandboxDirectory.WithObjectId(context.Principal?.GetClaim("oid")) is not { } person)
        {
            context.Reject(Errors.InvalidGrant, "Nobody in the directory is meant by it.");
        }
        else
        {
            context.SignIn(claims.Person(
                person,
                client,
                context.Principal!.GetScopes(),
                context.Principal!.GetClaim(TokenClaims.OverageMark) == "yes",
                SignedInAt(context.Principal!)));
        }

        return default;
    }

    // A refreshed token says when the person signed in, not when it was refreshed.
    private static DateTimeOffset? SignedInAt(ClaimsPrincipal principal) =>
        long.TryParse(principal.GetClaim(TokenClaims.SignedIn), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private void ForItself(HandleTokenRequestContext context, SandboxClient client)
    {
        var scope = context.Request.Scope;
        if (client.Id == SandboxClient.GraphId)
        {
            if (scope == addresses.Graph + "/.default")
            {
                context.SignIn(claims.Graph(client));
            }
            else
            {
                context.Reject(Errors.InvalidScope, $"Ask for '{addresses.Graph}/.default'.");
            }
        }
        else if (scope is not (null or "" or TokenClaims.Audience + "/.default" or "api://" + TokenClaims.Audience + "/.default"))
        {
            context.Reject(Errors.InvalidScope, $"Ask for '{TokenClaims.Audience}/.default'.");
        }
        else if (SandboxDirectory.Named(client.Identity) is { } workload)
        {
            context.SignIn(TokenClaims.Workload(workload, client));
        }
        else
        {
            context.Reject(Errors.UnauthorizedClient, "This client stands for nobody in the directory.");
        }
    }
}
