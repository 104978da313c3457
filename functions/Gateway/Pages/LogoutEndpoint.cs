using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pages;

/// <summary>Signing out of the pages; the identity provider's own session is its own.</summary>
internal static class LogoutEndpoint
{
    public static async Task LogoutAsync(Visit visit)
    {
        if (!await visit.IsOwnFormAsync())
        {
            return;
        }

        if (await visit.SignIn.WhoAsync(visit.Context) is not null)
        {
            if (await visit.ReadFormAsync() is null || !await visit.HasFormTokenAsync())
            {
                await visit.Pages.ProblemAsync(
                    visit.Context, StatusCodes.Status400BadRequest, "You are still signed in", "The page you came from had grown old. Go back, load it again and sign out there.", PageLink.Inbox);
                return;
            }

            await SignInEndpoints.OutAsync(visit.Context);
        }

        await visit.Pages.ProblemAsync(
            visit.Context, StatusCodes.Status200OK, "You are signed out", "Your identity provider may still know you: on a shared machine, sign out there too.", new PageLink(LocalPath.Default, "Sign in again"));
    }
}
