using System.Net;
using System.Net.Sockets;
using System.Text;
using CursorBroker.Gateway.Tests.Pages.Support;
using CursorBroker.Gateway.Tests.SignIn.Server;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace CursorBroker.Browser.Tests;

/// <summary>Letting an application in, in a real browser: through the provider and the question to a program that listens on this machine.</summary>
[TestClass]
public sealed class ConsentTourTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow(1280, 900, ColorScheme.Light)]
    [DataRow(1280, 900, ColorScheme.Dark)]
    [DataRow(390, 844, ColorScheme.Light)]
    [DataRow(320, 640, ColorScheme.Dark)]
    public async Task Developer_LetsAnApplicationIn_AndItGetsItsTokens(int width, int height, ColorScheme scheme)
    {
        using var application = new Listening();
        await using var oauth = await OAuthUnderTest.StartAsync();
        await using var tour = await Tour.StartAsync(TestContext, "consent", width, height, scheme, oauth.Pages);
        var (client, verifier) = (await oauth.RegisterAsync(application.Redirect), OAuthUnderTest.NewVerifier());

        await tour.GoAsync(OAuthUnderTest.AuthorizeAddress(client, verifier, application.Redirect));
        await tour.PickAsync("Dana Developer");
        await Assertions.Expect(tour.Page).ToHaveTitleAsync("Let an application in? · CursorBroker");
        await tour.LookAsync("question");
        var answered = application.AnswerAsync(TestContext.CancellationToken);
        await tour.Page.GetByRole(AriaRole.Button, new() { Name = "Let it in" }).ClickAsync();

        var query = QueryHelpers.ParseQuery(await answered);
        Assert.AreEqual("the-state", query["state"].ToString());
        var tokens = await OAuthUnderTest.JsonOf(await oauth.RedeemAsync(client, query["code"].ToString(), verifier, application.Redirect));
        Assert.Contains("payments-dev", (await oauth.CallerAsync(tokens.GetProperty("access_token").GetString()!)).Groups);
    }

    [TestMethod]
    public async Task Developer_LetsADeviceIn_WithTheKeyboardAlone()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        await using var tour = await Tour.StartAsync(TestContext, "device", 1280, 900, ColorScheme.Light, oauth.Pages);
        var page = tour.Page;
        var asked = QueryHelpers.ParseQuery(await (await oauth.PostAsync("/login/device/code", ("client_id", "178c6fc778ccc68e1d6a"))).Content.ReadAsStringAsync(TestContext.CancellationToken));

        await tour.GoAsync("/login/device");
        await tour.PickAsync("Dana Developer");
        await Assertions.Expect(page.GetByLabel("Code")).ToBeFocusedAsync();
        await tour.LookAsync("code");
        await page.Keyboard.TypeAsync("bbbb-bbbb");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No device shows that code");
        await tour.LookAsync("wrong-code");
        await page.Keyboard.TypeAsync(asked["user_code"].ToString());
        await page.Keyboard.PressAsync("Enter");
        await tour.PickAsync("Dana Developer");
        await Assertions.Expect(page).ToHaveTitleAsync("Let an application in? · CursorBroker");
        await tour.LookAsync("question");
        await page.GetByRole(AriaRole.Button, new() { Name = "Let it in" }).PressAsync("Enter");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("The device is let in");
        await tour.LookAsync("done");
    }

    [TestMethod]
    public async Task RequestThatCannotBe_IsShownAndGoesNowhere()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        await using var tour = await Tour.StartAsync(TestContext, "refused", 1280, 900, ColorScheme.Light, oauth.Pages);

        await tour.Page.GotoAsync(new Uri(
            oauth.Pages.Address, OAuthUnderTest.AuthorizeAddress(await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier(), more: [("redirect_uri", "https://evil.example/")])).AbsoluteUri);

        await Assertions.Expect(tour.Page.Locator("h1")).ToHaveTextAsync("That application asked for something that cannot be");
        Assert.AreEqual(oauth.Issuer, new Uri(tour.Page.Url).GetLeftPart(UriPartial.Authority));
    }

    /// <summary>A program that waits on loopback for the browser to come back.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Listening()
        {
            _listener.Start();
            Redirect = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/callback";
        }

        public string Redirect { get; }

        /// <summary>The query that the browser brings.</summary>
        public async Task<string> AnswerAsync(CancellationToken cancellationToken)
        {
            using var browser = await _listener.AcceptTcpClientAsync(cancellationToken);
            using var reader = new StreamReader(browser.GetStream(), Encoding.ASCII);
            var asked = await reader.ReadLineAsync(cancellationToken);
            await browser.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nDone."u8.ToArray(), cancellationToken);
            return new Uri("http://x" + asked!.Split(' ')[1]).Query;
        }

        public void Dispose() => _listener.Dispose();
    }
}
