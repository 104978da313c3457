using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CursorBroker.Gateway.SignIn;

/// <summary>Registers the sign-in.</summary>
public static class SignInServices
{
    /// <summary>
    /// Lets people sign in to the broker's pages. The host also registers data protection, whose keys every instance shares, and the ports for identity and
    /// policy. No scheme becomes a default: nothing but the pages ever looks at the cookie.
    /// </summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services, SignInOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Scopes.Contains("openid") || !Uri.TryCreate(options.Issuer, UriKind.Absolute, out _))
        {
            throw new ArgumentException("Sign-in needs an absolute issuer, and 'openid' among its scopes.", nameof(options));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<RoundTrip>();
        services.AddScoped<SignInEndpoints>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, CookieOptions>();
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>, ProviderOptions>();
        services.AddAuthentication()
            .AddCookie(SignInSchemes.Cookie)
            .AddOpenIdConnect(SignInSchemes.Provider, static _ => { });
        services.Replace(ServiceDescriptor.Singleton<IAuthenticationSchemeProvider, EndpointSchemes>());
        return services;
    }
}
