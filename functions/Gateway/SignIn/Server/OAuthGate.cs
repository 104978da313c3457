using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>What every request of a machine to the authorization server passes. What people see has the pages' own gate.</summary>
internal static class OAuthGate
{
    public static async Task RunAsync(HttpContext context, Func<HttpContext, Task> endpoint)
    {
        if (context.RequestServices.GetService<SignInOptions>() is not { } options)
        {
            await MetadataEndpoints.NoServerAsync(context);
            return;
        }

        // What the library makes of the request's address is made of the configured one, whatever host was asked.
        context.Request.Scheme = options.Address.Uri.Scheme;
        context.Request.Host = HostString.FromUriComponent(options.Address.Uri);
        try
        {
            await endpoint(context);
        }
        catch (Exception failure) when (failure is StateUnavailableException or LedgerUnavailableException && !context.Response.HasStarted)
        {
            Logger(context).OutOfReach(failure);
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", "Something the broker needs is out of reach. Nothing was given out. Try again in a little while.");
        }
        catch (Exception bug) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            Logger(context).Failed(bug);
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status500InternalServerError, "server_error", "The broker failed to answer. It is in its log.");
        }
    }

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("CursorBroker.Gateway.SignIn.Server");
}
