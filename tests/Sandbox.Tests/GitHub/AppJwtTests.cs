using System.Net;
using System.Security.Cryptography;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class AppJwtTests
{
    private static GitHubUnderTest _gitHub = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _gitHub = await GitHubUnderTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await _gitHub.DisposeAsync();

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
        using var response = await _gitHub.SendAsync(HttpMethod.Get, "app", Token(which));

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
        using var response = await _gitHub.SendAsync(HttpMethod.Get, "app", Token("ends in ten minutes and a second"));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Unauthorized);
        Assert.AreEqual("'Expiration time' claim ('exp') is too far in the future", answer.GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task Jwt_OnARouteForTokens_IsBadCredentials()
    {
        using var response = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", _gitHub.Jwt());

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Unauthorized);
        Assert.AreEqual("Bad credentials", answer.GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task InstallationToken_OnARouteForTheApp_CannotBeDecoded()
    {
        using var response = await _gitHub.SendAsync(HttpMethod.Get, "app", await _gitHub.MintAsync("payments-api", "contents:read"));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Unauthorized);
        Assert.AreEqual("A JSON web token could not be decoded", answer.GetProperty("message").GetString());
    }

    private static string? Token(string which)
    {
        var now = _gitHub.Clock.GetUtcNow().ToUnixTimeSeconds();
        using var stranger = RSA.Create(2048);
        return which switch
        {
            "as it should be" => _gitHub.Jwt(),
            "issuer is the client id" => _gitHub.Jwt(claims => claims["iss"] = _gitHub.Server.ClientId),
            "issuer is a number" => _gitHub.Jwt(claims => claims["iss"] = _gitHub.Server.AppId),
            "ends in exactly ten minutes" => _gitHub.Jwt(claims => claims["exp"] = now + 600),
            "ends in ten minutes and a second" => _gitHub.Jwt(claims => claims["exp"] = now + 601),
            "has ended" => _gitHub.Jwt(claims => claims["exp"] = now - 1),
            "ends now" => _gitHub.Jwt(claims => claims["exp"] = now),
            "no end" => _gitHub.Jwt(claims => claims.Remove("exp")),
            "end is text" => _gitHub.Jwt(claims => claims["exp"] = "soon"),
            "issued in the future" => _gitHub.Jwt(claims => claims["iat"] = now + 1),
            "no time of issue" => _gitHub.Jwt(claims => claims.Remove("iat")),
            "another app" => _gitHub.Jwt(claims => claims["iss"] = "7"),
            "no issuer" => _gitHub.Jwt(claims => claims.Remove("iss")),
            "signed by another key" => _gitHub.Jwt(key: stranger.ExportPkcs8PrivateKeyPem()),
            "algorithm none" => _gitHub.Jwt(algorithm: "none"),
            "HS256 with the public key" => _gitHub.Jwt(algorithm: "HS256"),
            "not a token" => "not.a.token",
            "no token" => null,
            _ => throw new ArgumentOutOfRangeException(nameof(which)),
        };
    }
}
