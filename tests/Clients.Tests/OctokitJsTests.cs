using System.Text.Json.Nodes;

namespace CursorBroker.Clients.Tests;

/// <summary>Octokit for JavaScript, from npm.</summary>
[TestClass]
public sealed class OctokitJsTests
{
    private const string Package = "@octokit/rest@22.0.1";

    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, issues: write }
            refs: { visible: [main, "cursor/**"], push: ["cursor/**", main] }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Program_ReadsPagesOpensAPullRequestAndIsToldToWait()
    {
        await using var world = await ClientWorld.StartAsync(Rules, TestContext.CancellationToken, byName: false);
        var directory = world.NewDirectory();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "octokit.mjs"), Path.Combine(directory, "octokit.mjs"));
        var installed = await ClientWorld.RunAsync(directory, [], ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", directory, Package], TestContext.CancellationToken);
        Assert.AreEqual(0, installed.ExitCode, installed.All);

        var token = await world.TokenAsync("developer", TestContext.CancellationToken);
        var ran = await ClientWorld.RunAsync(directory, [], ["node", "octokit.mjs", $"{world.Broker.Url.TrimEnd('/')}/api/v3", token], TestContext.CancellationToken);

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        var said = JsonNode.Parse(ran.Output)!;
        Assert.IsGreaterThan(1, said["issues"]!.GetValue<int>(), ran.Output);
        Assert.IsTrue(said["readme"]!.GetValue<bool>(), ran.Output);
        Assert.IsTrue(said["pull"]!.GetValue<bool>(), ran.Output);
        Assert.AreEqual(403, said["merge"]!["status"]!.GetValue<int>(), ran.Output);
        Assert.Contains("/approvals/a-", said["merge"]!["message"]!.GetValue<string>());
        Assert.AreEqual(404, said["gone"]!["status"]!.GetValue<int>(), ran.Output);
        Assert.EndsWith(".broker", said["viewer"]!.GetValue<string>());
        Assert.IsTrue(said["limit"]!.GetValue<bool>(), ran.Output);
    }
}
