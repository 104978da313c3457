using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>
/// Sets OpenIddict up: it reads requests, checks them by the protocol's rules, proof keys among them, and answers. What clients there are, and what codes and tokens are made
/// of and stand for, is this folder's own, in State; so it runs without a store of its own.
/// </summary>
internal static class ServerSetup
{
    public static void Register(IServiceCollection services)
    {
        services.AddScoped<AuthorizeRules>().AddScoped<TokenRules>().AddScoped<TokenGiving>().AddScoped<TokenMaking>().AddScoped<TokenReading>().AddScoped<Revoking>().AddScoped<RevocationRules>();
        services.AddOpenIddict().AddServer(static server =>
        {
            server.EnableDegradedMode()
                .AllowAuthorizationCodeFlow().AllowRefreshTokenFlow()
                .RequireProofKeyForCodeExchange()
                .DisableScopeValidation()
                .DisableResourceValidation()
                .SetAuthorizationEndpointUris(Uris(OAuthPaths.Authorize, OAuthPaths.GitHubAuthorize, OAuthPaths.Consent))
                .SetTokenEndpointUris(Uris(OAuthPaths.Token, OAuthPaths.GitHubToken))
                .SetRevocationEndpointUris(Uris(OAuthPaths.Revoke))
                .SetConfigurationEndpointUris(Array.Empty<string>())
                .SetJsonWebKeySetEndpointUris(Array.Empty<string>())
                .DisableAccessTokenEncryption();

            // The library insists on keys. Nothing is ever signed or encrypted with these: TokenMaking makes every token that is asked for.
            server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32))).AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256);
            server.AddEventHandler<ValidateAuthorizationRequestContext>(static handler => handler.UseScopedHandler<AuthorizeRules>());
            server.AddEventHandler<ApplyAuthorizationResponseContext>(static handler => handler.UseSingletonHandler<IssuerInAnswers>().SetOrder(int.MinValue + 50_000));
            server.AddEventHandler<ValidateTokenRequestContext>(static handler => handler.UseScopedHandler<TokenRules>());
            server.AddEventHandler<HandleTokenRequestContext>(static handler => handler.UseScopedHandler<TokenGiving>());
            server.AddEventHandler<ApplyTokenResponseContext>(static handler => handler.UseSingletonHandler<TokenAnswers>().SetOrder(int.MinValue + 200_000));
            server.AddEventHandler<GenerateTokenContext>(static handler => handler.UseScopedHandler<TokenMaking>().SetOrder(int.MinValue + 50_000));
            server.AddEventHandler<ValidateTokenContext>(static handler => handler.UseScopedHandler<TokenReading>().SetOrder(int.MinValue + 50_000));
            server.AddEventHandler<ValidateRevocationRequestContext>(static handler => handler.UseScopedHandler<RevocationRules>());
            server.AddEventHandler<HandleRevocationRequestContext>(static handler => handler.UseScopedHandler<Revoking>());
            server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableErrorPassthrough().DisableTransportSecurityRequirement();
        });
        services.Configure<OpenIddictServerOptions>(static options =>
        {
            options.CodeChallengeMethods.Clear();
            options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
            options.ResponseModes.Clear();
            options.ResponseModes.Add(ResponseModes.Query);
        });
    }

    private static string[] Uris(params string[] paths) => [.. paths.Select(static path => path.TrimStart('/'))];
}
