using System.Text.Json;
using CursorBroker.Sandbox.Identity;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Sandbox.Tests.Support;

/// <summary>The identity provider stand-in, a clock that stands still, and a client that follows no redirect.</summary>
internal sealed class ProviderUnderTest : IAsyncDisposable
{
    private ProviderUnderTest(TempDirectory directory, FakeTimeProvider clock, SandboxIdentityProvider server)
    {
        Directory = directory;
        Clock = clock;
        Server = server;
    }

    public TempDirectory Directory { get; }

    public FakeTimeProvider Clock { get; }

    public SandboxIdentityProvider Server { get; private set; }

    public SandboxTokenClient Client { get; } = new();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public string Tenant => Server.Issuer.AbsoluteUri[..^"/v2.0".Length];

    public static async Task<ProviderUnderTest> StartAsync()
    {
        var directory = new TempDirectory();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        return new ProviderUnderTest(directory, clock, await StartServerAsync(directory, clock, port: 0));
    }

    public async Task RestartAsync()
    {
        var port = Server.Issuer.Port;
        await Server.DisposeAsync();
        Server = await StartServerAsync(Directory, Clock, port);
    }

    public async Task<SandboxTokens.Given> GiveAsync(string identity, SandboxSignIn? signIn = null)
    {
        var tokens = await Client.GetTokenAsync(Server.Issuer, identity, signIn ?? new SandboxSignIn(), CancellationToken.None);
        return Assert.IsInstanceOfType<SandboxTokens.Given>(tokens, tokens.ToString()!);
    }

    public async Task<JsonElement> ClaimsAsync(string identity, SandboxSignIn? signIn = null) => Payload((await GiveAsync(identity, signIn)).AccessToken);

    public static JsonElement Payload(string token)
    {
        using var document = JsonDocument.Parse(Base64UrlEncoder.Decode(new JsonWebToken(token).EncodedPayload));
        return document.RootElement.Clone();
    }

    public Task<OpenIdConnectConfiguration> DiscoverAsync() => OpenIdConnectConfigurationRetriever.GetAsync(
        Server.Issuer.AbsoluteUri + "/.well-known/openid-configuration",
        new HttpDocumentRetriever(Http) { RequireHttps = false },
        CancellationToken.None);

    /// <summary>Validates a token as any relying party does, by what discovery says now.</summary>
    public async Task<bool> ValidatesAsync(string token)
    {
        var configuration = await DiscoverAsync();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer,
            ValidAudience = "cursor-broker",
            IssuerSigningKeys = configuration.SigningKeys,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = ["RS256"],
            LifetimeValidator = (_, expires, _, _) => expires > Clock.GetUtcNow().UtcDateTime,
        });
        return result.IsValid;
    }

    public async Task<(int Status, JsonElement Answer)> TokenAsync(params (string, string)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(static pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
        using var response = await Http.PostAsync(Tenant + "/oauth2/v2.0/token", content);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return ((int)response.StatusCode, document.RootElement.Clone());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await Server.DisposeAsync();
        Directory.Dispose();
    }

    private static Task<SandboxIdentityProvider> StartServerAsync(TempDirectory directory, TimeProvider clock, int port) =>
        SandboxIdentityProvider.StartAsync(
            new SandboxIdentityProviderOptions { DataDirectory = directory.Of("data"), Time = clock, Port = port }, CancellationToken.None);
}
