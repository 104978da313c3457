using System.Net;

namespace CursorBroker.Adapters.Tests.Oidc;

/// <summary>What a provider, or someone who speaks in its place, may not make the broker do.</summary>
[TestClass]
public sealed class HostileProviderTests
{
    private static readonly string[] NotKeys = ["", "[]", "{", "null", """{"keys":"none"}""", "<html></html>"];

    [TestMethod]
    [DataRow("https://evil.example/.well-known/openid-configuration")]
    [DataRow("http://169.254.169.254/latest/meta-data")]
    [DataRow("https://login.example/t1/other")]
    public async Task Fetch_DiscoveryRedirects_IsRefused(string target)
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Web.On(fixture.Provider.Discovery, (_, _) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.Redirect) { Headers = { Location = new Uri(target) } }));
        Assert.Contains("302", await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload())));
        Assert.HasCount(1, fixture.Web.Requests);
    }

    [TestMethod]
    public async Task Fetch_HandlerThatFollowedARedirectItself_IsRefused()
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Web.On(fixture.Provider.Discovery, (request, _) =>
        {
            request.RequestUri = new Uri("https://evil.example/");
            return Task.FromResult(FakeWeb.Json("{}"));
        });
        Assert.Contains("redirected", await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload())));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "said beforehand")]
    [DataRow(false, DisplayName = "found while reading")]
    public async Task Fetch_DocumentOverTheCap_IsRefused(bool sized)
    {
        using var fixture = new RelyingPartyFixture();
        var body = new byte[fixture.Options.MaxDocumentBytes + 1];
        Array.Fill(body, (byte)' ');
        fixture.Web.On(fixture.Provider.Discovery, (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = sized ? new ByteArrayContent(body) : new UnsizedContent(new MemoryStream(body)),
        }));
        Assert.Contains("too large", await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload())));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "no headers")]
    [DataRow(false, DisplayName = "headers, then no body")]
    public async Task Fetch_SlowProvider_IsGivenUpAtTheTimeout(bool beforeHeaders)
    {
        using var fixture = new RelyingPartyFixture();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Web.On(fixture.Provider.Discovery, async (_, cancel) =>
        {
            if (beforeHeaders)
            {
                reached.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            }

            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new UnsizedContent(new EndlessWait(reached)) };
        });

        var asking = fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload()));
        await reached.Task;
        fixture.Time.Advance(fixture.Options.DocumentTimeout - TimeSpan.FromTicks(1));
        Assert.IsFalse(asking.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Contains("too long", await asking.WaitAsync(TimeSpan.FromSeconds(120)));
    }

    [TestMethod]
    [DataRow("https://evil.example")]
    [DataRow("https://login.example/t1/")]
    [DataRow("https://LOGIN.example/t1")]
    [DataRow("")]
    public async Task Fetch_DiscoveryNamesAnotherIssuer_IsRefusedBeforeItsKeysAreFetched(string named)
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Provider.Named = named;
        Assert.Contains("another issuer", await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload())));
        Assert.HasCount(1, fixture.Web.Requests);
    }

    [TestMethod]
    [DataRow("http://login.example/t1/keys", DisplayName = "plain http")]
    [DataRow("http://127.0.0.1/keys", DisplayName = "this machine, http")]
    [DataRow("https://127.0.0.1/keys", DisplayName = "this machine, https")]
    [DataRow("https://localhost:8443/keys", DisplayName = "this machine by name")]
    [DataRow("https://[::1]/keys", DisplayName = "this machine, IPv6")]
    [DataRow("file:///etc/passwd", DisplayName = "a file")]
    [DataRow("ftp://login.example/keys", DisplayName = "another protocol")]
    [DataRow("https://user:pass@login.example/keys", DisplayName = "credentials in the address")]
    [DataRow("/t1/keys", DisplayName = "relative")]
    public async Task Fetch_KeysAtAnAddressNotAllowed_IsRefusedUnasked(string jwks)
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Provider.Jwks = jwks;
        Assert.Contains("may not be asked", await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload())));
        Assert.HasCount(1, fixture.Web.Requests);
    }

    [TestMethod]
    public async Task Fetch_KeysOnAnotherHttpsHost_AreFine()
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Provider.Jwks = "https://keys.example/certs";
        fixture.Web.On("https://keys.example/certs", () => System.Text.Json.JsonSerializer.Serialize(new { keys = fixture.Provider.Keys }));
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
    }

    [TestMethod]
    public async Task Fetch_LoopbackHttpIssuer_IsFineForDevelopment()
    {
        using var fixture = new RelyingPartyFixture(issuer: "http://127.0.0.1:7072");
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
    }

    [TestMethod]
    [DataRow("http://login.example/t1", DisplayName = "plain http")]
    [DataRow("http://127.0.0.1.evil.example", DisplayName = "looks like loopback")]
    [DataRow("ftp://login.example", DisplayName = "another protocol")]
    [DataRow("not an address")]
    public async Task Fetch_IssuerListedOverAWeakTransport_IsUnavailableUnasked(string issuer)
    {
        using var fixture = new RelyingPartyFixture(issuer: issuer);
        await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload()));
        Assert.IsEmpty(fixture.Web.Requests);
    }

    [TestMethod]
    public async Task Fetch_DocumentsThatAreNone_AreUnavailable()
    {
        foreach (var text in NotKeys)
        {
            using var discovery = new RelyingPartyFixture();
            discovery.Web.On(discovery.Provider.Discovery, () => text);
            await discovery.UnavailableAsync(TestKey.Rsa.Token(discovery.Payload()));

            using var keys = new RelyingPartyFixture();
            keys.Web.On(keys.Provider.Jwks, () => text);
            await keys.UnavailableAsync(TestKey.Rsa.Token(keys.Payload()));
        }
    }

    [TestMethod]
    public async Task Fetch_NetworkError_IsUnavailable()
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Web.On(fixture.Provider.Discovery, (_, _) => throw new HttpRequestException("name does not resolve"));
        Assert.Contains("name does not resolve", await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload())));
    }
}
