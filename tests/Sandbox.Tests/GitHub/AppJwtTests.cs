using System.Net;
using System.Security.Cryptography;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class AppJwtTests
{
    private static GitHubUnderTest s_gitHub = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_gitHub = await GitHubUnderTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await s_gitHub.DisposeAsync();

    [TestMethod]
    [DataRow("as it should be", 200)]
    [DataRow("issuer is the client id", 200)]
    [DataRow("issuer is a number", 200)]
    [DataRow("ends in exactly ten minutes", 200)]
    [DataRow("ends in ten minutes and a second", 401)]
    [DataRow("has ended", 401)]
    [DataRow("ends now", 401)]
    [DataRow("no end", 401)]
    [DataRow("end is text", 401)]
    [DataRow("issued in the future", 401)]
    [DataRow("no time of issue", 401)]
    [DataRow("another app", 404)]
    [DataRow("no issuer", 404)]
    [DataRow("signed by another key", 401)]
    [DataRow("algorithm none", 401)]
    [DataRow("HS256 with the public key", 401)]
    [DataRow("not a token", 401)]
    [DataRow("no token", 401)]
    public async Task Jwt_IsAnsweredAsGitHubDoes(string which, int status)
    {
        using var response = await s_gitHub.SendAsync(HttpMethod.Get, "app", Token(which));

        var answer = await GitHubUnderTest.JsonAsync(response, (HttpStatusCode)status);
        if (status != 200)
        {
            Assert.AreNotEqual(string.Empty, answer.GetProperty("message").GetString());
            Assert.StartsWith("https://docs.github.com/rest", answer.GetProperty("documentation_url").GetString());
        }
    }

    [TestMethod]
    public async Task Jwt_ThatEndsTooLate_IsToldSo()
    {
        using var response = await s_gitHub.SendAsync(HttpMethod.Get, "app", Token("ends in ten minutes and a second"));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Unauthorized);
        Assert.AreEqual("'Expiration time' claim ('exp') is too far in the future", answer.GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task Jwt_OnARouteForTokens_IsBadCredentials()
    {
        using var response = await s_gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", s_gitHub.Jwt());

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Unauthorized);
        Assert.AreEqual("Bad credentials", answer.GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task InstallationToken_OnARouteForTheApp_CannotBeDecoded()
    {
        using var response = await s_gitHub.SendAsync(HttpMethod.Get, "app", await s_gitHub.MintAsync("payments-api", "contents:read"));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Unauthorized);
        Assert.AreEqual("A JSON web token could not be decoded", answer.GetProperty("message").GetString());
    }

    private static string? Token(string which)
    {
        var now = s_gitHub.Clock.GetUtcNow().ToUnixTimeSeconds();
        using var stranger = RSA.Create(2048);
        return which switch
        {
            "as it should be" => s_gitHub.Jwt(),
            "issuer is the client id" => s_gitHub.Jwt(claims => claims["iss"] = s_gitHub.Server.ClientId),
            "issuer is a number" => s_gitHub.Jwt(claims => claims["iss"] = s_gitHub.Server.AppId),
            "ends in exactly ten minutes" => s_gitHub.Jwt(claims => claims["exp"] = now + 600),
            "ends in ten minutes and a second" => s_gitHub.Jwt(claims => claims["exp"] = now + 601),
            "has ended" => s_gitHub.Jwt(claims => claims["exp"] = now - 1),
            "ends now" => s_gitHub.Jwt(claims => claims["exp"] = now),
            "no end" => s_gitHub.Jwt(claims => claims.Remove("exp")),
            "end is text" => s_gitHub.Jwt(claims => claims["exp"] = "soon"),
            "issued in the future" => s_gitHub.Jwt(claims => claims["iat"] = now + 1),
            "no time of issue" => s_gitHub.Jwt(claims => claims.Remove("iat")),
            "another app" => s_gitHub.Jwt(claims => claims["iss"] = "7"),
            "no issuer" => s_gitHub.Jwt(claims => claims.Remove("iss")),
            "signed by another key" => s_gitHub.Jwt(key: stranger.ExportPkcs8PrivateKeyPem()),
            "algorithm none" => s_gitHub.Jwt(algorithm: "none"),
            "HS256 with the public key" => s_gitHub.Jwt(algorithm: "HS256"),
            "not a token" => "not.a.token",
            "no token" => null,
            _ => throw new ArgumentOutOfRangeException(nameof(which)),
        };
    }
}
