using System.Net;
using System.Text.Json;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>What clients read before anything else.</summary>
[TestClass]
public sealed class MetadataTests
{
    [TestMethod]
    [DataRow("/.well-known/oauth-protected-resource", "")]
    [DataRow("/.well-known/oauth-protected-resource/mcp", "/mcp")]
    public async Task Resource_NamesItselfAndItsServer(string path, string suffix)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();

        var body = await ReadAsync(oauth, path);

        Assert.AreEqual(oauth.Issuer + suffix, body.GetProperty("resource").GetString());
        Assert.AreEqual(oauth.Issuer, body.GetProperty("authorization_servers")[0].GetString());
        Assert.AreEqual("broker", body.GetProperty("scopes_supported")[0].GetString());
        Assert.AreEqual("header", body.GetProperty("bearer_methods_supported")[0].GetString());
    }

    [TestMethod]
    public async Task Server_IsDescribedAlikeUnderItsThreeNames_ByTheConfiguredAddress()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var texts = new HashSet<string>();
        foreach (var path in new[] { "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp", "/.well-known/openid-configuration" })
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(oauth.Pages.Address, path)) { Headers = { Host = "evil.example" } };
            message.Headers.Add("X-Forwarded-Host", "evil.example");
            texts.Add(await (await oauth.Http.SendAsync(message)).Content.ReadAsStringAsync());
        }

        Assert.HasCount(1, texts);
        Assert.DoesNotContain("evil", texts.Single());
        var body = JsonSerializer.Deserialize<JsonElement>(texts.Single());
        Assert.AreEqual(oauth.Issuer, body.GetProperty("issuer").GetString());
        Assert.AreEqual("S256", string.Join(' ', body.GetProperty("code_challenge_methods_supported").EnumerateArray()));
        foreach (var name in new[] { "authorization_endpoint", "token_endpoint", "registration_endpoint", "revocation_endpoint", "device_authorization_endpoint", "jwks_uri" })
        {
            Assert.StartsWith(oauth.Issuer + "/", body.GetProperty(name).GetString()!, name);
        }
    }

    [TestMethod]
    public async Task WithoutSignIn_TheResourceNamesThePolicysIssuers_AndThereIsNoServer()
    {
        await using var oauth = await OAuthUnderTest.StartAsync(signIn: false);

        Assert.AreEqual(oauth.Pages.Issuer, (await ReadAsync(oauth, "/.well-known/oauth-protected-resource")).GetProperty("authorization_servers")[0].GetString());
        foreach (var path in new[] { "/.well-known/oauth-authorization-server", "/oauth/jwks", "/oauth/authorize", "/oauth/consent", "/login/device" })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await oauth.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode, path);
        }

        foreach (var path in new[] { "/oauth/token", "/oauth/register", "/oauth/revoke", "/login/device/code", "/login/oauth/access_token" })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await oauth.PostAsync(path)).StatusCode, path);
        }
    }

    private static async Task<JsonElement> ReadAsync(OAuthUnderTest oauth, string path) =>
        await OAuthUnderTest.JsonOf(await oauth.Http.GetAsync(new Uri(path, UriKind.Relative)));
}
