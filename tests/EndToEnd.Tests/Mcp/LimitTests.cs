using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CursorBroker.EndToEnd.Tests.Mcp;

/// <summary>A model that calls one tool over and over is told to wait, in words.</summary>
[TestClass]
public sealed class LimitTests
{
    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: read }
        """;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Tool_CalledTooOften_IsNotRun_AndSaysWhenToComeAgain_AndOthersStillAre()
    {
        using var directory = new TempDirectory();
        await using var sandbox = await SandboxWorld.StartAsync(new SandboxOptions { DataDirectory = Path.Combine(directory.Path, "sandbox") }, TestContext.CancellationToken);

        // Five calls of a tool a minute, one at once.
        await using var broker = await BrokerProcess.StartAsync(directory.Path, sandbox, Rules, TestContext.CancellationToken, settings: new() { ["CURSORBROKER_CALLER_POINTS"] = "15" });
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new()
            {
                Endpoint = new Uri(new Uri(broker.Url), "/mcp"),
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {await SignIn.TokenAsync(sandbox.Issuer, "developer", TestContext.CancellationToken)}" },
            }),
            cancellationToken: TestContext.CancellationToken);

        var calls = new List<CallToolResult>();
        for (var i = 0; i < 8; i++)
        {
            calls.Add(await McpScene.CallAsync(client, "whoami"));
        }

        var limited = calls.Find(static call => call.IsError is true);
        Assert.IsNull(calls[0].IsError);
        Assert.IsNotNull(limited, "eight at once are more than five a minute");
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex("whoami was not run: it may be called 5 times a minute. Call it again in [0-9]+ seconds"), McpScene.TextOf(limited));
        Assert.IsNull((await McpScene.CallAsync(client, "explain_access", new { owner = "acme", repo = "payments-api", action = "clone" })).IsError);
    }
}
