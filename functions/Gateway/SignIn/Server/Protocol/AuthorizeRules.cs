using CursorBroker.Gateway.SignIn.Server.Registration;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>
/// Which authorization requests are taken: of a client there is, to a redirect of its own, for this broker. Whatever is refused here is shown to the person and sent nowhere:
/// nothing unknown is ever redirected to.
/// </summary>
internal sealed class AuthorizeRules(Clients clients, ResourceRules resources) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    // All of it travels through the provider and back within one address.
    private const int MostText = 3000;

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (clients.Find(context.ClientId) is not { } client)
        {
            context.Reject(Errors.UnauthorizedClient, "There is no client of that id here, or its registration is over. Register anew.");
        }
        else if (string.IsNullOrEmpty(context.RedirectUri) || !client.AllowsRedirect(context.RedirectUri))
        {
            context.Reject(Errors.InvalidRequest, "The redirect_uri is not one that is registered for this client.");
        }
        else if (context.Request.ResponseType != ResponseTypes.Code)
        {
            context.Reject(Errors.UnsupportedResponseType, "The only response_type here is 'code'.");
        }
        else if (!resources.Are(context.Request))
        {
            context.Reject(Errors.InvalidTarget, "The resource must be this broker, or its /mcp.");
        }
        else if (context.Request.GetParameters().Sum(static pair => pair.Key.Length + ((string?)pair.Value)?.Length ?? MostText) > MostText)
        {
            context.Reject(Errors.InvalidRequest, "The request is too long, or a parameter is there twice.");
        }

        return default;
    }
}
