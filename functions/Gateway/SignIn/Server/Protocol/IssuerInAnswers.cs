using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>Says in every authorization answer who gives it (RFC 9207), spelled exactly as the metadata has it: a client that talks to several servers cannot be made to take one for another.</summary>
internal sealed class IssuerInAnswers(SignInOptions options) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Iss = options.Address.Origin;
        return default;
    }
}
