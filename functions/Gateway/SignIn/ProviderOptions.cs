using System.Net;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CursorBroker.Gateway.SignIn;

/// <summary>
/// The round trip: authorization code with PKCE, nonce, state and a correlation cookie, the answer in the query so that its cookies can be
/// <c>SameSite=Lax</c>. No token is kept.
/// </summary>
internal sealed class ProviderOptions(SignInOptions settings, RoundTrip roundTrip) : IConfigureNamedOptions<OpenIdConnectOptions>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TripLifetime = TimeSpan.FromMinutes(15);

    public void Configure(OpenIdConnectOptions options) => throw new NotSupportedException("There is one scheme, and it has a name.");

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        if (name != SignInSchemes.Provider)
        {
            return;
        }

        options.Authority = settings.Issuer;
        options.RequireHttpsMetadata = !new Uri(settings.Issuer).IsLoopback;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.SignInScheme = SignInSchemes.Cookie;
        options.CallbackPath = SignInSchemes.CallbackPath;
        options.RemoteSignOutPath = PathString.Empty;
        options.SignedOutCallbackPath = PathString.Empty;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.RemoteAuthenticationTimeout = TripLifetime;
        options.ProtocolValidator.NonceLifetime = TripLifetime;
        options.TokenValidationParameters.ValidIssuer = settings.Issuer;
        options.Scope.Clear();
        foreach (var scope in settings.Scopes)
        {
            options.Scope.Add(scope);
        }

        options.BackchannelTimeout = Patience;
        options.BackchannelHttpHandler = Backchannel();
        Cookies.Shape(options.CorrelationCookie, "trip.", settings.Address);
        Cookies.Shape(options.NonceCookie, "nonce.", settings.Address);
        options.Events = roundTrip.Events;
    }

    /// <summary>How the provider is asked: nothing is followed or remembered, and no trace header of a browser (<c>baggage</c>) is passed on.</summary>
    internal static SocketsHttpHandler Backchannel() => new()
    {
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };
}
