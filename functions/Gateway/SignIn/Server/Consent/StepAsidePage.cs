using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Pages.Views;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Consent;

/// <summary>
/// A redirect as a page that moves on by itself: browsers hold a form's redirects to <c>form-action</c>, which would have to name every place that there is.
/// </summary>
internal static class StepAsidePage
{
    public static Task WriteAsync(Visit visit, string heading, string text, string label)
    {
        var target = visit.Context.Response.Headers.Location.ToString();
        visit.Context.Response.Headers.Remove("Location");
        return visit.Pages.WriteAsync<StepAside>(
            visit.Context, StatusCodes.Status200OK, new StepAsideView(new PageFrame(heading, null, null), heading, text, target, label));
    }
}
