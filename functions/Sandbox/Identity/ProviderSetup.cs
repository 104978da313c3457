using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Sandbox.Identity;

/// <summary>Sets OpenIddict up: without a database, so that the rules about clients and codes are this folder's own.</summary>
internal static class ProviderSetup
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(90);

    public static void Register(IServiceCollection services)
    {
        services.AddAuthentication();
        services.Configure<KeyManagementOptions>(static options => options.XmlRepository = new MemoryKeyRing());
        services.AddSingleton<ProviderAddresses>().AddSingleton<TokenClaims>().AddSingleton<AuthorizeEndpoint>().AddSingleton<GraphRoutes>();
        services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode()
                .AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow()
                .RequireProofKeyForCodeExchange()
                .DisableAccessTokenEncryption()
                .DisableScopeValidation()
                .DisableResourceValidation()
                .SetAuthorizationEndpointUris(ProviderAddresses.Authorize)
                .SetTokenEndpointUris(ProviderAddresses.Token)
                .SetConfigurationEndpointUris(ProviderAddresses.Configuration)
                .SetJsonWebKeySetEndpointUris(ProviderAddresses.Keys)
                .SetAccessTokenLifetime(TokenLifetime)
                .SetIdentityTokenLifetime(TokenLifetime)
                .SetAuthorizationCodeLifetime(ProviderState.CodeLifetime)
                .SetRefreshTokenLifetime(RefreshLifetime)
                .RegisterScopes(Scopes.Profile, Scopes.Email)
                .RegisterClaims("tid", "oid", Claims.Name, Claims.PreferredUsername, "groups");
            server.AddEventHandler<ValidateAuthorizationRequestContext>(static handler => handler.UseSingletonHandler<AuthorizeRules>());
            server.AddEventHandler<ValidateTokenRequestContext>(static handler => handler.UseSingletonHandler<TokenRules>());
            server.AddEventHandler<HandleTokenRequestContext>(static handler => handler.UseSingletonHandler<TokenGrant>());
            server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().DisableTransportSecurityRequirement();
        });

        // Read again whenever the options are made anew: once the port is known, and after each rotation.
        services.AddOptions<OpenIddictServerOptions>().Configure<ProviderAddresses, SigningKeyRing>(static (options, addresses, keys) =>
        {
            options.Issuer = addresses.IssuerOrNone;
            options.EncryptionCredentials.Add(new EncryptingCredentials(
                keys.SealingKey, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
            options.SigningCredentials.AddRange(keys.SigningKeys.Select(static key => new SigningCredentials(key, SecurityAlgorithms.RsaSha256)));
            options.CodeChallengeMethods.Clear();
            options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
            options.SubjectTypes.Clear();
            options.SubjectTypes.Add(SubjectTypes.Pairwise);
        });
    }

    public static void Map(WebApplication web)
    {
        web.Use(FailWhenOut);
        web.UsePathBase(ProviderAddresses.TenantPath);
        web.UseRouting();
        web.Use(InOneTenant);
        web.UseAuthentication();
        var authorize = web.Services.GetRequiredService<AuthorizeEndpoint>();
        web.MapMethods(ProviderAddresses.Authorize, ["GET", "POST"], authorize.HandleAsync);
        web.Services.GetRequiredService<GraphRoutes>().Map(web);
    }

    private static Task FailWhenOut(HttpContext context, RequestDelegate next)
    {
        switch (context.RequestServices.GetRequiredService<ProviderState>().Outage)
        {
            case SandboxOutage.Unavailable:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            case SandboxOutage.Cut:
                context.Abort();
                return Task.CompletedTask;
            default:
                return next(context);
        }
    }

    // What belongs to the tenant answers under its path only, and Graph outside it only.
    private static Task InOneTenant(HttpContext context, RequestDelegate next)
    {
        if (context.Request.PathBase.HasValue != context.Request.Path.StartsWithSegments("/graph", StringComparison.OrdinalIgnoreCase))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
