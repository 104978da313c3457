using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn.Server.Registration;
using Microsoft.AspNetCore.WebUtilities;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>From an authorization request to tokens, and on.</summary>
[TestClass]
public sealed class CodeFlowTests
{
    [TestMethod]
    public async Task SignIn_FromRegistrationToRefresh_IsTheSamePersonThroughout()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, verifier) = (await oauth.RegisterAsync([.. RedirectRules.Cursor]), OAuthUnderTest.NewVerifier());
        using var browser = oauth.Pages.NewBrowser();

        var consent = await OAuthUnderTest.ToConsentAsync(
            browser, OAuthUnderTest.AuthorizeAddress(client, verifier, RedirectRules.Cursor[2], more: [("resource", oauth.Issuer + "/mcp"), ("scope", "broker")]));
        Assert.AreEqual("Let an application in?", consent.Heading);
        Assert.Contains("A test", consent.Text);
        Assert.Contains("cursor://anysphere.cursor-mcp/oauth/callback", consent.Text);
        Assert.Contains("Dana Developer", consent.Text.Replace("dana@acme.example", "Dana Developer", StringComparison.Ordinal));
        var back = await OAuthUnderTest.AnswerAsync(browser, consent);
        Assert.StartsWith("cursor://anysphere.cursor-mcp/oauth/callback?", back.OriginalString);
        var query = QueryHelpers.ParseQuery(back.Query);
        Assert.AreEqual("the-state", query["state"].ToString());
        Assert.AreEqual(oauth.Issuer, query["iss"].ToString());

        var redeemed = await oauth.RedeemAsync(client, query["code"].ToString(), verifier, RedirectRules.Cursor[2], ("resource", oauth.Issuer + "/mcp"));
        var tokens = await OAuthUnderTest.JsonOf(redeemed);
        Assert.AreEqual(HttpStatusCode.OK, redeemed.StatusCode, tokens.ToString());
        Assert.AreEqual("broker", tokens.GetProperty("scope").GetString());
        Assert.AreEqual("Bearer", tokens.GetProperty("token_type").GetString());
        Assert.IsLessThanOrEqualTo(900, tokens.GetProperty("expires_in").GetInt32());
        Assert.Contains("no-store", redeemed.Headers.CacheControl!.ToString());

        var caller = await oauth.CallerAsync(tokens.GetProperty("access_token").GetString()!);
        Assert.AreEqual(oauth.Pages.Issuer, caller.Person.Issuer);
        Assert.AreEqual(CallerKind.Person, caller.Kind);
        Assert.Contains("payments-dev", caller.Groups);
        Assert.StartsWith("client-", caller.Client);

        var refreshed = await OAuthUnderTest.JsonOf(await oauth.RefreshAsync(client, tokens.GetProperty("refresh_token").GetString()!));
        var again = await oauth.CallerAsync(refreshed.GetProperty("access_token").GetString()!);
        Assert.AreEqual(caller.Person, again.Person);
        Assert.AreEqual(caller.Client, again.Client);
        CollectionAssert.AreEqual(
            new[] { typeof(ClientRegistered), typeof(ConsentGiven), typeof(TokenIssued), typeof(TokenRefreshed) }, oauth.Ledger.Events.Select(static one => one.GetType()).ToArray());
    }

    [TestMethod]
    public async Task Refresh_ReadsTheGroupsOfThatMoment()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();
        oauth.Pages.Provider.SetGroups("developer", "payments-leads");

        var answer = await OAuthUnderTest.JsonOf(await oauth.RefreshAsync(client, refresh));

        var caller = await oauth.CallerAsync(answer.GetProperty("access_token").GetString()!);
        CollectionAssert.AreEquivalent(new[] { "payments-leads" }, caller.Groups.ToArray());
        Assert.IsTrue(oauth.Ledger.Events.OfType<TokenRefreshed>().Single().Reread);
    }

    [TestMethod]
    public async Task Consent_AnsweredWithNo_GivesAnErrorAndNoCode()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier()));

        var back = await OAuthUnderTest.AnswerAsync(browser, consent, "no");

        var query = QueryHelpers.ParseQuery(back.Query);
        Assert.AreEqual("access_denied", query["error"].ToString());
        Assert.AreEqual(oauth.Issuer, query["iss"].ToString());
        Assert.AreEqual("the-state", query["state"].ToString());
        Assert.IsFalse(query.ContainsKey("code"));
    }

    [TestMethod]
    public async Task Consent_IsAskedAgain_ThoughTheSamePersonHasAgreedBefore()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var client = await oauth.RegisterAsync();
        var first = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(client, OAuthUnderTest.NewVerifier()));
        await OAuthUnderTest.AnswerAsync(browser, first);

        var second = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(client, OAuthUnderTest.NewVerifier()));

        Assert.AreEqual("Let an application in?", second.Heading);
    }

    [TestMethod]
    public async Task Revocation_OfTheRefreshToken_EndsTheAccessTokenToo()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, access, refresh) = await oauth.TokensAsync();

        var answer = await oauth.PostAsync("/oauth/revoke", ("token", refresh), ("client_id", client), ("token_type_hint", "refresh_token"));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        oauth.Wait();
        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(access));
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));
        Assert.HasCount(1, oauth.Ledger.Events.OfType<SignInRevoked>());
    }

    [TestMethod]
    public async Task Revocation_OfTheAccessToken_EndsTheRefreshTokenToo()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, access, refresh) = await oauth.TokensAsync();

        Assert.AreEqual(HttpStatusCode.OK, (await oauth.PostAsync("/oauth/revoke", ("token", access), ("client_id", client))).StatusCode);

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));
    }

    [TestMethod]
    public async Task Revocation_OfATokenNobodyKnows_IsAsGoodAsDone()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();

        var answer = await oauth.PostAsync("/oauth/revoke", ("token", "made-up"), ("client_id", await oauth.RegisterAsync()));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
