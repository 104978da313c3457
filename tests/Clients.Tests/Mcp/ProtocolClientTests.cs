using System.Text.Json.Nodes;

namespace CursorBroker.Clients.Tests.Mcp;

/// <summary>The protocol's own conformance suite, its inspector, and its SDK for TypeScript.</summary>
[TestClass]
public sealed class ProtocolClientTests
{
    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, issues: write, actions: read }
            refs: { visible: [main, "cursor/**"], push: ["cursor/**", main] }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("2025-06-18")]
    [DataRow("2025-11-25")]
    [DataRow("2026-07-28")]
    public async Task ConformanceSuite_OfEveryRevision_FindsWhatIsExpectedAndNothingElse(string revision)
    {
        await using var world = await ClientWorld.StartAsync(Rules, TestContext.CancellationToken, byName: false);
        await using var front = await SignedInFront.StartAsync(new Uri(world.Broker.Url), await world.TokenAsync("developer", TestContext.CancellationToken));

        var ran = await NodeTools.RunAsync(
            "node_modules/@modelcontextprotocol/conformance/dist/index.js",
            ["server", "--url", new Uri(front.Address, "/mcp").AbsoluteUri, "--suite", "all", "--spec-version", revision, "--expected-failures", Path.Combine(AppContext.BaseDirectory, "Mcp", "expected-failures.yaml")],
            TestContext.CancellationToken);

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        Assert.Contains("tools-list", ran.Output);
        TestContext.WriteLine(ran.Output[ran.Output.LastIndexOf("=== SUMMARY ===", StringComparison.Ordinal)..]);
    }

    [TestMethod]
    public async Task Inspector_ListsAndCalls()
    {
        await using var world = await ClientWorld.StartAsync(Rules, TestContext.CancellationToken, byName: false);
        string[] server = ["--cli", $"{world.Broker.Url.TrimEnd('/')}/mcp", "--transport", "http", "--header", $"Authorization: Bearer {await world.TokenAsync("developer", TestContext.CancellationToken)}"];

        var listed = await InspectAsync([.. server, "--method", "tools/list"]);
        var called = await InspectAsync([.. server, "--method", "tools/call", "--tool-name", "list_branches", "--tool-arg", "owner=acme", "--tool-arg", "repo=payments-api"]);

        Assert.Contains("approval_wait", listed["tools"]!.AsArray().Select(static tool => (string?)tool!["name"]));
        Assert.Contains("main", called["structuredContent"]!["branches"]!.AsArray().Select(static branch => (string?)branch!["name"]));
    }

    [TestMethod]
    public async Task TypeScriptSdk_ListsCallsAndIsToldToWait_WithAnswersThatFitTheirSchemas()
    {
        await using var world = await ClientWorld.StartAsync(Rules, TestContext.CancellationToken, byName: false);
        Directory.CreateDirectory(NodeTools.Root);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Mcp", "agent.mjs"), Path.Combine(NodeTools.Root, "agent.mjs"), overwrite: true);

        var ran = await NodeTools.RunAsync("agent.mjs", [$"{world.Broker.Url.TrimEnd('/')}/mcp", await world.TokenAsync("developer", TestContext.CancellationToken)], TestContext.CancellationToken);

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        var said = JsonNode.Parse(ran.Output)!;
        Assert.Contains("main", said["branches"]!.AsArray().Select(static name => (string?)name));
        Assert.AreEqual("pending", (string?)said["waits"]);
        Assert.AreEqual("pending", (string?)said["waited"]);
        Assert.IsGreaterThan(0, (int)said["progress"]!, ran.Output);
        Assert.IsTrue((bool)said["wrong"]!, ran.Output);
        Assert.AreEqual("401", (string?)said["unauthorized"], "without a token");
    }

    private async Task<JsonNode> InspectAsync(string[] arguments)
    {
        var ran = await NodeTools.RunAsync("node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", arguments, TestContext.CancellationToken);
        Assert.AreEqual(0, ran.ExitCode, ran.All);
        return JsonNode.Parse(ran.Output)!;
    }
}
