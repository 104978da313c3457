using System.Security.Claims;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Pages.Views;
using CursorBroker.Gateway.SignIn.Server.Device;
using CursorBroker.Gateway.SignIn.Server.Protocol;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace CursorBroker.Gateway.SignIn.Server.Consent;

/// <summary>
/// Asks the person who has just signed in whether a client may use the broker as them. Asked each time and never remembered: any program on a machine can listen where a
/// native client does, and a self-registered name is nobody's (RFC 8252, section 8.6).
/// </summary>
internal static class ConsentEndpoint
{
    public const string IdField = "id";
    public const string AnswerField = "answer";
    public const string Yes = "yes";

    public static string PathOf(string id) => $"{OAuthPaths.Consent}?{IdField}={id}";

    /// <summary>Shows the question.</summary>
    public static async Task ShowAsync(Visit visit)
    {
        if (await FindAsync(visit, visit.Context.Request.Query[IdField].ToString()) is not var (person, kept, client))
        {
            return;
        }

        var consent = kept.Value;
        await visit.Pages.WriteAsync<ConsentPage>(visit.Context, StatusCodes.Status200OK, new ConsentView
        {
            Frame = new PageFrame("Let an application in?", person.DisplayName, visit.FormToken()),
            Id = kept.Id,
            Client = client.Name.Length > 0 ? client.Name : "An application without a name",
            IsItsOwnWord = client.IsSelfRegistered,
            Redirect = consent.Device is null ? consent.Parameters[Parameters.RedirectUri] : null,
            Goes = consent.Device is null ? RedirectRules.Describe(consent.Parameters[Parameters.RedirectUri]) : null,
            Issuer = person.Person.Issuer,
        });
    }

    /// <summary>Takes the answer, once.</summary>
    public static async Task AnswerAsync(Visit visit)
    {
        if (!await visit.IsOwnFormAsync())
        {
            return;
        }

        var form = await visit.ReadFormAsync();
        if (await FindAsync(visit, form?[IdField].ToString()) is not var (person, kept, client))
        {
            return;
        }

        if (!await visit.HasFormTokenAsync())
        {
            await visit.Pages.ProblemAsync(visit.Context, StatusCodes.Status400BadRequest, "This page had grown old", "Nothing was given to the application. Start again from there.");
            return;
        }

        var stores = visit.Get<OAuthStores>();
        if (!await stores.Consents.TakeAsync(kept, visit.Aborted))
        {
            await visit.Pages.NotFoundAsync(visit.Context);
            return;
        }

        var agreed = form![AnswerField].ToString() == Yes;
        await visit.Get<OAuthRecorder>().RecordAsync(
            new ConsentGiven(person.Person.ToString(), person.DisplayName, client.Label, kept.Value.Parameters.GetValueOrDefault(Parameters.RedirectUri), agreed), visit.Aborted);
        if (kept.Value.Device is { } device)
        {
            await visit.Get<DeviceApproval>().SettleAsync(visit, device, kept.Value.Person, client, agreed);
        }
        else
        {
            await ReturnAsync(visit, kept.Value, client, agreed);
        }
    }

    /// <summary>Gives the authorization request, checked once more, to the library, and the person the way back to the client.</summary>
    private static async Task ReturnAsync(Visit visit, PendingConsent consent, RegisteredClient client, bool agreed)
    {
        var context = visit.Context;
        RequestForm.Replace(context, consent.Parameters);
        if (await ProtocolHandler.HandleAsync(context) || context.GetOpenIddictServerResponse() is { Error: not null })
        {
            var refused = context.GetOpenIddictServerResponse();
            await AuthorizeEndpoint.RefusedAsync(visit, refused?.Error ?? Errors.InvalidRequest, refused?.ErrorDescription);
            return;
        }

        if (agreed)
        {
            context.Items[typeof(PendingConsent)] = consent;
            await context.SignInAsync(ProtocolHandler.Scheme, PrincipalOf(consent));
        }
        else
        {
            await context.ForbidAsync(ProtocolHandler.Scheme, AuthorizeEndpoint.Refusal(Errors.AccessDenied, "The person said no."));
        }

        await StepAsidePage.WriteAsync(
            visit,
            agreed ? "Done" : "The application was not let in",
            agreed ? $"You are being taken back to {client.Name}. You can close this page when you are there." : $"You are being taken back to {client.Name}, which is told so.",
            $"Go back to {(client.Name.Length > 0 ? UnseenText.Line(client.Name) : "the application")}");
    }

    private static ClaimsPrincipal PrincipalOf(PendingConsent consent)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("broker", Claims.Name, Claims.Role));
        principal.SetClaim(Claims.Subject, OAuthStores.IdOf(consent.Person.Person));
        principal.SetScopes(OAuthScope.Broker);
        return principal;
    }

    /// <summary>The question, to whom it was put, and about whom; null, and the answer is written, for anybody else.</summary>
    private static async ValueTask<(SignedInPerson Person, Kept<PendingConsent> Consent, RegisteredClient Client)?> FindAsync(Visit visit, string? id)
    {
        var person = await visit.SignIn.WhoAsync(visit.Context);
        if (person is not null && id is { Length: 43 } && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && await visit.Get<OAuthStores>().Consents.ReadAsync(id, visit.Aborted) is { } kept && kept.Value.Person.Person == person.Person
            && visit.Get<Clients>().Find(kept.Value.Client) is { } client)
        {
            return (person, kept, client);
        }

        await visit.Pages.ProblemAsync(
            visit.Context, StatusCodes.Status404NotFound, "That question is over", "It was answered already, it was put to somebody else, or it took too long. Nothing was given to any application by opening this page; start again from there.", PageLink.Inbox);
        return null;
    }
}
