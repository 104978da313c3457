using System.Net;
using CursorBroker.Adapters.Graph;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Tests.Oidc;

[TestClass]
public sealed class OidcServicesTests
{
    [TestMethod]
    public async Task AddOidcIdentity_BeforeARealProvider_AcceptsItsTokens()
    {
        await using var provider = await LoopbackProvider.StartAsync(app =>
        {
            app.MapGet("/.well-known/openid-configuration", (HttpContext c) => new { issuer = Base(c), jwks_uri = Base(c) + "/keys" });
            app.MapGet("/keys", () => new { keys = new[] { TestKey.Rsa.Jwk() } });
        });
        Assert.IsInstanceOfType<AuthenticationOutcome.Authenticated>(await AskAsync(provider.Address));
    }

    [TestMethod]
    public async Task AddOidcIdentity_ProviderThatRedirects_IsNotFollowed()
    {
        var followed = false;
        await using var provider = await LoopbackProvider.StartAsync(app =>
        {
            app.MapGet("/.well-known/openid-configuration", () => Results.Redirect("/elsewhere"));
            app.MapGet("/elsewhere", () => followed = true);
        });
        Assert.IsInstanceOfType<AuthenticationOutcome.Unavailable>(await AskAsync(provider.Address));
        Assert.IsFalse(followed);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AddGraphGroups_BeforeOrAfterOidc_ReplacesTheRefusal(bool before)
    {
        var services = new ServiceCollection().AddLogging();
        if (before)
        {
            Graph(services).AddOidcIdentity();
        }
        else
        {
            Graph(services.AddOidcIdentity());
        }

        using var provider = services.BuildServiceProvider();
        Assert.IsInstanceOfType<CachingGroupOverageResolver>(provider.GetRequiredService<IGroupOverageResolver>());
        Assert.IsNotNull(provider.GetRequiredService<ICallerAuthenticator>());

        static IServiceCollection Graph(IServiceCollection services) => services.AddGraphGroups(o =>
            (o.TokenEndpoint, o.ClientId, o.ClientSecret) = (new Uri("https://login.example/token"), "id", "secret"));
    }

    [TestMethod]
    public void OidcOptions_OutOfRange_AreAllNamed()
    {
        using var provider = new ServiceCollection().AddLogging().AddOidcIdentity(o =>
        {
            o.ClockSkew = TimeSpan.FromHours(1);
            o.MaxDocumentBytes = 0;
            o.LastKnownGoodLifetime = TimeSpan.FromMinutes(6);
        }).BuildServiceProvider();
        var error = Assert.ThrowsExactly<OptionsValidationException>(() => provider.GetRequiredService<ICallerAuthenticator>());
        Assert.HasCount(3, error.Failures);
    }

    [TestMethod]
    public void GraphOptions_MissingOrUnsafe_AreAllNamed()
    {
        using var provider = new ServiceCollection().AddLogging().AddOidcIdentity()
            .AddGraphGroups(o => o.GraphBase = new Uri("http://graph.example")).BuildServiceProvider();
        var error = Assert.ThrowsExactly<OptionsValidationException>(() => provider.GetRequiredService<IGroupOverageResolver>());
        Assert.HasCount(4, error.Failures);
    }

    private static string Base(HttpContext context) => $"http://{context.Request.Host}";

    private static async Task<AuthenticationOutcome> AskAsync(string issuer)
    {
        await using var services = new ServiceCollection().AddLogging().AddOidcIdentity().BuildServiceProvider();
        var exp = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var token = TestKey.Rsa.Token(new Dictionary<string, object> { ["iss"] = issuer, ["aud"] = "broker", ["sub"] = "u", ["exp"] = exp });
        return await services.GetRequiredService<ICallerAuthenticator>().AuthenticateAsync(
            new PresentedToken(token), [new IssuerSettings { Issuer = issuer, Audiences = ["broker"] }], CancellationToken.None);
    }

    private sealed class LoopbackProvider(WebApplication app) : IAsyncDisposable
    {
        public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        public static async Task<LoopbackProvider> StartAsync(Action<WebApplication> map)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
            var app = builder.Build();
            map(app);
            await app.StartAsync();
            return new LoopbackProvider(app);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
