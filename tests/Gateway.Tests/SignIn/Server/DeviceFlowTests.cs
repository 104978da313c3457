using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn.Server;
using CursorBroker.Gateway.SignIn.Server.Device;
using CursorBroker.Gateway.Tests.Pages.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>Letting devices in, as <c>gh</c> asks for it, and attacks on it.</summary>
[TestClass]
public sealed class DeviceFlowTests
{
    private const string Gh = "178c6fc778ccc68e1d6a";
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";

    [TestMethod]
    public async Task Gh_FromItsCodeToItsToken_SpeaksFormsAndIsAnsweredInThem()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var asked = await oauth.PostAsync("/login/device/code", ("client_id", Gh), ("scope", "repo read:org gist"));
        Assert.AreEqual("application/x-www-form-urlencoded", asked.Content.Headers.ContentType!.MediaType);
        var device = QueryHelpers.ParseQuery(await asked.Content.ReadAsStringAsync());
        Assert.AreEqual(oauth.Issuer + "/login/device", device["verification_uri"].ToString());
        Assert.AreEqual("authorization_pending", await PollAsync(oauth, device["device_code"].ToString()));

        var done = await LetInAsync(oauth, device["user_code"].ToString().ToLowerInvariant().Replace('-', ' '));
        Assert.AreEqual("The device is let in", done.Heading);

