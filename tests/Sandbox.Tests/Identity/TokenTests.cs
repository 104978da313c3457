using System.Text.Json;
using CursorBroker.Sandbox.Identity;
using CursorBroker.Sandbox.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CursorBroker.Sandbox.Tests.Identity;

[TestClass]
public sealed class TokenTests
{
    private ProviderUnderTest _provider = null!;

    [TestInitialize]
    public async Task StartAsync() => _provider = await ProviderUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _provider.DisposeAsync();

    [TestMethod]
    [DataRow("developer", """["payments-dev"]""")]
    [DataRow("lead", """["payments-leads"]""")]
    [DataRow("outsider", null)]
    public async Task Person_GetsEntrasClaims(string identity, string? groups)
    {
        var given = await _provider.GiveAsync(identity);

        var claims = ProviderUnderTest.Payload(given.AccessToken);
        var known = SandboxDirectory.Named(identity)!;
        Assert.IsTrue(await _provider.ValidatesAsync(given.AccessToken));
        Assert.AreEqual(_provider.Server.Issuer.AbsoluteUri, Text(claims, "iss"));
        Assert.AreEqual("cursor-broker", Text(claims, "aud"));
        Assert.AreEqual("cursor-broker-cli", Text(claims, "azp"));
        Assert.AreEqual(SandboxDirectory.TenantId, Text(claims, "tid"));
        Assert.AreEqual(known.ObjectId, Text(claims, "oid"));
        Assert.AreEqual(known.DisplayName, Text(claims, "name"));
        Assert.AreEqual(known.UserName, Text(claims, "preferred_username"));
        Assert.AreEqual(3600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.AreEqual(_provider.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.AreEqual(groups, claims.TryGetProperty("groups", out var held) ? held.GetRawText() : null);
        Assert.IsFalse(claims.TryGetProperty("idtyp", out _));
        Assert.IsFalse(claims.EnumerateObject().Any(static claim => claim.Name.StartsWith("sandbox", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task BrokersPages_GetAnIdentityTokenWithGroups()
    {
        var given = await _provider.GiveAsync("lead", new SandboxSignIn
        {
            ClientId = SandboxClient.PagesId,
            RedirectUri = "http://127.0.0.1:7071/login/callback",
            Scope = "openid profile",
        });

        var claims = ProviderUnderTest.Payload(given.IdToken!);
        Assert.AreEqual("cursor-broker-pages", Text(claims, "aud"));
        Assert.AreEqual(SandboxDirectory.TenantId, Text(claims, "tid"));
        Assert.AreEqual(SandboxDirectory.Named("lead")!.ObjectId, Text(claims, "oid"));
        Assert.AreEqual("Lee Lead", Text(claims, "name"));
        Assert.AreEqual("""["payments-leads"]""", claims.GetProperty("groups").GetRawText());
    }

    [TestMethod]
    public async Task IdentityToken_WithTooManyGroups_SaysSoToo()
    {
        _provider.Server.SetTooManyGroups("lead", true);

        var claims = ProviderUnderTest.Payload((await _provider.GiveAsync("lead")).IdToken!);

        Assert.IsFalse(claims.TryGetProperty("groups", out _));
        Assert.AreEqual("src1", claims.GetProperty("_claim_names").GetProperty("groups").GetString());
    }

    [TestMethod]
    public async Task Groups_ThatWereChanged_CountFromTheNextToken()
    {
        _provider.Server.SetGroups("developer", "payments-leads");

        Assert.AreEqual("""["payments-leads"]""", (await _provider.ClaimsAsync("developer")).GetProperty("groups").GetRawText());
        Assert.ThrowsExactly<ArgumentException>(() => _provider.Server.SetGroups("nobody"));
    }

    [TestMethod]
    public async Task Workload_GetsItsOwnToken()
    {
        var given = await _provider.GiveAsync("build");

        var claims = ProviderUnderTest.Payload(given.AccessToken);
        Assert.IsTrue(await _provider.ValidatesAsync(given.AccessToken));
        Assert.AreEqual("app", Text(claims, "idtyp"));
        Assert.AreEqual("build", Text(claims, "azp"));
        Assert.AreEqual(Text(claims, "oid"), Text(claims, "sub"));
        Assert.IsFalse(claims.TryGetProperty("groups", out _));
        Assert.IsNull(given.RefreshToken);
    }

    [TestMethod]
    public async Task Subject_DiffersFromClientToClient_TheObjectIdDoesNot()
    {
        var here = await _provider.ClaimsAsync("developer");
        var again = await _provider.ClaimsAsync("developer");
        var there = await _provider.ClaimsAsync("developer", new SandboxSignIn { ClientId = SandboxClient.CursorId, RedirectUri = "cursor://anysphere.cursor-mcp/oauth/callback" });
        var other = await _provider.ClaimsAsync("lead");

        Assert.AreEqual(Text(here, "sub"), Text(again, "sub"));
        Assert.AreNotEqual(Text(here, "sub"), Text(there, "sub"));
        Assert.AreEqual(Text(here, "oid"), Text(there, "oid"));
        Assert.AreNotEqual(Text(here, "sub"), Text(other, "sub"));
    }

    [TestMethod]
    public async Task IdToken_IsForTheClient()
    {
        var claims = ProviderUnderTest.Payload((await _provider.GiveAsync("lead")).IdToken!);

        Assert.AreEqual("cursor-broker-cli", Text(claims, "aud"));
        Assert.AreEqual(SandboxDirectory.Named("lead")!.ObjectId, Text(claims, "oid"));
        Assert.AreEqual(_provider.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
        Assert.AreNotEqual(string.Empty, Text(claims, "nonce"));
    }

    [TestMethod]
    public async Task RefreshToken_GivesTheSamePersonAFreshToken_WhoSignedInWhenTheyDid()
    {
        var first = await _provider.GiveAsync("developer");
        var signedIn = _provider.Clock.GetUtcNow().ToUnixTimeSeconds();
        _provider.Clock.Advance(TimeSpan.FromHours(2));
        Assert.IsFalse(await _provider.ValidatesAsync(first.AccessToken));

        var refreshed = Assert.IsInstanceOfType<SandboxTokens.Given>(
            await _provider.Client.RefreshAsync(_provider.Server.Issuer, first.RefreshToken!, SandboxClient.CommandLineId, CancellationToken.None));

        Assert.IsTrue(await _provider.ValidatesAsync(refreshed.AccessToken));
        var claims = ProviderUnderTest.Payload(refreshed.AccessToken);
        Assert.AreEqual(Text(ProviderUnderTest.Payload(first.AccessToken), "sub"), Text(claims, "sub"));
        Assert.AreEqual(signedIn, claims.GetProperty("auth_time").GetInt64());
        Assert.AreEqual("""["payments-dev"]""", claims.GetProperty("groups").GetRawText());
    }

    [TestMethod]
    public async Task RefreshToken_OfOneClient_IsWorthNothingAtAnother()
    {
        var first = await _provider.GiveAsync("developer");

        var refused = await _provider.Client.RefreshAsync(_provider.Server.Issuer, first.RefreshToken!, SandboxClient.CursorId, CancellationToken.None);

        Assert.AreEqual("invalid_grant", Assert.IsInstanceOfType<SandboxTokens.Refused>(refused).Error);
    }

    [TestMethod]
    public async Task UnknownIdentity_IsRefused_AndTheRefusalListsThose()
    {
        var refused = Assert.IsInstanceOfType<SandboxTokens.Refused>(
            await _provider.Client.GetTokenAsync(_provider.Server.Issuer, "nobody", CancellationToken.None));

        Assert.Contains("developer, lead, outsider, build", refused.Description);
    }

    [TestMethod]
    public async Task Keys_OutliveARestart()
    {
        var given = await _provider.GiveAsync("developer");

        await _provider.RestartAsync();

        Assert.IsTrue(await _provider.ValidatesAsync(given.AccessToken));
        Assert.IsInstanceOfType<SandboxTokens.Given>(
            await _provider.Client.RefreshAsync(_provider.Server.Issuer, given.RefreshToken!, SandboxClient.CommandLineId, CancellationToken.None));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task RotatedKeys_SignAnew_AndOldTokensLiveOnlyIfTheOldKeyDoes(bool forgetOld)
    {
        var old = await _provider.GiveAsync("developer");

        _provider.Server.RotateKeys(forgetOld);
        var fresh = await _provider.GiveAsync("developer");

        Assert.AreNotEqual(new JsonWebToken(old.AccessToken).Kid, new JsonWebToken(fresh.AccessToken).Kid);
        Assert.IsTrue(await _provider.ValidatesAsync(fresh.AccessToken));
        Assert.AreEqual(!forgetOld, await _provider.ValidatesAsync(old.AccessToken));
        Assert.HasCount(forgetOld ? 1 : 2, (await _provider.DiscoverAsync()).SigningKeys);
    }

    [TestMethod]
    [DataRow(SandboxOutage.Unavailable)]
    [DataRow(SandboxOutage.Cut)]
    public async Task Outage_LeavesNobodyIn_UntilItEnds(SandboxOutage outage)
    {
        _provider.Server.Outage = outage;
        Assert.IsInstanceOfType<SandboxTokens.Unreachable>(
            await _provider.Client.GetTokenAsync(_provider.Server.Issuer, "developer", CancellationToken.None));

        _provider.Server.Outage = SandboxOutage.None;
        await _provider.GiveAsync("developer");
    }

    private static string Text(JsonElement claims, string name) => claims.GetProperty(name).GetString()!;
}
