using System.Net.Sockets;
using CursorBroker.Sandbox.GitHub.Control;
using CursorBroker.Sandbox.Identity;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests;

[TestClass]
public sealed class SandboxWorldTests
{
    [TestMethod]
    public async Task World_WithNothingConfigured_StartsAndStops_AndStartsTheSameAgain()
    {
        using var directory = new TempDirectory();
        string key;
        Uri gitHub;
        await using (var world = await SandboxWorld.StartAsync(new SandboxOptions { DataDirectory = directory.Of("data") }, CancellationToken.None))
        {
            key = world.AppPrivateKeyPem;
            gitHub = world.GitHubApi;
            Assert.IsTrue(world.GitHubApi.IsLoopback && world.Issuer.IsLoopback);
            Assert.HasCount(3, world.GitHub.Repositories);
            using var client = new SandboxTokenClient();
            Assert.IsInstanceOfType<SandboxTokens.Given>(await client.GetTokenAsync(world.Issuer, "developer", CancellationToken.None));
        }

        using var gone = new TcpClient();
        await Assert.ThrowsExactlyAsync<SocketException>(() => gone.ConnectAsync(gitHub.Host, gitHub.Port));
        await using var again = await SandboxWorld.StartAsync(
            new SandboxOptions { DataDirectory = directory.Of("data"), GitHubPort = gitHub.Port }, CancellationToken.None);
        Assert.AreEqual(key, again.AppPrivateKeyPem);
        Assert.AreEqual(gitHub, again.GitHubApi);
    }

    [TestMethod]
    public async Task World_OfADirectory_ServesItsRepositories()
    {
        using var directory = new TempDirectory();
        await Git.MustAsync(directory.Path, "init", "--quiet", "--bare", "repos/someone/thing.git");

        await using var world = await SandboxWorld.StartAsync(
            new SandboxOptions { DataDirectory = directory.Of("data"), RepositoriesDirectory = directory.Of("repos") }, CancellationToken.None);

        Assert.AreEqual("someone/thing", world.GitHub.Repositories.Single().FullName);
    }

    [TestMethod]
    public async Task World_WhenTheSecondPortIsTaken_StopsTheFirst()
    {
        using var directory = new TempDirectory();
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        await Assert.ThrowsExactlyAsync<IOException>(() => SandboxWorld.StartAsync(
            new SandboxOptions { DataDirectory = directory.Of("data"), IssuerPort = port }, CancellationToken.None));
    }

    [TestMethod]
    public async Task GitHub_WhenItStops_LeavesNoGitBehind()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var token = await gitHub.MintAsync("payments-api", "contents:write");
        var uri = gitHub.Server.Git;
        using var client = new TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port);

        // A push that never ends: git waits for the rest.
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"POST /acme/payments-api.git/git-receive-pack HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            + "Content-Type: application/x-git-receive-pack-request\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0080\r\n"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (gitHub.Server.RunningGitProcesses == 0)
        {
            await Task.Delay(5, patience.Token);
        }

        await gitHub.Server.DisposeAsync();

        Assert.AreEqual(0, gitHub.Server.RunningGitProcesses);
    }

    [TestMethod]
    public void Sandbox_ReferencesNoneOfTheProductsAssemblies()
    {
        var references = typeof(SandboxWorld).Assembly.GetReferencedAssemblies().Select(static one => one.Name!);

        Assert.IsFalse(references.Any(static name => name.StartsWith("CursorBroker", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task ControlSurface_IsNotReachableOverHttp()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(new SandboxFault.Answer(500) { When = static _ => false });

        foreach (var path in new[] { "/", "/tokens", "/requests", "/faults", "/control", "/_sandbox", "/api/v3/tokens", "/api/v3/faults" })
        {
            using var response = await gitHub.Http.GetAsync(new Uri(gitHub.Server.Git, path));
            Assert.AreEqual(System.Net.HttpStatusCode.NotFound, response.StatusCode, path);
        }
    }
}
