using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server;
using CursorBroker.Gateway.Tests.Pages.Support;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>The authorization server on a real server, with the real identity provider stand-in, and State and the ledger in memory.</summary>
internal sealed class OAuthUnderTest : IAsyncDisposable
{
    public const string Loopback = "http://127.0.0.1:9/callback";

    private readonly PagesUnderTest _pages;

    private OAuthUnderTest(PagesUnderTest pages, MemoryState state, RecordedLedger ledger)
    {
        (_pages, State, Ledger) = (pages, state, ledger);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = pages.Address };
    }

    public PagesUnderTest Pages => _pages;

    public MemoryState State { get; }

    public RecordedLedger Ledger { get; }

    public HttpClient Http { get; }

    /// <summary>The broker's address without a slash at the end: issuer and audience.</summary>
    public string Issuer => _pages.Address.GetLeftPart(UriPartial.Authority);

    public T Get<T>()
        where T : notnull => _pages.Services.GetRequiredService<T>();

    public static async Task<OAuthUnderTest> StartAsync(AuthorizationServerOptions? options = null, bool signIn = true, Action<IServiceCollection>? more = null)
    {
        var (state, ledger) = (new MemoryState(), new RecordedLedger());
        PagesUnderTest? started = null;
        started = await PagesUnderTest.StartAsync(
            signIn: signIn,
            more: services =>
            {
                services.AddSingleton<IStateStore>(state).AddSingleton<ILedger>(ledger).AddSingleton<ISecretSealer>(new FakeSealer());
                services.AddSingleton(new ApprovalLinks(() => started!.Address));
                more?.Invoke(services);
                if (signIn)
                {
                    services.AddAuthorizationServer(options);
                }
            },
            map: static web => web.MapOAuth());
        return new OAuthUnderTest(started, state, ledger);
    }

    /// <summary>Registers a client with these redirects; the answer's client id.</summary>
    public async Task<string> RegisterAsync(params string[] redirects)
    {
        var answer = await Http.PostAsJsonAsync("/oauth/register", new { client_name = "A test", redirect_uris = redirects.Length == 0 ? [Loopback] : redirects });
        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        return (await JsonOf(answer)).GetProperty("client_id").GetString()!;
    }

    /// <summary>An authorization request's address; a parameter that is null is left out.</summary>
    public static string AuthorizeAddress(string client, string verifier, string redirect = Loopback, string path = "/oauth/authorize", params (string Name, string? Value)[] more)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = client,
            ["redirect_uri"] = redirect,
            ["code_challenge"] = ChallengeOf(verifier),
            ["code_challenge_method"] = "S256",
            ["state"] = "the-state",
        };
        foreach (var (name, value) in more)
        {
            parameters[name] = value;
        }

        return QueryHelpers.AddQueryString(path, parameters.Where(static pair => pair.Value is not null));
    }

    public static string ChallengeOf(string verifier) => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    public static string NewVerifier() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    /// <summary>From an authorization request to the question.</summary>
    public static async Task<Answer> ToConsentAsync(Browser browser, string address, string identity = "developer")
    {
        var there = await browser.FollowAsync(await browser.GetAsync(address));
        return await browser.FollowAsync(await browser.PickAsync(there, identity));
    }

    /// <summary>Answers the question; where the browser is sent then.</summary>
    public static async Task<Uri> AnswerAsync(Browser browser, Answer consent, string answer = "yes")
    {
        var next = await PressAsync(browser, consent, answer);
        Assert.IsNotNull(next.Location, next.Body);
        return new Uri(next.Location);
    }

    public static Task<Answer> PressAsync(Browser browser, Answer consent, string answer) =>
        browser.PressAsync(consent, "/oauth/consent", ("id", IdOn(consent)), ("answer", answer));

    public static string IdOn(Answer consent) => consent.Document.QuerySelector<IHtmlInputElement>("input[name=id]")!.Value;

    /// <summary>The whole way to a code.</summary>
    public async Task<string> CodeAsync(string client, string verifier, string redirect = Loopback, string identity = "developer")
    {
        using var browser = _pages.NewBrowser();
        var back = await AnswerAsync(browser, await ToConsentAsync(browser, AuthorizeAddress(client, verifier, redirect), identity));
        return QueryHelpers.ParseQuery(back.Query)["code"].ToString();
    }

    public Task<HttpResponseMessage> RedeemAsync(string client, string code, string? verifier, string redirect = Loopback, params (string Name, string Value)[] more)
    {
        List<(string, string)> fields = [("grant_type", "authorization_code"), ("client_id", client), ("code", code), ("redirect_uri", redirect), .. more];
        if (verifier is not null)
        {
            fields.Add(("code_verifier", verifier));
        }

        return PostAsync("/oauth/token", [.. fields]);
    }

    public Task<HttpResponseMessage> RefreshAsync(string client, string refresh) =>
        PostAsync("/oauth/token", ("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", refresh));

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        Http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>The whole way to tokens.</summary>
    public async Task<(string Client, string Access, string Refresh)> TokensAsync(string identity = "developer")
    {
        var (client, verifier) = (await RegisterAsync(), NewVerifier());
        var answer = await JsonOf(await RedeemAsync(client, await CodeAsync(client, verifier, identity: identity), verifier));
        return (client, answer.GetProperty("access_token").GetString()!, answer.GetProperty("refresh_token").GetString()!);
    }

    /// <summary>What every room makes of a token.</summary>
    public ValueTask<AuthenticationOutcome> AuthenticateAsync(string token) =>
        Get<ICallerAuthenticator>().AuthenticateAsync(new PresentedToken(token), Get<IPolicySource>().Current!.Issuers, CancellationToken.None);

    public async Task<Caller> CallerAsync(string token) => await AuthenticateAsync(token) is AuthenticationOutcome.Authenticated { Caller: var caller }
        ? caller
        : throw new AssertFailedException("The token is not accepted.");

    public async Task<AuthenticationFailure> FailureAsync(string token) => await AuthenticateAsync(token) is AuthenticationOutcome.Rejected { Failure: var failure }
        ? failure
        : throw new AssertFailedException("The token is not rejected.");

    public static async Task<JsonElement> JsonOf(HttpResponseMessage answer) => JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

    public static async Task<string> ErrorOf(HttpResponseMessage answer) => (await JsonOf(answer)).GetProperty("error").GetString()!;

    /// <summary>Lets what instances remember of sign-ins grow old.</summary>
    public void Wait(TimeSpan? time = null) => _pages.Time.Ahead += time ?? TimeSpan.FromSeconds(3);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _pages.DisposeAsync();
    }
}
