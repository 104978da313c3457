using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Health;

/// <summary>Liveness and readiness, for the platform. Neither says anything that a stranger may not know.</summary>
internal static class HealthEndpoints
{
    /// <summary>The process answers.</summary>
    public static Task LiveAsync(HttpContext context) => context.Response.WriteAsync("alive\n", context.RequestAborted);

    /// <summary>The broker could serve a request: everything that it cannot serve without is there. 503 with the names of what is missing otherwise.</summary>
    public static async Task ReadyAsync(HttpContext context)
    {
        var missing = await context.RequestServices.GetRequiredService<Readiness>().MissingAsync().WaitAsync(context.RequestAborted);
        context.Response.StatusCode = missing is [] ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(missing is [] ? "ready\n" : $"not ready: {string.Join(", ", missing)}\n", context.RequestAborted);
    }
}