        oauth.Wait(TimeSpan.FromSeconds(5));
        var answer = QueryHelpers.ParseQuery(await (await PollRawAsync(oauth, device["device_code"].ToString())).Content.ReadAsStringAsync());
        Assert.AreEqual("bearer", answer["token_type"].ToString());
        Assert.AreEqual("broker", answer["scope"].ToString());
        Assert.IsFalse(answer.ContainsKey("refresh_token"));
        var caller = await oauth.CallerAsync(answer["access_token"].ToString());
        Assert.AreEqual(Gh, caller.Client);
        Assert.Contains("payments-dev", caller.Groups);
        Assert.HasCount(1, oauth.Ledger.Events.OfType<DeviceApproved>());
    }

    [TestMethod]
    public async Task TokenOfGh_LastsAsLongAsGroupsCount_AndNoLonger()
    {
        await using var oauth = await OAuthUnderTest.StartAsync(new AuthorizationServerOptions { GroupsLifetime = TimeSpan.FromHours(1) });
        var device = await DeviceAsync(oauth);
        _ = await LetInAsync(oauth, device["user_code"]);
        oauth.Wait(TimeSpan.FromMinutes(10));
        var token = QueryHelpers.ParseQuery(await (await PollRawAsync(oauth, device["device_code"])).Content.ReadAsStringAsync())["access_token"].ToString();

        oauth.Wait(TimeSpan.FromMinutes(48));
        _ = await oauth.CallerAsync(token);
        oauth.Wait(TimeSpan.FromMinutes(3));

        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(token));
    }

    [TestMethod]
    public async Task DeviceCode_RedeemedTwice_GivesTokensOnce()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var device = await DeviceAsync(oauth);
        _ = await LetInAsync(oauth, device["user_code"]);
        oauth.Wait(TimeSpan.FromSeconds(5));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => PollAsync(oauth, device["device_code"]))));

        Assert.AreEqual(1, answers.Count(static error => error.Length == 0));
        Assert.AreEqual(3, answers.Count(static error => error == "invalid_grant"));
        Assert.HasCount(1, oauth.Ledger.Events.OfType<TokenIssued>());
    }

    [TestMethod]
    public async Task Polling_TooOften_IsSlowedDown()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var code = (await DeviceAsync(oauth))["device_code"];

        Assert.AreEqual("authorization_pending", await PollAsync(oauth, code));
        Assert.AreEqual("slow_down", await PollAsync(oauth, code));
        oauth.Wait(TimeSpan.FromSeconds(5));
        Assert.AreEqual("slow_down", await PollAsync(oauth, code));
        oauth.Wait(TimeSpan.FromSeconds(20));
        Assert.AreEqual("authorization_pending", await PollAsync(oauth, code));
    }

    [TestMethod]
    public async Task DeviceCode_AfterItsTime_IsOver()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var device = await DeviceAsync(oauth);

        oauth.Wait(DeviceCodeEndpoint.Lifetime);

        Assert.AreEqual("expired_token", await PollAsync(oauth, device["device_code"]));
        using var browser = await oauth.Pages.SignedInAsync("developer");
        Assert.Contains("No device shows that code", (await TypeAsync(browser, device["user_code"])).Text);
    }

    [TestMethod]
    public async Task Device_ThatThePersonRefuses_IsToldSo()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var device = await DeviceAsync(oauth);

        var done = await LetInAsync(oauth, device["user_code"], answer: "no");

        Assert.AreEqual("The device was not let in", done.Heading);
        Assert.AreEqual("access_denied", await PollAsync(oauth, device["device_code"]));
    }

    [TestMethod]
    public async Task DeviceCode_OfAnotherClient_GivesNothing()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var device = await DeviceAsync(oauth);

        var answer = await oauth.PostAsync("/oauth/token", ("grant_type", Grant), ("client_id", await oauth.RegisterAsync()), ("device_code", device["device_code"]));

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(answer));
    }

    [TestMethod]
    public async Task Device_OfARegisteredClient_AtTheProtocolsOwnEndpoint_GetsARefreshTokenToo()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var client = await oauth.RegisterAsync();
        var device = await DeviceAsync(oauth, client);
        var pending = await oauth.PostAsync("/oauth/token", ("grant_type", Grant), ("client_id", client), ("device_code", device["device_code"]));
        Assert.AreEqual(HttpStatusCode.BadRequest, pending.StatusCode);
        Assert.AreEqual("authorization_pending", await OAuthUnderTest.ErrorOf(pending));
        _ = await LetInAsync(oauth, device["user_code"]);
        oauth.Wait(TimeSpan.FromSeconds(5));

        var answer = await OAuthUnderTest.JsonOf(await oauth.PostAsync("/oauth/token", ("grant_type", Grant), ("client_id", client), ("device_code", device["device_code"])));

        Assert.IsTrue((await oauth.RefreshAsync(client, answer.GetProperty("refresh_token").GetString()!)).IsSuccessStatusCode);
    }

    [TestMethod]
    public async Task BruteForce_OfTypedCodes_IsStoppedByPerson()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var device = await DeviceAsync(oauth);
        using var browser = await oauth.Pages.SignedInAsync("outsider");
        for (var i = 0; i < 10; i++)
        {
            Assert.AreEqual(HttpStatusCode.OK, (await TypeAsync(browser, "BBBB-BBBB")).Status);
        }

        var right = await TypeAsync(browser, device["user_code"]);

        Assert.AreEqual(HttpStatusCode.TooManyRequests, right.Status);
        using var other = await oauth.Pages.SignedInAsync("developer");
        Assert.AreEqual("Confirm that it is you", (await TypeAsync(other, device["user_code"])).Heading);
    }

    [TestMethod]
    [DataRow("https://evil.example", "cross-site")]
    [DataRow(null, null)]
    public async Task DeviceCsrf_FromAnotherSite_IsRefused(string? origin, string? site)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var device = await DeviceAsync(oauth);
        using var browser = await oauth.Pages.SignedInAsync("developer");

        Assert.AreEqual(HttpStatusCode.Forbidden, (await browser.PostAsync("/login/device", origin, site, ("user_code", device["user_code"]))).Status);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await browser.PostAsync("/login/device", oauth.Issuer, "same-origin", ("user_code", device["user_code"]))).Status);
    }

    [TestMethod]
    public async Task DeviceCodeFlood_IsStopped()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 305; i++)
        {
            answers.Add((await oauth.PostAsync("/login/device/code", ("client_id", Gh))).StatusCode);
        }

        Assert.AreEqual(300, answers.Count(static status => status == HttpStatusCode.OK));
    }

    [TestMethod]
    public async Task EditorsSignIn_SendsItsParametersInTheAddress_AndReadsJson()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(oauth.Pages.Address, "/login/device/code?client_id=01ab8ac9400c4e429b23&scope=repo"));
        message.Headers.Accept.ParseAdd("application/json");

        var answer = await OAuthUnderTest.JsonOf(await oauth.Http.SendAsync(message));

        Assert.AreEqual(5, answer.GetProperty("interval").GetInt32());
        using var poll = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(oauth.Pages.Address, $"/login/oauth/access_token?client_id=01ab8ac9400c4e429b23&device_code={answer.GetProperty("device_code").GetString()}&grant_type={Uri.EscapeDataString(Grant)}"));
        poll.Headers.Accept.ParseAdd("application/json");
        Assert.AreEqual("authorization_pending", await OAuthUnderTest.ErrorOf(await oauth.Http.SendAsync(poll)));
    }

    [TestMethod]
    public async Task GitCredentialManager_ByGitHubsPaths_GetsATokenWithoutSayingWhatItSends()
    {
        const string Manager = "0120e057bd645470c1ed";
        const string Redirect = "http://localhost:50123/";
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();
        var verifier = OAuthUnderTest.NewVerifier();
        var consent = await OAuthUnderTest.ToConsentAsync(browser, OAuthUnderTest.AuthorizeAddress(Manager, verifier, Redirect, "/login/oauth/authorize", ("scope", "repo gist workflow")));
        Assert.Contains("which this broker knows. Any program can use this name.", consent.Text);
        var code = QueryHelpers.ParseQuery((await OAuthUnderTest.AnswerAsync(browser, consent)).Query)["code"].ToString();

        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(oauth.Pages.Address, "/login/oauth/access_token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_id"] = Manager,
                ["client_secret"] = "built-in",
                ["code"] = code,
                ["redirect_uri"] = Redirect,
                ["code_verifier"] = verifier,
            }),
        };
        message.Headers.Accept.ParseAdd("application/json");
        var answer = await OAuthUnderTest.JsonOf(await oauth.Http.SendAsync(message));

        Assert.AreEqual(Manager, (await oauth.CallerAsync(answer.GetProperty("access_token").GetString()!)).Client, answer.ToString());
    }

    private static async Task<Dictionary<string, string>> DeviceAsync(OAuthUnderTest oauth, string client = Gh) =>
        QueryHelpers.ParseQuery(await (await oauth.PostAsync("/login/device/code", ("client_id", client))).Content.ReadAsStringAsync())
            .ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString());

    private static Task<HttpResponseMessage> PollRawAsync(OAuthUnderTest oauth, string code) =>
        oauth.PostAsync("/login/oauth/access_token", ("client_id", Gh), ("device_code", code), ("grant_type", Grant));

    /// <summary>The error that a device gets; empty when it got a token.</summary>
    private static async Task<string> PollAsync(OAuthUnderTest oauth, string code)
    {
        var answer = await PollRawAsync(oauth, code);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        return QueryHelpers.ParseQuery(await answer.Content.ReadAsStringAsync()).TryGetValue("error", out var error) ? error.ToString() : "";
    }

    private static async Task<Answer> TypeAsync(Browser browser, string code) =>
        await browser.PressAsync(await browser.GetAsync("/login/device"), "/login/device", ("user_code", code));

    private static async Task<Answer> LetInAsync(OAuthUnderTest oauth, string code, string answer = "yes")
    {
        using var browser = await oauth.Pages.SignedInAsync("developer");
        var there = await browser.FollowAsync(await TypeAsync(browser, code));
        var consent = await browser.FollowAsync(await browser.PickAsync(there, "developer"));
        return await OAuthUnderTest.PressAsync(browser, consent, answer);
    }
}
