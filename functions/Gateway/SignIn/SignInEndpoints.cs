using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Gateway.SignIn;

/// <summary>The sign-in's requests, once it is known that they are for this address.</summary>
internal sealed class SignInEndpoints(
    SignInOptions options,
    RoundTrip roundTrip,
    ISignInFollower follower,
    IAuthenticationHandlerProvider handlers,
    IOptionsMonitor<OpenIdConnectOptions> provider,
    ILogger<SignInEndpoints> logger)
{
    /// <summary>The name of the return path's parameter.</summary>
    public const string ReturnParameter = "return";

    /// <summary>The path that signs in and then shows a path of the pages.</summary>
    public static string LoginFor(PathString path) =>
        $"{SignInSchemes.LoginPath}?{ReturnParameter}={Uri.EscapeDataString(LocalPath.Of(path.Value))}";

    /// <summary>Off to the provider.</summary>
    public Task LoginAsync(HttpContext context) => GoAsync(context, context.Request.Query[ReturnParameter], intent: null);

    /// <summary>Off to the provider to have something confirmed. False, and the answer is written, when there is no way.</summary>
    public Task<bool> GoAsync(HttpContext context, string? returnPath, ConfirmedIntent? intent) => GoAsync(context, roundTrip.Pack(LocalPath.Of(returnPath), intent));

    /// <summary>Off to the provider to learn who is there, for something else than the pages. False, and the answer is written, when there is no way.</summary>
    public Task<bool> GoForAsync(HttpContext context, string errand) => GoAsync(context, roundTrip.Pack(LocalPath.Default, intent: null, errand));

    private async Task<bool> GoAsync(HttpContext context, AuthenticationProperties trip)
    {
        try
        {
            await provider.Get(SignInSchemes.Provider).ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The library reports every way of not getting the provider's document as one of several exceptions.
            logger.ProviderUnreachable(failure, options.Issuer);
            await follower.FailedAsync(context, SignInProblem.ProviderUnavailable);
            return false;
        }

        await context.ChallengeAsync(SignInSchemes.Provider, trip);
        return true;
    }

    /// <summary>Back from the provider.</summary>
    public async Task CallbackAsync(HttpContext context)
    {
        if (await handlers.GetHandlerAsync(context, SignInSchemes.Provider) is not IAuthenticationRequestHandler handler || !await handler.HandleRequestAsync())
        {
            throw new InvalidOperationException("The provider's handler does not answer its own callback.");
        }
    }

    /// <summary>Who the cookie says is there; null when nobody, or when all of their sign-ins were ended since.</summary>
    /// <exception cref="Core.State.StateUnavailableException">Nobody can tell.</exception>
    public async ValueTask<SignedInPerson?> WhoAsync(HttpContext context)
    {
        var ticket = await context.AuthenticateAsync(SignInSchemes.Cookie);
        var person = ticket.Principal is { } principal ? SignedInPerson.Read(principal, options.Issuer) : null;
        if (person is not null && context.RequestServices.GetService<ISignInEnds>() is { } ends
            && await ends.IsOverAsync(person.Person, ticket.Properties?.IssuedUtc ?? DateTimeOffset.MinValue, context.RequestAborted))
        {
            person = null;
        }

        context.User = person?.ToPrincipal() ?? new();
        return person;
    }

    /// <summary>Forgets who is there.</summary>
    public static Task OutAsync(HttpContext context) => context.SignOutAsync(SignInSchemes.Cookie);
}
