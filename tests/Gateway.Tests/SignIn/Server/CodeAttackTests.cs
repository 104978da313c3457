using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn.Server.Protocol;
using Microsoft.AspNetCore.WebUtilities;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>Attacks on codes, proof keys, state and the question itself.</summary>
[TestClass]
public sealed class CodeAttackTests
{
    [TestMethod]
    public async Task CodeReplay_GivesNothing_AndEndsWhatTheFirstUseBrought()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, verifier) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, verifier);
        var first = await OAuthUnderTest.JsonOf(await oauth.RedeemAsync(client, code, verifier));

        var second = await oauth.RedeemAsync(client, code, verifier);

        Assert.AreEqual(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(second));
        oauth.Wait();
        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(first.GetProperty("access_token").GetString()!));
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, first.GetProperty("refresh_token").GetString()!)));
        Assert.HasCount(1, oauth.Ledger.Events.OfType<TokenReused>());
    }

    [TestMethod]
    public async Task CodeReplay_AtTheSameMoment_GivesTokensToOneAtMost()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, verifier) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, verifier);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => oauth.RedeemAsync(client, code, verifier))));

        Assert.IsLessThanOrEqualTo(1, answers.Count(static answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.IsLessThanOrEqualTo(1, oauth.Ledger.Events.OfType<TokenIssued>().Count());
    }

    [TestMethod]
    public async Task Code_AfterItsMinute_GivesNothing()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, verifier) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, verifier);

        oauth.Wait(TokenMaking.CodeLifetime);

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RedeemAsync(client, code, verifier)));
    }

    [TestMethod]
    public async Task Code_OfAnotherClient_GivesNothing()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, verifier) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, verifier);

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RedeemAsync(await oauth.RegisterAsync("http://127.0.0.1:9/callback", "http://127.0.0.1:9/x"), code, verifier)));
    }

    [TestMethod]
    [DataRow("code_challenge_method", "plain", DisplayName = "plain")]
    [DataRow("code_challenge_method", null, DisplayName = "No method, which would mean plain")]
    [DataRow("code_challenge", null, DisplayName = "No challenge")]
    [DataRow("response_type", "token", DisplayName = "Implicit")]
    [DataRow("response_type", "code id_token", DisplayName = "Hybrid")]
    [DataRow("response_mode", "fragment", DisplayName = "Fragment")]
    [DataRow("response_mode", "form_post", DisplayName = "Form post")]
    [DataRow("request", "eyJhbGciOiJub25lIn0.e30.", DisplayName = "A request object")]
    [DataRow("request_uri", "https://evil.example/request", DisplayName = "A request by reference")]
    [DataRow("resource", "https://elsewhere.example/", DisplayName = "Another resource")]
    [DataRow("client_id", "c.made-up", DisplayName = "A client that was made up")]
    [DataRow("client_id", null, DisplayName = "No client")]
    public async Task PkceDowngrade_AndOtherRequestsThatCannotBe_AreShownAndFollowedNowhere(string parameter, string? value)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();

        var answer = await browser.GetAsync(OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier(), more: [(parameter, value)]));

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status, answer.Text);
        Assert.IsNull(answer.Location);
    }

    [TestMethod]
    [DataRow(null, DisplayName = "No verifier")]
    [DataRow("x", DisplayName = "Another verifier")]
    public async Task PkceDowngrade_AtTheTokenEndpoint_GivesNothing(string? verifier)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, right) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, right);

        var answer = await oauth.RedeemAsync(client, code, verifier is null ? null : OAuthUnderTest.NewVerifier());

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.IsFalse((await OAuthUnderTest.JsonOf(answer)).TryGetProperty("access_token", out _));
    }

    [TestMethod]
    public async Task PkceDowngrade_ByTheChallengeItselfAsVerifier_GivesNothing()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, right) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, right);

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RedeemAsync(client, code, OAuthUnderTest.ChallengeOf(right))));
    }

    [TestMethod]
    public async Task StateReplay_OfTheProvidersAnswer_BringsNoSecondQuestion()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var there = await browser.FollowAsync(await browser.GetAsync(OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier())));
        var callback = (await browser.PickAsync(there, "developer")).Location!;
        _ = await browser.FollowAsync(await browser.GetAsync(callback));

        var again = await browser.GetAsync(callback);

        Assert.AreEqual("That sign-in is over", again.Heading);
    }

    [TestMethod]
    public async Task StateReplay_InAnotherBrowser_SignsNobodyIn()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var attacker = oauth.Pages.NewBrowser();
        using var victim = oauth.Pages.NewBrowser();
        var there = await attacker.FollowAsync(await attacker.GetAsync(OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier())));
        var callback = (await attacker.PickAsync(there, "outsider")).Location!;

        var answer = await victim.GetAsync(callback);

        Assert.AreEqual("That sign-in is over", answer.Heading);
        Assert.IsFalse(victim.Cookies.ContainsKey("broker-person"));
    }

    [TestMethod]
    public async Task Consent_OfSomebodyElse_IsNotThere()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()));
        using var other = await oauth.Pages.SignedInAsync("lead");
        using var nobody = oauth.Pages.NewBrowser();

        Assert.AreEqual(HttpStatusCode.NotFound, (await other.GetAsync(consent.Address.PathAndQuery)).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await nobody.GetAsync(consent.Address.PathAndQuery)).Status);
    }

    [TestMethod]
    public async Task Consent_AnsweredTwice_CountsOnce()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()));
        _ = await OAuthUnderTest.AnswerAsync(browser, consent);

        var again = await OAuthUnderTest.PressAsync(browser, consent, "yes");

        Assert.AreEqual(HttpStatusCode.NotFound, again.Status);
        Assert.HasCount(1, oauth.Ledger.Events.OfType<ConsentGiven>());
    }

    [TestMethod]
    [DataRow("https://evil.example", "cross-site", DisplayName = "From another site")]
    [DataRow("null", "cross-site", DisplayName = "From a sandboxed frame")]
    [DataRow(null, null, DisplayName = "From something that says nothing")]
    public async Task ConsentCsrf_FromAnotherSite_IsRefused(string? origin, string? site)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()));

        var answer = await browser.PostAsync("/oauth/consent", origin, site, ("id", OAuthUnderTest.IdOn(consent)), ("answer", "yes"));

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
        Assert.IsEmpty(oauth.Ledger.Events.OfType<ConsentGiven>());
    }

    [TestMethod]
    public async Task ConsentCsrf_WithoutTheFormsToken_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()));

        var answer = await browser.PostAsync("/oauth/consent", oauth.Issuer, "same-origin", ("id", OAuthUnderTest.IdOn(consent)), ("answer", "yes"));

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.IsEmpty(oauth.Ledger.Events.OfType<ConsentGiven>());
    }

    [TestMethod]
    public async Task ConsentClickJacking_IsKeptOffByTheHeaders()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();

        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()));

        Assert.Contains("frame-ancestors 'none'", consent.Headers["Content-Security-Policy"]);
        Assert.DoesNotContain("script", consent.Headers["Content-Security-Policy"]);
        Assert.AreEqual("DENY", consent.Headers["X-Frame-Options"]);
        Assert.IsNull(consent.Document.QuerySelector("script"));
        Assert.IsNull(consent.Location);
    }

    [TestMethod]
    public async Task Consent_ByGet_GivesNothing()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()));

        var answer = await browser.GetAsync(consent.Address.PathAndQuery + "&answer=yes");

        Assert.AreEqual("Let an application in?", answer.Heading);
        Assert.IsEmpty(oauth.Ledger.Events.OfType<ConsentGiven>());
    }

    [TestMethod]
    public async Task Consent_WithMarkupInTheClientsName_ShowsIt()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var registered = await oauth.Http.PostAsync(
            new Uri("/oauth/register", UriKind.Relative),
            new StringContent("{\"client_name\":\"<script>alert(1)</script>\\u202egnp\",\"redirect_uris\":[\"http://127.0.0.1:9/callback\"]}", System.Text.Encoding.UTF8, "application/json"));
        var client = (await OAuthUnderTest.JsonOf(registered)).GetProperty("client_id").GetString()!;

        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(client, OAuthUnderTest.NewVerifier()));

        Assert.IsNull(consent.Document.QuerySelector("script"));
        Assert.Contains("<script>alert(1)</script>", consent.Text);
        Assert.DoesNotContain("\u202e", consent.Body);
    }

    [TestMethod]
    public async Task MixUp_OfTwoIssuers_IsToldByTheAnswer()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var metadata = await OAuthUnderTest.JsonOf(await oauth.Http.GetAsync(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative)));

        var back = await OAuthUnderTest.AnswerAsync(browser, await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier())));

        Assert.IsTrue(metadata.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.AreEqual(metadata.GetProperty("issuer").GetString(), QueryHelpers.ParseQuery(back.Query)["iss"].ToString());
    }

    [TestMethod]
    public async Task SilentRequest_OfAPersonWhoIsSignedIn_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = await oauth.Pages.SignedInAsync("developer");

        var answer = await browser.GetAsync(OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier(), more: [("prompt", "none")]));

        Assert.AreEqual("consent_required", QueryHelpers.ParseQuery(new Uri(answer.Location!).Query)["error"].ToString());
    }

    [TestMethod]
    public async Task Request_ForAnotherHost_ByDnsRebinding_GetsNothing()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(oauth.Pages.Address, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()))) { Headers = { Host = "evil.example" } };

        var answer = await browser.SendAsync(message);

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.IsNull(answer.Location);
    }
}
