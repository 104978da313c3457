using System.Net;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.Tests.Pages.Support;
using CursorBroker.Sandbox.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.SignIn;

/// <summary>Who gets in, with which cookies, and to where.</summary>
[TestClass]
public sealed class SignInTests
{
    [TestMethod]
    public async Task Page_WithoutASignIn_LeadsThereAndBack()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var browser = pages.NewBrowser();

        var there = await browser.FollowAsync(await browser.GetAsync($"/approvals/{approval.Id.Value}"));
        Assert.AreEqual(pages.Provider.Issuer.Authority, there.Address.Authority);
        var back = await browser.FollowAsync(await browser.PickAsync(there, "lead"));

        Assert.AreEqual($"/approvals/{approval.Id.Value}", back.Address.AbsolutePath);
        Assert.AreEqual(HttpStatusCode.OK, back.Status);
    }

    [TestMethod]
    public async Task RoundTrip_AsksForACode_WithProofStateAndNonce()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();

        var answer = await browser.GetAsync("/login");

        var asked = QueryHelpers.ParseQuery(new Uri(answer.Location!).Query);
        Assert.AreEqual("code", asked["response_type"].ToString());
        Assert.AreEqual("S256", asked["code_challenge_method"].ToString());
        Assert.AreEqual(new Uri(pages.Address, "login/callback").AbsoluteUri, asked["redirect_uri"].ToString());
        Assert.AreEqual("openid profile", asked["scope"].ToString());
        Assert.IsGreaterThan(20, asked["nonce"].ToString().Length);
        Assert.IsGreaterThan(20, asked["state"].ToString().Length);
    }

    [TestMethod]
    public async Task RoundTrip_WithANamedSecret_RedeemsTheCodeWithItAsItIsByNow()
    {
        var secrets = new OneSecret { Value = "old" };
        var sent = new TokenRequests();
        await using var pages = await PagesUnderTest.StartAsync(secretName: "signin-client", more: services => services
            .AddSingleton<ISecretSource>(secrets)
            .PostConfigure<OpenIdConnectOptions>(SignInSchemes.Provider, options => options.Backchannel = new HttpClient(sent)));
        using var browser = pages.NewBrowser();
        secrets.Value = "n&w";

        var there = await browser.FollowAsync(await browser.GetAsync("/approvals"));
        _ = await browser.FollowAsync(await browser.PickAsync(there, "lead"));

        Assert.AreEqual("n&w", QueryHelpers.ParseQuery(sent.Forms.Single())["client_secret"].ToString());
    }

    [TestMethod]
    [DataRow(true, DisplayName = "The vault is away")]
    [DataRow(false, DisplayName = "There is no such secret")]
    public async Task RoundTrip_WithANamedSecretThatCannotBeHad_SignsNobodyIn(bool away)
    {
        await using var pages = await PagesUnderTest.StartAsync(
            secretName: "signin-client", more: services => services.AddSingleton<ISecretSource>(new OneSecret { IsAway = away }));
        using var browser = pages.NewBrowser();

        var there = await browser.FollowAsync(await browser.GetAsync("/approvals"));
        var back = await browser.FollowAsync(await browser.PickAsync(there, "lead"));

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, back.Status);
        Assert.IsFalse(back.SetCookies.Any(static one => one.StartsWith("broker-person=", StringComparison.Ordinal) && !one.StartsWith("broker-person=;", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Cookies_OnLoopback_AreHttpOnlyLaxAndEndWithTheBrowser()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        var set = new List<string>((await browser.GetAsync("/login")).SetCookies);
        var there = await browser.FollowAsync(await browser.GetAsync("/login"));
        var callback = await browser.GetAsync((await browser.PickAsync(there, "lead")).Location!);
        set.AddRange(callback.SetCookies);
        set.AddRange((await browser.GetAsync("/approvals")).SetCookies);

        Assert.IsTrue(set.Any(static one => one.StartsWith("broker-person=", StringComparison.Ordinal)));
        Assert.IsTrue(set.Any(static one => one.StartsWith("broker-form=", StringComparison.Ordinal)));
        foreach (var cookie in set)
        {
            var flags = cookie.ToLowerInvariant();
            Assert.Contains("; path=/;", flags + ";", cookie);
            Assert.Contains("; samesite=lax", flags, cookie);
            Assert.Contains("; httponly", flags, cookie);
            Assert.DoesNotContain("domain=", flags, cookie);
            Assert.DoesNotContain("secure", flags, cookie);
        }

        Assert.IsFalse(set.Any(static one => one.StartsWith("broker-person=", StringComparison.Ordinal) && one.Contains("expires=", StringComparison.OrdinalIgnoreCase)));
    }

    [TestMethod]
    public async Task Cookies_OverTls_AreBoundToTheHost()
    {
        var address = new Uri("https://broker.example/");
        await using var pages = await PagesUnderTest.StartAsync(address);
        using var browser = pages.NewBrowser();
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(pages.Address, "/login")) { Headers = { Host = "broker.example" } };

        var answer = await browser.SendAsync(message);

        Assert.AreEqual("https://broker.example/login/callback", QueryHelpers.ParseQuery(new Uri(answer.Location!).Query)["redirect_uri"].ToString());
        Assert.HasCount(2, answer.SetCookies);
        foreach (var cookie in answer.SetCookies)
        {
            Assert.StartsWith("__Host-broker-", cookie);
            Assert.Contains("; secure", cookie.ToLowerInvariant());
            Assert.Contains("; path=/;", cookie.ToLowerInvariant() + ";");
        }
    }

    [TestMethod]
    [DataRow("https://evil.example/")]
    [DataRow("//evil.example")]
    [DataRow("/\\evil.example")]
    [DataRow("/%5cevil.example")]
    [DataRow("/\tevil.example")]
    [DataRow("/approvals/../../evil")]
    [DataRow("javascript:alert(1)")]
    [DataRow("/approvals?next=https://evil.example")]
    [DataRow("approvals")]
    [DataRow("")]
    public async Task ReturnPath_OfAnOpenRedirect_LeadsToTheInbox(string path)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();

        var back = await browser.SignInAsync("lead", Uri.EscapeDataString(path));

        Assert.AreEqual(new Uri(pages.Address, "/approvals"), back.Address);
    }

    [TestMethod]
    public async Task ForgedHost_GetsNothingThatActs()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        foreach (var path in new[] { "/login", "/approvals", "/login/callback?code=x&state=y" })
        {
            using var browser = pages.NewBrowser();
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(pages.Address, path)) { Headers = { Host = "evil.example" } };

            var answer = await browser.SendAsync(message);

            Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
            Assert.AreEqual("This is not the broker's address", answer.Heading);
            Assert.IsEmpty(answer.SetCookies);
            Assert.DoesNotContain("evil.example", answer.Body);
        }
    }

    [TestMethod]
    public async Task ForwardedHeaders_OfAStranger_ChangeNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(pages.Address, "/login"))
        {
            Headers = { { "X-Forwarded-Host", "evil.example" }, { "X-Forwarded-Proto", "https" }, { "X-Forwarded-Prefix", "/evil" }, { "X-Original-Host", "evil.example" } },
        };

        var answer = await browser.SendAsync(message);

        Assert.AreEqual(new Uri(pages.Address, "login/callback").AbsoluteUri, QueryHelpers.ParseQuery(new Uri(answer.Location!).Query)["redirect_uri"].ToString());
        Assert.DoesNotContain("evil", answer.Location!);
    }

    [TestMethod]
    public async Task Callback_InAnotherBrowser_SignsNobodyIn()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var attacker = pages.NewBrowser();
        var back = await attacker.PickAsync(await attacker.FollowAsync(await attacker.GetAsync("/login")), "outsider");
        using var victim = pages.NewBrowser();

        var answer = await victim.GetAsync(back.Location!);

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.AreEqual("That sign-in is over", answer.Heading);
        Assert.IsFalse(victim.Cookies.ContainsKey("broker-person"));
    }

    [TestMethod]
    [DataRow(SandboxOutage.Unavailable)]
    [DataRow(SandboxOutage.Cut)]
    public async Task Provider_ThatIsDown_IsSaidInWords(SandboxOutage outage)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        pages.Provider.Outage = outage;
        using var browser = pages.NewBrowser();

        var answer = await browser.GetAsync("/login");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("Exception", answer.Body);
    }

    [TestMethod]
    public async Task Provider_ThatGoesDownOnTheWay_IsSaidInWords()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        var back = await browser.PickAsync(await browser.FollowAsync(await browser.GetAsync("/login")), "lead");
        pages.Provider.Outage = SandboxOutage.Cut;

        var answer = await browser.GetAsync(back.Location!);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status, answer.Text);
        Assert.DoesNotContain("Exception", answer.Body);
    }

    [TestMethod]
    public async Task Workload_WithAGoodToken_CannotSignIn()
    {
        await using var pages = await PagesUnderTest.StartAsync(more: static services => services.AddSingleton<ICallerAuthenticator, OnlyWorkloads>());
        using var browser = pages.NewBrowser();

        var answer = await browser.SignInAsync("lead");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
        Assert.AreEqual("Only people sign in here", answer.Heading);
        Assert.IsFalse(browser.Cookies.ContainsKey("broker-person"));
    }

    [TestMethod]
    public async Task Issuer_ThatThePolicyNoLongerTrusts_SignsNobodyIn()
    {
        await using var pages = await PagesUnderTest.StartAsync(more: static services => services.AddSingleton<IPolicySource, NoPolicy>());
        using var browser = pages.NewBrowser();

        var answer = await browser.SignInAsync("lead");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
        Assert.IsFalse(browser.Cookies.ContainsKey("broker-person"));
    }

    [TestMethod]
    public async Task SignIn_AfterItsLifetime_IsOverHoweverBusy()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var lead = await pages.SignedInAsync("lead");
        foreach (var hours in new[] { 3, 6, 7.9 })
        {
            pages.Time.Ahead = TimeSpan.FromHours(hours);
            Assert.AreEqual(HttpStatusCode.OK, (await lead.GetAsync("/approvals")).Status);
        }

        pages.Time.Ahead = TimeSpan.FromHours(8.1);

        Assert.AreEqual(HttpStatusCode.SeeOther, (await lead.GetAsync("/approvals")).Status);
    }

    [TestMethod]
    public async Task SignOut_ForgetsThePerson()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var lead = await pages.SignedInAsync("lead");

        var answer = await lead.PressAsync(await lead.GetAsync("/approvals"), "/login/out");

        Assert.AreEqual("You are signed out", answer.Heading);
        Assert.AreEqual(HttpStatusCode.SeeOther, (await lead.GetAsync("/approvals")).Status);
    }

    [TestMethod]
    public async Task Groups_TooManyForTheToken_AreRefusedWhereNobodyCanBeAsked()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        pages.Provider.SetTooManyGroups("lead", true);
        using var browser = pages.NewBrowser();

        var answer = await browser.SignInAsync("lead");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
        Assert.IsFalse(browser.Cookies.ContainsKey("broker-person"));
    }

    [TestMethod]
    public async Task Schemes_AreNoDefault_AndNotAskedAheadOfTheEndpoints()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var schemes = pages.Services.GetRequiredService<IAuthenticationSchemeProvider>();

        Assert.IsNull(await schemes.GetDefaultAuthenticateSchemeAsync());
        Assert.IsEmpty(await schemes.GetRequestHandlerSchemesAsync());
    }

    [TestMethod]
    public void Groups_MoreThanACookieHolds_AreThoseThatThePolicyNames()
    {
        var policy = PolicyCompiler.Compile("""
            version: 1
            issuers: [{ issuer: "https://id.example", audiences: [broker] }]
            roles: { admins: { groups: [platform] } }
            rules:
              - id: one
                who: { groups: [dev] }
                repositories: [acme/a]
                allow: { contents: write }
                approve: [{ when: { push: { refs: [main] } }, by: { groups: [leads] } }]
            """).Policy!;
        Caller caller = new()
        {
            Issuer = "https://id.example",
            Person = new("https://id.example", "p"),
            Kind = CallerKind.Person,
            Client = "",
            DisplayName = "p",
            Groups = ["leads", "platform", "dev", .. Enumerable.Range(0, 300).Select(static number => $"g{number}")],
        };

        Assert.AreEqual("dev,leads,platform", string.Join(',', GroupsThatFit.Of(caller, policy).Groups.Order(StringComparer.Ordinal)));
        Assert.HasCount(0, GroupsThatFit.Of(caller, null).Groups);
        Assert.HasCount(1, GroupsThatFit.Of(caller with { Groups = ["x"] }, policy).Groups);
    }

    [TestMethod]
    [DataRow("http://broker.example/", DisplayName = "plain http elsewhere")]
    [DataRow("https://broker.example/below", DisplayName = "a path")]
    [DataRow("ftp://127.0.0.1/", DisplayName = "another scheme")]
    public void PublicAddress_ThatIsNone_IsRefused(string address) =>
        Assert.ThrowsExactly<InvalidOperationException>(() => _ = new PublicAddress(() => new Uri(address)).Uri);

    private sealed class OnlyWorkloads : ICallerAuthenticator
    {
        public ValueTask<AuthenticationOutcome> AuthenticateAsync(PresentedToken token, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken) =>
            ValueTask.FromResult<AuthenticationOutcome>(new AuthenticationOutcome.Authenticated(new Caller
            {
                Issuer = issuers[0].Issuer,
                Person = new(issuers[0].Issuer, "build"),
                Kind = CallerKind.Workload,
                Client = "build",
                DisplayName = "build",
                Groups = [],
            }));
    }

    private sealed class NoPolicy : IPolicySource
    {
        public PolicySet? Current => null;

        public PolicyStatus Status => new(null, null, "none");
    }

    private sealed class OneSecret : ISecretSource
    {
        public string? Value { get; set; }

        public bool IsAway { get; init; }

        public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
        {
            Assert.AreEqual("signin-client", name);
            return IsAway ? throw new SecretUnavailableException("the vault is away") : ValueTask.FromResult(Value);
        }
    }

    /// <summary>Passes everything on, and keeps what was sent to the token endpoint.</summary>
    private sealed class TokenRequests() : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<string> Forms { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                Forms.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
