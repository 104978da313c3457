using CursorBroker.Gateway.SignIn.Server.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>Gives tokens back (RFC 7009). A token that nobody knows is as good as revoked.</summary>
internal static class RevocationEndpoint
{
    public static async Task RunAsync(HttpContext context)
    {
        if (!context.RequestServices.GetRequiredService<AddressLimits>().Revocations.Take(context))
        {
            await TooManyRequests.WriteAsync(context);
        }
        else if (await RequestForm.ReadAsync(context) is null || context.Request.QueryString.HasValue)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, "invalid_request", "Parameters go into an application/x-www-form-urlencoded body, and never into the address.");
        }
        else if (!await ProtocolHandler.HandleAsync(context))
        {
            throw new InvalidOperationException("The revocation endpoint was not answered.");
        }
    }
}
