using System.Net.Sockets;
using System.Text;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;

namespace CursorBroker.EndToEnd.Tests.Operating;

/// <summary>The broker told to stop while somebody holds a request open.</summary>
[TestClass]
public sealed class StopTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Stop_WhileARequestNeverEnds_StillRevokesTokensAndRecordsTheStop()
    {
        using var home = new TempDirectory();
        await using var broker = await BrokerProcess.StartAsync(home.Path, [], TestContext.CancellationToken);
        var url = new Uri(broker.Url);
        var token = (await Cli.RunAsync(home, TestContext.CancellationToken, "token", "--as", "developer")).Output.Trim();
        var listed = await new GitClient(home.Path).RunAsync(home.Path, token, TestContext.CancellationToken, "ls-remote", $"{broker.Url.TrimEnd('/')}/acme/payments-api");
        Assert.IsTrue(listed.Succeeded, listed.Error);
        using var held = new TcpClient();
        await held.ConnectAsync(url.Host, url.Port, TestContext.CancellationToken);
        await held.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /acme/payments-api/git-upload-pack HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {token}\r\n"
                + "Content-Type: application/x-git-upload-pack-request\r\nContent-Length: 100000\r\n\r\n0032want "),
            TestContext.CancellationToken);

        Assert.AreEqual(0, await broker.StopAsync(), broker.Errors);

        var tail = await Cli.RunAsync(home, TestContext.CancellationToken, "audit", "tail", "-n", "0", "--data", broker.DataDirectory);
        Assert.Contains("revoked: shutdown", tail.Output);
        Assert.HasCount(1, tail.Output.Split('\n').Where(static line => line.EndsWith(" stopped", StringComparison.Ordinal)).ToList(), "The stop is recorded once.");
        Assert.IsFalse(File.Exists(Path.Combine(broker.DataDirectory, "running.json")), "The broker's URLs outlive it.");
    }
}
