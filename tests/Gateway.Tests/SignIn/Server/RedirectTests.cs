using System.Net;
using CursorBroker.Gateway.SignIn.Server;
using CursorBroker.Gateway.SignIn.Server.Registration;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>Redirects that differ by a character, and open redirects.</summary>
[TestClass]
public sealed class RedirectTests
{
    [TestMethod]
    [DataRow("http://localhost:8787/callback", true, DisplayName = "Cursor's first")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/callback", true, DisplayName = "Cursor's second")]
    [DataRow("cursor://anysphere.cursor-mcp/oauth/callback", true, DisplayName = "Cursor's third")]
    [DataRow("https://tool.example/callback", true, DisplayName = "The host's own")]
    [DataRow("http://127.0.0.1:51234/any/path", true, DisplayName = "Loopback")]
    [DataRow("http://[::1]:51234/callback", true, DisplayName = "Loopback, IPv6")]
    [DataRow("http://127.0.0.1/", true, DisplayName = "Loopback without a port")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/callback/", false, DisplayName = "Slash at the end")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/Callback", false, DisplayName = "Case of the path")]
    [DataRow("https://WWW.cursor.com/agents/mcp/oauth/callback", false, DisplayName = "Case of the host")]
    [DataRow("https://www.cursor.com:443/agents/mcp/oauth/callback", false, DisplayName = "The port spelled out")]
    [DataRow("https://www.cursor.com:8443/agents/mcp/oauth/callback", false, DisplayName = "Another port")]
    [DataRow("http://www.cursor.com/agents/mcp/oauth/callback", false, DisplayName = "Without TLS")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/callback?x=1", false, DisplayName = "Query")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/callback#x", false, DisplayName = "Fragment")]
    [DataRow("https://me@www.cursor.com/agents/mcp/oauth/callback", false, DisplayName = "User name")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/../oauth/callback", false, DisplayName = "Dot segment")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/%63allback", false, DisplayName = "Escape")]
    [DataRow("https://www.cursor.com.evil.example/agents/mcp/oauth/callback", false, DisplayName = "Longer host")]
    [DataRow("https://evil.example/", false, DisplayName = "Elsewhere")]
    [DataRow("cursor://anysphere.cursor-mcp/oauth/callback/", false, DisplayName = "Own scheme, slash at the end")]
    [DataRow("CURSOR://anysphere.cursor-mcp/oauth/callback", false, DisplayName = "Own scheme, case")]
    [DataRow("http://127.0.0.1:51234@evil.example/", false, DisplayName = "Loopback as a user name")]
    [DataRow("http://127.0.0.1:0/", false, DisplayName = "Port 0")]
    [DataRow("http://127.0.0.1:/callback", false, DisplayName = "Empty port")]
    [DataRow("http://127.0.0.1:080/callback", false, DisplayName = "Port with a zero before it")]
    [DataRow("http://127.0.0.1:65536/callback", false, DisplayName = "Port too large")]
    [DataRow("http://127.0.0.1.evil.example/", false, DisplayName = "Loopback as a label")]
    [DataRow("http://127.0.0.2/callback", false, DisplayName = "Another loopback address")]
    [DataRow("http://127.1/callback", false, DisplayName = "Loopback, abbreviated")]
    [DataRow("http://0177.0.0.1/callback", false, DisplayName = "Loopback, octal")]
    [DataRow("http://LOCALHOST/callback", false, DisplayName = "Case of localhost")]
    [DataRow("http://localhost.evil.example/callback", false, DisplayName = "localhost as a label")]
    [DataRow("http://[::ffff:127.0.0.1]/callback", false, DisplayName = "IPv4 within IPv6")]
    [DataRow("https://127.0.0.1/callback", false, DisplayName = "Loopback with TLS")]
    [DataRow("http://127.0.0.1/a/../b", false, DisplayName = "Loopback, dot segment")]
    [DataRow("http://127.0.0.1/a//b", false, DisplayName = "Loopback, empty segment")]
    [DataRow("http://127.0.0.1/callback#x", false, DisplayName = "Loopback, fragment")]
    [DataRow("http://127.0.0.1/callback?x=1", false, DisplayName = "Loopback, query")]
    [DataRow("http://127.0.0.1\\@evil.example/", false, DisplayName = "Backslash")]
    [DataRow("http://127.0.0.1/\r\nLocation: https://evil.example", false, DisplayName = "Header in it")]
    [DataRow("javascript:alert(1)", false, DisplayName = "Script")]
    [DataRow("", false, DisplayName = "Nothing")]
    public void Registration_OfARedirect_IsOneOfTheListOrPlainLoopback(string redirect, bool allowed) =>
        Assert.AreEqual(allowed, RedirectRules.MayRegister(redirect, ["https://tool.example/callback"]));

    [TestMethod]
    [DataRow("http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb", true, DisplayName = "Loopback, another port")]
    [DataRow("http://[::1]:1/cb", "http://[::1]/cb", true, DisplayName = "Loopback, no port")]
    [DataRow("http://localhost/cb", "http://localhost:2/cb", true, DisplayName = "localhost that was registered without a port")]
    [DataRow("http://localhost:1/cb", "http://localhost:2/cb", false, DisplayName = "localhost, another port")]
    [DataRow("http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb/", false, DisplayName = "Slash at the end")]
    [DataRow("http://127.0.0.1:1/cb", "http://127.0.0.1:1/CB", false, DisplayName = "Case")]
    [DataRow("http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb/../cb", false, DisplayName = "Dot segment")]
    [DataRow("http://127.0.0.1:1/cb", "http://x@127.0.0.1:1/cb", false, DisplayName = "User name")]
    [DataRow("http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb#f", false, DisplayName = "Fragment")]
    [DataRow("http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb?q", false, DisplayName = "Query")]
    [DataRow("http://127.0.0.1:1/cb", "http://localhost:1/cb", false, DisplayName = "Another name for loopback")]
    [DataRow("http://127.0.0.1:1/cb", "http://[::1]:1/cb", false, DisplayName = "Another loopback")]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/callback", "https://www.cursor.com:8443/agents/mcp/oauth/callback", false, DisplayName = "No loopback, another port")]
    [DataRow("cursor://anysphere.cursor-mcp/oauth/callback", "cursor://anysphere.cursor-mcp:1/oauth/callback", false, DisplayName = "Own scheme, a port")]
    public void Redirect_IsTheRegisteredOne_OnlyToTheLetter_ButForTheLoopbackPort(string registered, string asked, bool same) =>
        Assert.AreEqual(same, RedirectRules.IsRegistered(asked, registered));

    [TestMethod]
    [DataRow("http://127.0.0.1:9/callback/")]
    [DataRow("http://127.0.0.1:9/Callback")]
    [DataRow("http://127.0.0.1:9/callback#fragment")]
    [DataRow("http://someone@127.0.0.1:9/callback")]
    [DataRow("http://127.0.0.1:9/x/../callback")]
    [DataRow("https://evil.example/callback")]
    [DataRow("//evil.example/callback")]
    [DataRow(null, DisplayName = "None")]
    public async Task OpenRedirect_ToWhatIsNotRegistered_IsShownAndFollowedNowhere(string? redirect)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = oauth.Pages.NewBrowser();

        var answer = await browser.GetAsync(OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier(), more: [("redirect_uri", redirect)]));

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.IsNull(answer.Location);
        Assert.DoesNotContain("evil.example", answer.Body);
    }

    [TestMethod]
    public async Task Redirect_OfTheTokenRequest_MustBeTheOneOfTheCode()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, verifier) = (await oauth.RegisterAsync(OAuthUnderTest.Loopback, "http://127.0.0.1:9/other"), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, verifier);

        var answer = await oauth.RedeemAsync(client, code, verifier, "http://127.0.0.1:9/other");

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(answer));
    }

    [TestMethod]
    public async Task Redirect_ThatTheHostTookFromItsList_IsNobodysAnyMore()
    {
        const string Redirect = "https://tool.example/callback";
        await using var oauth = await OAuthUnderTest.StartAsync(new AuthorizationServerOptions { FurtherRedirects = [Redirect] });
        var client = await oauth.RegisterAsync(Redirect);
        Assert.IsTrue(oauth.Get<Clients>().Find(client)!.AllowsRedirect(Redirect));

        var later = new Clients(new Pipeline.FakeSealer(), new AuthorizationServerOptions(), oauth.Pages.Time).Find(client);

        Assert.IsFalse(later!.AllowsRedirect(Redirect));
    }
}
