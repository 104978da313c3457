using System.Collections.Immutable;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.SignIn.Server.Protocol;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace CursorBroker.Gateway.SignIn.Server.Consent;

/// <summary>
/// The authorization endpoint. A request that is good sends the person to the identity provider first, whoever the pages' cookie says is there: what a client is given rests on a
/// sign-in of this moment.
/// </summary>
internal static class AuthorizeEndpoint
{
    private static readonly ImmutableHashSet<string> Kept =
    [
        Parameters.ClientId, Parameters.RedirectUri, Parameters.ResponseType, Parameters.ResponseMode, Parameters.State, Parameters.Scope,
        Parameters.CodeChallenge, Parameters.CodeChallengeMethod, Parameters.Resource,
    ];

    public static async Task StartAsync(Visit visit)
    {
        var context = visit.Context;
        if (await ProtocolHandler.HandleAsync(context))
        {
            return;
        }

        if (context.GetOpenIddictServerResponse() is { Error: { } error } refused)
        {
            await RefusedAsync(visit, error, refused.ErrorDescription);
            return;
        }

        var request = context.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("Only requests that the library has read arrive here.");
        if (request.HasPromptValue(PromptValues.None))
        {
            // Nobody has agreed to anything beforehand.
            await context.ForbidAsync(ProtocolHandler.Scheme, Refusal(Errors.ConsentRequired, "A person has to agree each time."));
            return;
        }

        var parameters = request.GetParameters().Where(static pair => Kept.Contains(pair.Key))
            .ToImmutableDictionary(static pair => pair.Key, static pair => (string)pair.Value!, StringComparer.Ordinal);
        _ = await visit.SignIn.GoForAsync(context, new Errand(request.ClientId!, parameters, Device: null).Write());
    }

    public static AuthenticationProperties Refusal(string error, string description) => new(new Dictionary<string, string?>
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
    });

    /// <summary>Tells the person, and nobody else: where an answer could be sent has not been found good.</summary>
    public static Task RefusedAsync(Visit visit, string error, string? description) => visit.Pages.ProblemAsync(
        visit.Context,
        StatusCodes.Status400BadRequest,
        "That application asked for something that cannot be",
        $"{LogLine.Of(description ?? "The request is not valid.")} ({LogLine.Of(error)}) Nobody was signed in, and nothing was sent anywhere.",
        PageLink.Inbox);
}
