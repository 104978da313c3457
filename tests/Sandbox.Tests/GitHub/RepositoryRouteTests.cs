using System.Net;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class RepositoryRouteTests
{
    private GitHubUnderTest _gitHub = null!;

    [TestInitialize]
    public async Task StartAsync() => _gitHub = await GitHubUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _gitHub.DisposeAsync();

    [TestMethod]
    public async Task Repository_IsFoundByNameInAnyCaseAndById_WithGitHubsHeaders()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");

        using var byName = await _gitHub.SendAsync(HttpMethod.Get, "repos/ACME/Payments-Api", token);
        var id = (await GitHubUnderTest.JsonAsync(byName, HttpStatusCode.OK)).GetProperty("id").GetInt64();
        using var byId = await _gitHub.SendAsync(HttpMethod.Get, $"repositories/{id}", token);

        var repository = await GitHubUnderTest.JsonAsync(byId, HttpStatusCode.OK);
        Assert.AreEqual(GitHubUnderTest.Api, repository.GetProperty("full_name").GetString());
        Assert.AreEqual("main", repository.GetProperty("default_branch").GetString());
        foreach (var header in new[] { "X-GitHub-Request-Id", "X-GitHub-Enterprise-Version", "X-RateLimit-Limit", "X-Accepted-GitHub-Permissions" })
        {
            Assert.IsTrue(byId.Headers.Contains(header), header);
        }
    }

    [TestMethod]
    [DataRow("repos/acme/payments-web", DisplayName = "not in the token")]
    [DataRow("repos/acme/no-such")]
    [DataRow("repositories/1")]
    [DataRow("repos/acme/payments-api/no-such-route", DisplayName = "a route the stand-in has not")]
    public async Task Token_SeesNothingElse(string path)
    {
        using var response = await _gitHub.SendAsync(HttpMethod.Get, path, await _gitHub.MintAsync("payments-api", "contents:read"));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.NotFound);
        Assert.AreEqual("Not Found", answer.GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task Anonymous_SeesNothing()
    {
        using var response = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}", bearer: null);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [TestMethod]
    public async Task RenamedRepository_AnswersItsOldNameWith301ToItsId()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        _gitHub.Server.RenameRepository("acme/payments-api", "acme/checkout-api");

        using var moved = await _gitHub.SendAsync(HttpMethod.Get, "repos/acme/Payments-Api", token);
        Assert.AreEqual(HttpStatusCode.MovedPermanently, moved.StatusCode);
        Assert.StartsWith(_gitHub.Server.Api.AbsoluteUri + "repositories/", moved.Headers.Location!.AbsoluteUri);
        using var followed = await _gitHub.SendAsync(HttpMethod.Get, moved.Headers.Location.AbsoluteUri, token);
        Assert.AreEqual("acme/checkout-api", (await GitHubUnderTest.JsonAsync(followed, HttpStatusCode.OK)).GetProperty("full_name").GetString());

        using var installation = await _gitHub.SendAsync(HttpMethod.Get, "repos/acme/payments-api/installation", _gitHub.Jwt());
        Assert.AreEqual(HttpStatusCode.MovedPermanently, installation.StatusCode);
        using var found = await _gitHub.SendAsync(HttpMethod.Get, installation.Headers.Location!.AbsoluteUri, _gitHub.Jwt());
        Assert.AreEqual(HttpStatusCode.OK, found.StatusCode);
    }

    [TestMethod]
    public async Task RenamedRepository_IsNotShownToATokenWithoutIt()
    {
        var token = await _gitHub.MintAsync("payments-web", "contents:read");
        _gitHub.Server.RenameRepository("acme/payments-api", "acme/checkout-api");

        using var response = await _gitHub.SendAsync(HttpMethod.Get, "repos/acme/payments-api", token);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [TestMethod]
    public async Task RenamedRepository_OverGit_RedirectsToItsNewName()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:write");
        _gitHub.Server.RenameRepository("acme/payments-api", "acme/checkout-api");

        using var response = await _gitHub.SendAsync(
            HttpMethod.Get, $"{_gitHub.Server.Git}acme/payments-api.git/info/refs?service=git-upload-pack", token);
        Assert.AreEqual(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.AreEqual(
            $"{_gitHub.Server.Git}acme/checkout-api.git/info/refs?service=git-upload-pack", response.Headers.Location!.AbsoluteUri);

        var clone = await _gitHub.CloneAsync("acme/payments-api.git", token);
        await Git.CommitAsync(clone, "note.txt", "after the move\n");
        await Git.MustAsync(clone, "push", "--quiet", "origin", "HEAD:refs/heads/after-the-move");
    }
}
