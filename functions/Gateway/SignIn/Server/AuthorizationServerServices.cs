using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Hooks;
using CursorBroker.Gateway.SignIn.Server.Consent;
using CursorBroker.Gateway.SignIn.Server.Device;
using CursorBroker.Gateway.SignIn.Server.Keys;
using CursorBroker.Gateway.SignIn.Server.Protocol;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>Registers the authorization server.</summary>
public static class AuthorizationServerServices
{
    /// <summary>
    /// Lets clients sign people in by the broker itself, and lets its tokens in wherever a token is taken. Call it after <see cref="SignInServices.AddSignIn"/> and after
    /// identity was added, whose authenticator it stands before. It uses State, sealing and the ledger.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no authenticator yet to stand before.</exception>
    public static IServiceCollection AddAuthorizationServer(this IServiceCollection services, AuthorizationServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        StandBefore(services);
        services.AddSingleton(options ?? new AuthorizationServerOptions());
        services.AddHooks();
        services.AddSingleton<OAuthStores>();
        services.AddSingleton<OAuthRecorder>();
        services.AddSingleton<AddressLimits>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<Clients>();
        services.AddSingleton<ResourceRules>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<IPersonSessions>(static provider => provider.GetRequiredService<Sessions>());
        services.AddSingleton<ISignInEnds>(static provider => provider.GetRequiredService<Sessions>());
        services.AddSingleton<CutOffEndpoint>();
        services.AddSingleton<IdentityTokens>();
        services.AddSingleton<UpstreamPeople>();
        services.AddSingleton<TokenGrants>();
        services.AddSingleton<RegistrationEndpoint>();
        services.AddSingleton<ConsentArrival>();
        services.AddSingleton<DeviceApproval>();
        services.AddSingleton<DeviceCodeEndpoint>();
        services.AddSingleton<DeviceGrant>();
        services.AddSingleton<TokenEndpoint>();
        ServerSetup.Register(services);
        return services;
    }

    /// <summary>The broker's own tokens are looked at first; the authenticator that was there gets the others.</summary>
    private static void StandBefore(IServiceCollection services)
    {
        var there = services.LastOrDefault(static service => service.ServiceType == typeof(ICallerAuthenticator) && !service.IsKeyedService)
            ?? throw new InvalidOperationException("Add identity before the authorization server: its tokens are looked at first, and the rest goes on to identity's authenticator.");
        services.Remove(there);
        services.AddSingleton(provider => new BrokerTokenAuthenticator(
            (ICallerAuthenticator)(there.ImplementationInstance ?? there.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, there.ImplementationType!)),
            provider.GetRequiredService<AccessTokens>(),
            provider.GetRequiredService<SigningKeys>(),
            provider.GetRequiredService<Sessions>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICallerAuthenticator>(static provider => provider.GetRequiredService<BrokerTokenAuthenticator>());
    }
}
