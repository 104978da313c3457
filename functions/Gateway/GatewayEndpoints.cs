using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.Health;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway;

/// <summary>The broker's URLs. A data path is one line: which room, through the one pipeline.</summary>
public static class GatewayEndpoints
{
    /// <summary>Maps every data path that exists, and a plain 404 for the rest.</summary>
    public static IEndpointRouteBuilder MapBroker(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet("/healthz", HealthEndpoints.LiveAsync);
        endpoints.MapGet("/readyz", HealthEndpoints.ReadyAsync);

        endpoints.MapGet("/{owner}/{repository}/info/refs", Serve<GitRoom>);
        endpoints.MapPost("/{owner}/{repository}/git-upload-pack", Serve<GitRoom>);
        endpoints.MapPost("/{owner}/{repository}/git-receive-pack", Serve<GitRoom>);

        endpoints.MapPages();

        endpoints.MapFallback(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync("Nothing is served here.\n", context.RequestAborted);
        });
        return endpoints;
    }

    private static Task Serve<TRoom>(HttpContext context)
        where TRoom : IProtocolRoom =>
        context.RequestServices.GetRequiredService<RequestPipeline>().RunAsync(context, context.RequestServices.GetRequiredService<TRoom>());
}
