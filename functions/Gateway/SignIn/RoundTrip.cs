using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.SignIn;

/// <summary>What happens on the way to the provider and back.</summary>
internal sealed class RoundTrip
{
    private const string IntentPayload = "intent";
    private const string IntentIssuer = "intent.iss";
    private const string IntentSubject = "intent.sub";
    private const string StartedAt = "started";
    private const string ErrandItem = "errand";

    // The correlation cookie ends the trip in the browser; this ends it here, whatever the browser keeps.
    private static readonly TimeSpan MaxTrip = TimeSpan.FromMinutes(15);

    private readonly SignInOptions _options;
    private readonly ICallerAuthenticator _authenticator;
    private readonly IPolicySource _policy;
    private readonly ISignInFollower _follower;
    private readonly TimeProvider _time;
    private readonly ILogger<RoundTrip> _logger;

    public RoundTrip(
        SignInOptions options, ICallerAuthenticator authenticator, IPolicySource policy, ISignInFollower follower, TimeProvider time, ILogger<RoundTrip> logger)
    {
        _options = options;
        _authenticator = authenticator;
        _policy = policy;
        _follower = follower;
        _time = time;
        _logger = logger;
        Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = GoAsync,
            OnAuthorizationCodeReceived = ProveAsync,
            OnTokenValidated = ReadTokenAsync,
            OnTicketReceived = ArriveAsync,
            OnAccessDenied = DeclineAsync,
            OnRemoteFailure = FailAsync,
        };
    }

    public OpenIdConnectEvents Events { get; }

    /// <summary>What a trip takes along.</summary>
    public AuthenticationProperties Pack(string returnPath, ConfirmedIntent? intent, string? errand = null)
    {
        var properties = new AuthenticationProperties { RedirectUri = LocalPath.Of(returnPath), IsPersistent = false };
        properties.Items[StartedAt] = _time.GetUtcNow().ToString("O");
        if (intent is not null)
        {
            properties.Items[IntentPayload] = intent.Payload;
            properties.Items[IntentIssuer] = intent.Person.Issuer;
            properties.Items[IntentSubject] = intent.Person.Subject;
        }

        if (errand is not null)
        {
            properties.Items[ErrandItem] = errand;
        }

        return properties;
    }

    private Task GoAsync(RedirectContext context)
    {
        context.ProtocolMessage.RedirectUri = _options.Address.Of(SignInSchemes.CallbackPath);
        if (ErrandOf(context.Properties) is not null && _options.OfflineScope is { } offline)
        {
            context.ProtocolMessage.Scope = $"{context.ProtocolMessage.Scope} {offline}";
        }

        return Task.CompletedTask;
    }

    /// <summary>Puts the client's secret, as it is by now, beside the code that is about to be redeemed.</summary>
    private async Task ProveAsync(AuthorizationCodeReceivedContext context)
    {
        if (_options.ClientSecretName is not { } name)
        {
            return;
        }

        try
        {
            var secrets = context.HttpContext.RequestServices.GetRequiredService<ISecretSource>();
            var secret = await secrets.ReadAsync(name, context.HttpContext.RequestAborted)
                ?? throw new SignInException(SignInProblem.ProviderUnavailable, $"there is no secret named {name}");
            context.TokenEndpointRequest!.ClientSecret = secret;
        }
        catch (SecretUnavailableException e)
        {
            throw new SignInException(SignInProblem.ProviderUnavailable, e.Message);
        }
    }

    /// <summary>The identity token to a caller, by the same rules as every other token of this issuer.</summary>
    private async Task ReadTokenAsync(TokenValidatedContext context)
    {
        var started = context.Properties?.Items.TryGetValue(StartedAt, out var text) == true && DateTimeOffset.TryParse(text, out var at) ? at : DateTimeOffset.MinValue;
        if (_time.GetUtcNow() - started > MaxTrip)
        {
            context.Fail(new SignInException(SignInProblem.NotExpected, "the round trip took too long"));
            return;
        }

        var token = context.TokenEndpointResponse?.IdToken;
        if (token is null || _policy.Current?.Issuers.FirstOrDefault(one => one.Issuer == _options.Issuer) is not { } issuer)
        {
            context.Fail(new SignInException(SignInProblem.NotAccepted, token is null ? "no identity token" : "the policy in force does not trust the issuer"));
            return;
        }

        // An identity token is for the client, and for nobody else.
        var settings = issuer with { Audiences = [_options.ClientId], Clients = [] };
        var outcome = await _authenticator.AuthenticateAsync(new PresentedToken(token), [settings], context.HttpContext.RequestAborted);
        switch (outcome)
        {
            case AuthenticationOutcome.Authenticated { Caller: { Kind: CallerKind.Person } caller }:
                context.HttpContext.Items[typeof(Caller)] = caller;
                context.HttpContext.Items[ErrandItem] = context.TokenEndpointResponse!.RefreshToken;
                break;
            case AuthenticationOutcome.Authenticated { Caller: var workload }:
                context.Fail(new SignInException(SignInProblem.NotAPerson, $"{workload.Person} is a workload"));
                break;
            case AuthenticationOutcome.Rejected rejected:
                context.Fail(new SignInException(SignInProblem.NotAccepted, $"{rejected.Failure}: {rejected.Detail}"));
                break;
            case AuthenticationOutcome.Unavailable unavailable:
                context.Fail(new SignInException(SignInProblem.ProviderUnavailable, unavailable.Detail));
                break;
            default:
                throw new InvalidOperationException("Unknown authentication outcome.");
        }
    }

    private async Task ArriveAsync(TicketReceivedContext context)
    {
        var whole = (Caller)context.HttpContext.Items[typeof(Caller)]!;
        var caller = GroupsThatFit.Of(whole, _policy.Current);
        var person = SignedInPerson.Of(caller);
        context.Principal = person.ToPrincipal();
        context.ReturnUri = LocalPath.Of(context.ReturnUri);
        _logger.SignedIn(caller.Person.ToString());
        if (ErrandOf(context.Properties) is { } errand)
        {
            context.HandleResponse();
            await context.HttpContext.SignInAsync(SignInSchemes.Cookie, context.Principal, new AuthenticationProperties { IsPersistent = false });
            await _follower.ArrivedAsync(context.HttpContext, errand, whole, (string?)context.HttpContext.Items[ErrandItem]);
            return;
        }

        if (IntentOf(context.Properties) is not { } intent)
        {
            // Only the person goes into the cookie: no trace of the trip.
            context.Properties = new AuthenticationProperties { IsPersistent = false };
            return;
        }

        context.HandleResponse();
        if (intent.Person == caller.Person)
        {
            await context.HttpContext.SignInAsync(SignInSchemes.Cookie, context.Principal, new AuthenticationProperties { IsPersistent = false });
        }

        await _follower.ConfirmedAsync(context.HttpContext, intent, caller);
    }

    private Task DeclineAsync(AccessDeniedContext context)
    {
        _logger.SignInFailed(SignInProblem.Declined, "access_denied");
        context.HandleResponse();
        return _follower.FailedAsync(context.HttpContext, SignInProblem.Declined);
    }

    private Task FailAsync(RemoteFailureContext context)
    {
        var (problem, detail) = context.Failure switch
        {
            SignInException known => (known.Problem, known.Message),
            HttpRequestException or TaskCanceledException or IOException => (SignInProblem.ProviderUnavailable, context.Failure.Message),
            { InnerException: HttpRequestException or TaskCanceledException or IOException } => (SignInProblem.ProviderUnavailable, context.Failure.Message),
            _ => (SignInProblem.NotExpected, context.Failure?.Message ?? "no reason given"),
        };
        _logger.SignInFailed(problem, LogLine.Of(detail));
        context.HandleResponse();
        return _follower.FailedAsync(context.HttpContext, problem);
    }

    private static string? ErrandOf(AuthenticationProperties? properties) =>
        properties is not null && properties.Items.TryGetValue(ErrandItem, out var errand) ? errand : null;

    private static ConfirmedIntent? IntentOf(AuthenticationProperties? properties) =>
        properties is not null
        && properties.Items.TryGetValue(IntentPayload, out var payload) && payload is not null
        && properties.Items.TryGetValue(IntentIssuer, out var issuer) && issuer is not null
        && properties.Items.TryGetValue(IntentSubject, out var subject) && subject is not null
            ? new ConfirmedIntent(new PersonId(issuer, subject), payload)
            : null;
}
