using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Health;

/// <summary>Liveness and readiness, for the platform. Neither says anything that a stranger may not know.</summary>
internal static class HealthEndpoints
{
    private static readonly StateKey Probe = new("probe", "readiness");

    /// <summary>The process answers.</summary>
    public static Task LiveAsync(HttpContext context) => context.Response.WriteAsync("alive\n", context.RequestAborted);

    /// <summary>The broker could serve a request: a policy is in force and State can be read. 503 with the reason's name otherwise.</summary>
    public static async Task ReadyAsync(HttpContext context)
    {
        var missing = await MissingAsync(context);
        context.Response.StatusCode = missing is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(missing is null ? "ready\n" : $"not ready: {missing}\n", context.RequestAborted);
    }

    private static async ValueTask<string?> MissingAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<IPolicySource>().Current is null)
        {
            return "policy";
        }

        try
        {
            await context.RequestServices.GetRequiredService<IStateStore>().ReadAsync(Probe, context.RequestAborted);
            return null;
        }
        catch (StateUnavailableException)
        {
            return "state";
        }
    }
}
