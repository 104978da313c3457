using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Gateway.Pages;

/// <summary>The pages' URLs, a line each: what a host without endpoint routing has to map is exactly these. They rely on nothing but the request.</summary>
public static class PagesEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the set-up page, the sign-in, the approval pages, and a 404 in their look for the rest below them.</summary>
    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.Map("/", SetupAsync);
        endpoints.Map("/hooks/key", HookKeyAsync);
        endpoints.MapMethods("/login", Reading, LoginAsync);
        endpoints.MapMethods("/login/callback", Reading, CallbackAsync);
        endpoints.MapPost("/login/out", LogoutAsync);
        endpoints.MapMethods("/approvals", Reading, InboxAsync);
        endpoints.MapMethods("/approvals/{id}", Reading, ApprovalAsync);
        endpoints.MapPost("/approvals/{id}/decision", DecideAsync);
        endpoints.MapPost("/approvals/{id}/cancel", CancelAsync);
        endpoints.MapMethods("/approvals/assets/{name}", Reading, AssetAsync);
        endpoints.Map("/login/{**rest}", NothingAsync);
        endpoints.Map("/approvals/{**rest}", NothingAsync);
        return endpoints;
    }

    /// <summary><c>GET /</c>: what this is, and how to set it up. Other methods find nothing there.</summary>
    public static Task SetupAsync(HttpContext context) => PageGate.RunAsync(context, SetupEndpoint.ShowAsync);

    /// <summary><c>POST /hooks/key</c>: makes the person's key for Cursor's hooks, and shows it. Other methods lead back to the set-up page.</summary>
    public static Task HookKeyAsync(HttpContext context) => PageGate.RunAsync(context, SetupEndpoint.MakeKeyAsync);

    /// <summary><c>GET /login?return=PATH</c>: off to the identity provider, and then to the path.</summary>
    public static Task LoginAsync(HttpContext context) => PageGate.RunAsync(context, static visit =>
        HttpMethods.IsHead(visit.Context.Request.Method) ? Task.CompletedTask : visit.SignIn.LoginAsync(visit.Context));

    /// <summary><c>GET /login/callback</c>: back from the identity provider.</summary>
    public static Task CallbackAsync(HttpContext context) => PageGate.RunAsync(context, static visit =>
        HttpMethods.IsHead(visit.Context.Request.Method) ? Task.CompletedTask : visit.SignIn.CallbackAsync(visit.Context));

    /// <summary><c>POST /login/out</c>: forgets who is there.</summary>
    public static Task LogoutAsync(HttpContext context) => PageGate.RunAsync(context, LogoutEndpoint.LogoutAsync);

    /// <summary><c>GET /approvals</c>: the inbox.</summary>
    public static Task InboxAsync(HttpContext context) => PageGate.RunAsync(context, InboxEndpoint.ShowAsync);

    /// <summary><c>GET /approvals/ID</c>: shows one.</summary>
    public static Task ApprovalAsync(HttpContext context) => PageGate.RunAsync(context, ApprovalEndpoint.ShowAsync);

    /// <summary><c>POST /approvals/ID/decision</c>: takes a verdict to be confirmed by a fresh sign-in.</summary>
    public static Task DecideAsync(HttpContext context) => PageGate.RunAsync(context, ApprovalEndpoint.DecideAsync);

    /// <summary><c>POST /approvals/ID/cancel</c>: the requester takes it back.</summary>
    public static Task CancelAsync(HttpContext context) => PageGate.RunAsync(context, ApprovalEndpoint.CancelAsync);

    /// <summary><c>GET /approvals/assets/NAME</c>: style sheet and icon.</summary>
    public static Task AssetAsync(HttpContext context) => PageGate.RunAsync(context, static visit =>
        Asset.Find(visit.Context.Request.Path) is { } asset ? asset.WriteAsync(visit.Context) : visit.Pages.NotFoundAsync(visit.Context));

    /// <summary>Everything else below <c>/login</c> and <c>/approvals</c>, by whatever method.</summary>
    public static Task NothingAsync(HttpContext context) => PageGate.RunAsync(context, static visit => visit.Pages.NotFoundAsync(visit.Context));
}
