using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CursorBroker.Sandbox.Identity;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.Identity;

[TestClass]
public sealed class GraphTests
{
    private ProviderUnderTest _provider = null!;

    [TestInitialize]
    public async Task StartAsync() => _provider = await ProviderUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _provider.DisposeAsync();

    [TestMethod]
    [DataRow(true, DisplayName = "for the identity")]
    [DataRow(false, DisplayName = "for one sign-in, kept over a refresh")]
    public async Task Overage_LeavesOutTheGroups_AndSaysWhereTheyAre(bool forIdentity)
    {
        if (forIdentity)
        {
            _provider.Server.SetTooManyGroups("developer", tooMany: true);
        }

        var given = await _provider.GiveAsync("developer", new SandboxSignIn { TooManyGroups = !forIdentity });
        var refreshed = Assert.IsInstanceOfType<SandboxTokens.Given>(
            await _provider.Client.RefreshAsync(_provider.Server.Issuer, given.RefreshToken!, SandboxClient.CommandLineId, CancellationToken.None));

        foreach (var claims in new[] { ProviderUnderTest.Payload(given.AccessToken), ProviderUnderTest.Payload(refreshed.AccessToken) })
        {
            Assert.IsFalse(claims.TryGetProperty("groups", out _));
            var source = claims.GetProperty("_claim_names").GetProperty("groups").GetString()!;
            Assert.StartsWith(
                _provider.Server.GraphBase.AbsoluteUri, claims.GetProperty("_claim_sources").GetProperty(source).GetProperty("endpoint").GetString());
        }

        var plain = await _provider.ClaimsAsync("lead");
        Assert.IsTrue(plain.TryGetProperty("groups", out _));
    }

    [TestMethod]
    public async Task Graph_ListsGroupIdsByPage()
    {
        var token = await GraphTokenAsync();
        var ids = new List<string>();
        var pages = 0;
        for (string? next = Groups("developer"); next is not null; pages++)
        {
            var page = await GetAsync(next, token, HttpStatusCode.OK);
            ids.AddRange(page.GetProperty("value").EnumerateArray().Select(static group => group.GetProperty("id").GetString()!));
            next = page.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
        }

        Assert.AreEqual(2, pages);
        CollectionAssert.AreEqual(
            new[] { "payments-dev", "acme-engineering", "acme-everyone" }, ids.Select(static id => SandboxWorld.IssuerMetadata.GroupNames[id]).ToArray());
    }

    [TestMethod]
    public async Task Graph_ForSomeoneInNoGroup_IsEmpty()
    {
        var page = await GetAsync(Groups("outsider"), await GraphTokenAsync(), HttpStatusCode.OK);

        Assert.AreEqual(0, page.GetProperty("value").GetArrayLength());
    }

    [TestMethod]
    public async Task Graph_TakesNoTokenButItsOwn()
    {
        var brokers = (await _provider.GiveAsync("developer")).AccessToken;
        var own = await GraphTokenAsync();

        var refused = await GetAsync(Groups("developer"), brokers, HttpStatusCode.Unauthorized);
        Assert.AreEqual("InvalidAuthenticationToken", refused.GetProperty("error").GetProperty("code").GetString());
        await GetAsync(Groups("developer"), token: null, HttpStatusCode.Unauthorized);
        _provider.Clock.Advance(TimeSpan.FromHours(1));
        await GetAsync(Groups("developer"), own, HttpStatusCode.Unauthorized);
        Assert.IsFalse(await _provider.ValidatesAsync(own), "Graph's token must be worth nothing at the broker");
    }

    [TestMethod]
    public async Task Graph_OfSomeoneUnknown_Is404()
    {
        var missing = await GetAsync(
            $"{_provider.Server.GraphBase}/v1.0/users/00000000-0000-0000-0000-000000000000/transitiveMemberOf/microsoft.graph.group",
            await GraphTokenAsync(),
            HttpStatusCode.NotFound);

        Assert.AreEqual("Request_ResourceNotFound", missing.GetProperty("error").GetProperty("code").GetString());
    }

    [TestMethod]
    [DataRow("https://graph.microsoft.com/.default")]
    [DataRow("")]
    public async Task GraphToken_WithAnotherScope_IsRefused(string scope)
    {
        var (status, _) = await _provider.TokenAsync(
            ("grant_type", "client_credentials"), ("client_id", SandboxIdentityProvider.GraphClientId), ("client_secret", _provider.Server.GraphClientSecret), ("scope", scope));

        Assert.AreEqual(400, status);
    }

    private string Groups(string identity) =>
        $"{_provider.Server.GraphBase}/v1.0/users/{SandboxDirectory.Named(identity)!.ObjectId}/transitiveMemberOf/microsoft.graph.group";

    private async Task<string> GraphTokenAsync()
    {
        var (status, answer) = await _provider.TokenAsync(
            ("grant_type", "client_credentials"),
            ("client_id", SandboxIdentityProvider.GraphClientId),
            ("client_secret", _provider.Server.GraphClientSecret),
            ("scope", _provider.Server.GraphBase + "/.default"));
        Assert.AreEqual(200, status, answer.GetRawText());
        return answer.GetProperty("access_token").GetString()!;
    }

    private async Task<JsonElement> GetAsync(string address, string? token, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await _provider.Http.SendAsync(request);
        return await GitHubUnderTest.JsonAsync(response, expected);
    }
}
