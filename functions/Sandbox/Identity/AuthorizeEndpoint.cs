using System.Collections.Immutable;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace CursorBroker.Sandbox.Identity;

/// <summary>The authorization endpoint, once the request is known to be good: shows the page, and signs in whom it comes back with.</summary>
internal sealed class AuthorizeEndpoint(ProviderState state, TokenClaims claims)
{
    /// <summary>A request parameter that asks for a token with too many groups (<c>1</c>).</summary>
    public const string OverageParameter = "sandbox_groups_overage";

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest()
            ?? throw new InvalidOperationException("Only requests that OpenIddict has read arrive here.");
        var client = state.Client(request.ClientId)!;
        var pick = HttpMethods.IsPost(context.Request.Method) ? (string?)request[PickPage.Field] : null;
        if (pick is null)
        {
            if (request.HasPromptValue(PromptValues.None))
            {
                // There is no session here that could answer in the person's place.
                await RefuseAsync(context, Errors.LoginRequired, "Nobody is signed in.").ConfigureAwait(false);
                return;
            }

            await PickPage.WriteAsync(context, client, ParametersOf(request)).ConfigureAwait(false);
        }
        else if (SandboxDirectory.Named(pick) is { IsWorkload: false } person)
        {
            var overage = (string?)request[OverageParameter] == "1";
            var principal = claims.Person(person, client, request.GetScopes(), overage, signedIn: null);
            await context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, principal).ConfigureAwait(false);
        }
        else
        {
            await RefuseAsync(
                context,
                Errors.AccessDenied,
                pick == PickPage.Nobody ? "The person declined." : "Nobody of that name signs in here.").ConfigureAwait(false);
        }
    }

    private static ImmutableArray<KeyValuePair<string, string>> ParametersOf(OpenIddictRequest request) =>
    [
        .. request.GetParameters()
            .Where(static pair => pair.Key != PickPage.Field && !string.IsNullOrEmpty((string?)pair.Value))
            .Select(static pair => KeyValuePair.Create(pair.Key, (string)pair.Value!)),
    ];

    private static Task RefuseAsync(HttpContext context, string error, string description) => context.ForbidAsync(
        OpenIddictServerAspNetCoreDefaults.AuthenticationScheme,
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }));
}
