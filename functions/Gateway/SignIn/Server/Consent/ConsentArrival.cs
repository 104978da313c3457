using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Consent;

/// <summary>Back from the identity provider: keeps who came until they have answered, and shows them the question.</summary>
internal sealed class ConsentArrival(OAuthStores stores, Clients clients, SignInOptions options, PageWriter pages, TimeProvider time)
{
    /// <summary>How long somebody has to answer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public async Task ArriveAsync(HttpContext context, string payload, Caller caller, string? refresh)
    {
        var errand = Errand.Read(payload);
        if (clients.Find(errand.Client) is null)
        {
            await pages.ProblemAsync(context, StatusCodes.Status400BadRequest, "That application is not known any more", "Its registration ended while you signed in. Start again from the application.");
            return;
        }

        var id = OAuthStores.NewSecret();
        var now = time.GetUtcNow();
        var consent = new PendingConsent
        {
            Client = errand.Client,
            Parameters = errand.Parameters,
            Device = errand.Device,
            Person = SignedIn.Of(caller, refresh, now),
        };
        if (!await stores.Consents.CreateAsync(id, consent, now + Lifetime, context.RequestAborted))
        {
            throw new InvalidOperationException("Two questions are alike.");
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = options.Address.Of(ConsentEndpoint.PathOf(id));
    }
}
