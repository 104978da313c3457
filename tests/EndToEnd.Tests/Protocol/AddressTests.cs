using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Protocol;

/// <summary>How a repository may be named, and the ways a token arrives.</summary>
[TestClass]
public sealed class AddressTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow("acme/payments-api.git")]
    [DataRow("acme/payments-api")]
    [DataRow("acme/payments-api/")]
    [DataRow("ACME/Payments-API.git", DisplayName = "other case")]
    [DataRow("Acme/PAYMENTS-api", DisplayName = "other case, no .git")]
    public async Task Clone_ByAnyNameOfTheRepository_Works(string path)
    {
        var directory = World.NewDirectory();
        var clone = await World.Git.RunAsync(
            directory, await World.TokenAsync("developer", TestContext.CancellationToken), TestContext.CancellationToken, "clone", "--quiet", $"{World.Url}/{path}", "clone");

        Assert.IsTrue(clone.Succeeded, clone.Error);
        Assert.IsTrue(File.Exists(Path.Combine(directory, "clone", "README.md")));
    }

    [TestMethod]
    public async Task Push_ToOtherCaseOfTheName_LandsInTheOneRepository()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        var commit = await scene.CommitAsync("one.txt");

        await scene.MustInCloneAsync(
            "developer", "push", "--quiet", $"{World.Url}/{scene.Repository.FullName.ToUpperInvariant()}", "HEAD:refs/heads/cursor/case");

        Assert.AreEqual(commit, await scene.RefAtGitHubAsync("refs/heads/cursor/case"));
    }

    [TestMethod]
    [DataRow("Bearer")]
    [DataRow("bearer")]
    [DataRow("token")]
    public async Task Token_AsHeader_IsTaken(string scheme)
    {
        var token = await World.TokenAsync("developer", TestContext.CancellationToken);
        var listed = await World.Git.RunAsync(
            World.NewDirectory(), null, TestContext.CancellationToken,
            "-c", $"http.extraHeader=Authorization: {scheme} {token}", "ls-remote", $"{World.Url}/acme/payments-api.git");

        Assert.IsTrue(listed.Succeeded, listed.Error);
        Assert.Contains("refs/heads/main", listed.Output);
    }

    [TestMethod]
    [DataRow("developer")]
    [DataRow("x-access-token")]
    public async Task Token_AsBasicPassword_IsTakenWhateverTheUserName(string user)
    {
        var token = await World.TokenAsync("developer", TestContext.CancellationToken);
        var url = new UriBuilder($"{World.Url}/acme/payments-api.git") { UserName = user, Password = token }.Uri.AbsoluteUri;

        var clone = await World.Git.RunAsync(World.NewDirectory(), null, TestContext.CancellationToken, "clone", "--quiet", url, "clone");

        Assert.IsTrue(clone.Succeeded, clone.Error);
    }

    [TestMethod]
    public async Task InsteadOf_PointingAtTheBroker_CatchesGitHubUrls()
    {
        var token = await World.TokenAsync("developer", TestContext.CancellationToken);
        var listed = await World.Git.RunAsync(
            World.NewDirectory(), token, TestContext.CancellationToken,
            "-c", $"url.{World.Url}/acme/.insteadOf=https://github.com/acme/", "ls-remote", "https://github.com/acme/payments-api");

        Assert.IsTrue(listed.Succeeded, listed.Error);
    }

    [TestMethod]
    public async Task Request_WithoutToken_IsAskedForOne()
    {
        var listed = await World.Git.RunAsync(World.NewDirectory(), null, TestContext.CancellationToken, "ls-remote", $"{World.Url}/acme/payments-api.git");

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains("could not read Username", listed.Error);
    }
}
