using CursorBroker.Gateway.SignIn.Server.Registration;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>
/// Which token requests are taken: of a client there is, for this broker. All clients are public. A secret that came with one (GitHub's tools have one built in, and it is
/// no secret) proves nothing and is not looked at.
/// </summary>
internal sealed class TokenRules(Clients clients, ResourceRules resources) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (clients.Find(context.ClientId) is null)
        {
            context.Reject(Errors.InvalidClient, "There is no client of that id here, or its registration is over. Register anew.");
        }
        else if (!resources.Are(context.Request))
        {
            context.Reject(Errors.InvalidTarget, "The resource must be this broker, or its /mcp.");
        }

        return default;
    }
}
