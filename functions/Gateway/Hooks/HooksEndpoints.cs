using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Hooks;

/// <summary>The URLs of Cursor's hooks, a line each. The page that shows a key is one of <see cref="Pages.PagesEndpoints"/>.</summary>
public static class HooksEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the files and the events.</summary>
    public static IEndpointRouteBuilder MapHooks(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapPost("/hooks/events", EventAsync);
        endpoints.MapMethods("/hooks/{name}", Reading, FileAsync);
        return endpoints;
    }

    /// <summary><c>POST /hooks/events</c>.</summary>
    public static Task EventAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RequestServices.GetRequiredService<HookEvents>().TakeAsync(context);
    }

    /// <summary><c>GET /hooks/NAME</c>: a file to install.</summary>
    public static Task FileAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return HookFiles.WriteAsync(context);
    }

    internal static IServiceCollection AddHooks(this IServiceCollection services)
    {
        services.TryAddSingleton<PersonSessions>();
        services.TryAddSingleton<HookKeys>();
        services.TryAddSingleton<HookEvents>();
        return services;
    }
}
