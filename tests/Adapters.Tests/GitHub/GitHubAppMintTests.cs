using System.Net;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Adapters.Tests.GitHub;

/// <summary>What is sent when all is well, to the byte, and what is remembered.</summary>
[TestClass]
public sealed class GitHubAppMintTests
{
    [TestMethod]
    public async Task Mint_FirstByNameThenById_SendsExactlyThat()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();

        var minted = Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
        await mint.MintAsync(RepositoryName.Parse("ACME/Payments-API"), PermissionSet.ContentsRead, CancellationToken.None);

        CollectionAssert.AreEqual(new[] { FakeGitHub.Lookup, FakeGitHub.Mint, FakeGitHub.Mint }, github.Calls.ToArray());
        Assert.AreEqual("""{"repositories":["payments-api"],"permissions":{"contents":"read"}}""", github.MintBody(0));
        Assert.AreEqual("""{"repository_ids":[501],"permissions":{"contents":"read"}}""", github.MintBody(1));
        Assert.AreEqual(FakeGitHub.Token(), minted.Credential.Reveal());
        Assert.AreEqual(501, minted.Credential.Repository.Id);
        Assert.AreEqual(FakeGitHub.Start.AddHours(1), minted.Credential.Expires);
        Assert.AreEqual("contents:read, metadata:read", minted.Credential.Permissions.ToString());
    }

    [TestMethod]
    public async Task Mint_SeveralPermissions_NamesEachAtItsLevel()
    {
        using var github = new FakeGitHub().Well()
            .On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(permissions: """{"contents":"write","pull_requests":"read","metadata":"read"}"""));
        var permissions = PermissionSet.ContentsWrite.With("pull_requests", Access.Read);

        Assert.IsInstanceOfType<MintOutcome.Minted>(await github.App().MintAsync(FakeGitHub.Pay, permissions, CancellationToken.None));

        Assert.AreEqual("""{"repositories":["payments-api"],"permissions":{"contents":"write","pull_requests":"read"}}""", github.MintBody(0));
    }

    [TestMethod]
    public async Task EveryCall_CarriesTheHeadersGitHubAsksFor()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        Assert.IsTrue(await mint.RevokeAsync(FakeGitHub.Token(), CancellationToken.None));

        Assert.HasCount(3, github.All);
        foreach (var sent in github.All)
        {
            Assert.AreEqual("application/vnd.github+json", sent.Headers["Accept"]);
            Assert.AreEqual("2022-11-28", sent.Headers["X-GitHub-Api-Version"]);
            Assert.StartsWith("CursorBroker", sent.Headers["User-Agent"]);
            Assert.AreEqual("api.github.com", sent.Address.Host);
            Assert.AreEqual(sent.Method == "POST", sent.Headers.TryGetValue("Content-Type", out var type));
            Assert.AreEqual(sent.Method == "POST" ? "application/json; charset=utf-8" : null, type);
        }

        Assert.AreEqual(FakeGitHub.Token(), github.All[2].Bearer);
    }

    [TestMethod]
    public async Task Mint_EnterpriseServer_CallsBelowItsPath()
    {
        using var github = new FakeGitHub()
            .On("GET /api/v3/repos/acme/payments-api/installation", HttpStatusCode.OK, """{"id":77}""")
            .On("POST /api/v3/app/installations/77/access_tokens", HttpStatusCode.Created, FakeGitHub.Answer());
        var options = new GitHubOptions { AppId = "1", Api = new("https://git.acme.test/api/v3/"), Git = new("https://git.acme.test/") };

        Assert.IsInstanceOfType<MintOutcome.Minted>(await github.App(options: options).MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.IsTrue(github.All.All(static sent => sent.Address.Host == "git.acme.test"));
    }

    [TestMethod]
    public async Task AppToken_IsWhatGitHubDocuments()
    {
        using var github = new FakeGitHub().Well();
        await github.App().MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);

        var jwt = new JsonWebToken(github.All[0].Bearer);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            IssuerSigningKey = new RsaSecurityKey(FakeGitHub.Key.ExportParameters(false)),
            ValidAlgorithms = ["RS256"],
            ValidIssuer = "Iv23liAbC",
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        Assert.IsTrue(result.IsValid, result.Exception?.Message);
        Assert.AreEqual(FakeGitHub.Start.ToUnixTimeSeconds() - 60, jwt.GetPayloadValue<long>("iat"));
        Assert.AreEqual(FakeGitHub.Start.ToUnixTimeSeconds() + 540, jwt.GetPayloadValue<long>("exp"));
        CollectionAssert.AreEquivalent(new[] { "iat", "exp", "iss" }, jwt.Claims.Select(static claim => claim.Type).ToArray());
    }

    [TestMethod]
    public async Task AppToken_IsKeptUntilAMinuteBeforeItsEnd()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(expires: "2026-11-20T13:05:00Z"));
        var mint = github.App();
        foreach (var seconds in new[] { 0, 479, 1 })
        {
            github.Time.Advance(TimeSpan.FromSeconds(seconds));
            await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        }

        var jwts = github.All.Where(static sent => sent.Method == "POST").Select(static sent => sent.Bearer).ToList();
        Assert.AreEqual(jwts[0], jwts[1]);
        Assert.AreNotEqual(jwts[1], jwts[2]);
    }

    [TestMethod]
    public async Task Installation_IsLookedUpAgainAfterTenMinutes()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(expires: "2026-11-20T13:05:00Z"));
        var mint = github.App();
        foreach (var seconds in new[] { 0, 599, 1 })
        {
            github.Time.Advance(TimeSpan.FromSeconds(seconds));
            await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        }

        Assert.AreEqual(2, github.Calls.Count(static call => call == FakeGitHub.Lookup));
    }

    [TestMethod]
    public async Task Installation_Missing_IsBelievedForThreeSecondsOnly()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Lookup, HttpStatusCode.NotFound);
        var mint = github.App();
        for (var i = 0; i < 3; i++)
        {
            await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        }

        Assert.HasCount(1, github.Calls);
        github.Time.Advance(TimeSpan.FromSeconds(3));
        github.On(FakeGitHub.Lookup, HttpStatusCode.OK, """{"id":77}""");

        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
    }

    [TestMethod]
    public async Task Mint_AppWasInstalledAnew_LooksUpAgainAndMints()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        github.On(FakeGitHub.Mint, HttpStatusCode.NotFound)
            .On(FakeGitHub.Lookup, HttpStatusCode.OK, """{"id":78}""")
            .On("POST /app/installations/78/access_tokens", HttpStatusCode.Created, FakeGitHub.Answer());

        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
    }

    [TestMethod]
    public async Task Mint_RepositoryMadeAnewUnderItsName_ForgetsTheOldIdAndMintsByName()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        github.On(FakeGitHub.Mint, _ => FakeGitHub.Json(HttpStatusCode.UnprocessableEntity, "{}"), _ => FakeGitHub.Json(HttpStatusCode.Created, FakeGitHub.Answer(id: 502)));

        var minted = Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(502, minted.Credential.Repository.Id);
        Assert.Contains("repository_ids", github.MintBody(1));
        Assert.Contains("repositories", github.MintBody(2));
    }

    [TestMethod]
    [DataRow(204, true)]
    [DataRow(401, true)]
    [DataRow(200, false)]
    [DataRow(302, false)]
    [DataRow(403, false)]
    [DataRow(404, false)]
    [DataRow(429, false)]
    [DataRow(500, false)]
    public async Task Revoke_Status_IsDeadOnlyWhenCertain(int status, bool dead)
    {
        using var github = new FakeGitHub().On(FakeGitHub.Revoke, (HttpStatusCode)status, "");

        Assert.AreEqual(dead, await github.App().RevokeAsync(FakeGitHub.Token(), CancellationToken.None));
    }

    [TestMethod]
    public async Task Revoke_ConnectionFails_IsNotDead()
    {
        using var github = new FakeGitHub().On(FakeGitHub.Revoke, static _ => throw new HttpRequestException("no"));

        Assert.IsFalse(await github.App().RevokeAsync(FakeGitHub.Token(), CancellationToken.None));
    }

    [TestMethod]
    public async Task Mint_NoPermissions_ThrowsBeforeAnythingIsSent()
    {
        using var github = new FakeGitHub();

        await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await github.App().MintAsync(FakeGitHub.Pay, PermissionSet.Empty, CancellationToken.None));

        Assert.IsEmpty(github.All);
    }

    [TestMethod]
    public async Task Mint_CancelledBefore_SendsNothing()
    {
        using var github = new FakeGitHub().Well();

        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await github.App().MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, new CancellationToken(canceled: true)));

        Assert.IsEmpty(github.All);
    }
}
