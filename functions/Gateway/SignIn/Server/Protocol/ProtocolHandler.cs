using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server.AspNetCore;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>The library's handler, found by the endpoint itself, so that it works the same on every host.</summary>
internal static class ProtocolHandler
{
    public const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>Lets the library have the request. True when it has answered.</summary>
    public static async Task<bool> HandleAsync(HttpContext context)
    {
        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        return await handlers.GetHandlerAsync(context, Scheme) is IAuthenticationRequestHandler handler
            ? await handler.HandleRequestAsync()
            : throw new InvalidOperationException("The authorization server's handler is not registered.");
    }
}
