using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pages;

/// <summary>What every request to the pages passes, whichever host hands it over.</summary>
internal static class PageGate
{
    public static async Task RunAsync(HttpContext context, Func<Visit, Task> page)
    {
        PageHeaders.Set(context.Response);
        var pages = context.RequestServices.GetRequiredService<PageWriter>();
        if (context.RequestServices.GetService<SignInOptions>() is not { } options)
        {
            await pages.ProblemAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "Sign-in is not set up",
                "This broker does not know how people sign in with a browser, so it has no pages to show. Whoever runs it names an identity provider's client for them.");
            return;
        }

        if (!options.Address.Is(context.Request))
        {
            Logger(context).OtherHost(LogLine.Of(context.Request.Host.Value ?? ""));
            await pages.ProblemAsync(
                context,
                StatusCodes.Status400BadRequest,
                "This is not the broker's address",
                "The broker's pages are at another address than the one you used, and answer only there.",
                new PageLink(options.Address.Of(LocalPath.Default), "Go to the right address"));
            return;
        }

        // What is made from the request's address (cookies, redirects) is made from the configured one, whatever a proxy in front spoke.
        context.Request.Scheme = options.Address.Uri.Scheme;
        context.Request.Host = HostString.FromUriComponent(options.Address.Uri);
        try
        {
            await page(new Visit(context, options));
        }
        catch (Exception failure) when (failure is StateUnavailableException or LedgerUnavailableException && !context.Response.HasStarted)
        {
            Logger(context).OutOfReach(failure);
            await pages.ProblemAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "Not now",
                "Something the broker needs is out of reach. If you were deciding, look at the request again before you repeat it: it shows what was counted.",
                PageLink.Inbox);
        }
        catch (Exception bug) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            Logger(context).Failed(bug);
            await pages.ProblemAsync(
                context, StatusCodes.Status500InternalServerError, "Something went wrong", "The broker failed to answer. It is in its log.", PageLink.Inbox);
        }
    }

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILogger<Visit>>();
}
