using System.Net;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class TokenLifeTests
{
    private GitHubUnderTest _gitHub = null!;

    [TestInitialize]
    public async Task StartAsync() => _gitHub = await GitHubUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _gitHub.DisposeAsync();

    [TestMethod]
    public async Task Token_RevokedByItself_IsBadCredentialsFromThenOn()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");

        using var revoked = await _gitHub.SendAsync(HttpMethod.Delete, "installation/token", token);
        Assert.AreEqual(HttpStatusCode.NoContent, revoked.StatusCode);

        using var rest = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);
        using var again = await _gitHub.SendAsync(HttpMethod.Delete, "installation/token", token);
        Assert.AreEqual("Bad credentials", (await GitHubUnderTest.JsonAsync(rest, HttpStatusCode.Unauthorized)).GetProperty("message").GetString());
        Assert.AreEqual(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.AreEqual(128, (await Git.RunAsync(_gitHub.Directory.Path, "ls-remote", _gitHub.Remote(GitHubUnderTest.Api, token))).ExitCode);
        Assert.IsNotNull(_gitHub.Server.Tokens.Entries.Single().RevokedAt);
        Assert.AreEqual(1, _gitHub.Server.Counters.Revocations);
    }

    [TestMethod]
    public async Task Token_LivesOneHour()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");

        _gitHub.Clock.Advance(TimeSpan.FromSeconds(3599));
        using var alive = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);
        _gitHub.Clock.Advance(TimeSpan.FromSeconds(1));
        using var dead = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);

        Assert.AreEqual(HttpStatusCode.OK, alive.StatusCode);
        Assert.AreEqual(HttpStatusCode.Unauthorized, dead.StatusCode);
    }

    [TestMethod]
    public async Task RotatedAppKey_EndsTheOldOne()
    {
        var old = _gitHub.Server.AppPrivateKeyPem;
        _gitHub.Server.RotateAppKey();

        using var before = await _gitHub.SendAsync(HttpMethod.Get, "app", _gitHub.Jwt(key: old));
        using var after = await _gitHub.SendAsync(HttpMethod.Get, "app", _gitHub.Jwt());

        Assert.AreEqual(HttpStatusCode.Unauthorized, before.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, after.StatusCode);
    }

    [TestMethod]
    public async Task SuspendedInstallation_Refuses403_AndItsTokensToo()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        var installation = await _gitHub.InstallationAsync();
        _gitHub.Server.SetSuspended("acme", suspended: true);

        using var mint = await _gitHub.SendAsync(HttpMethod.Post, $"app/installations/{installation}/access_tokens", _gitHub.Jwt(), new JsonObject());
        using var use = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);

        using var found = await _gitHub.SendAsync(HttpMethod.Get, $"app/installations/{installation}", _gitHub.Jwt());

        Assert.AreEqual("2026-03-01T12:00:00Z", (await GitHubUnderTest.JsonAsync(found, HttpStatusCode.OK)).GetProperty("suspended_at").GetString());
        Assert.AreEqual(HttpStatusCode.Forbidden, mint.StatusCode);
        Assert.AreEqual(HttpStatusCode.Forbidden, use.StatusCode);
    }

    [TestMethod]
    public async Task UninstalledApp_FindsNothing()
    {
        _gitHub.Server.SetInstalled("ACME", installed: false);

        using var response = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}/installation", _gitHub.Jwt());

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [TestMethod]
    public async Task RateLimit_IsCounted_AndRefusesWhenItIsUsedUp()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        _gitHub.Server.RateLimit = 2;

        using var first = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);
        using var second = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);
        using var third = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);

        Assert.AreEqual("1", first.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.AreEqual("0", second.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.AreEqual(HttpStatusCode.Forbidden, third.StatusCode);
        Assert.AreEqual("1772370000", third.Headers.GetValues("X-RateLimit-Reset").Single());
        _gitHub.Clock.Advance(TimeSpan.FromMinutes(59));
        using var stillThird = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", token);
        Assert.AreEqual(HttpStatusCode.Forbidden, stillThird.StatusCode);
    }
}
