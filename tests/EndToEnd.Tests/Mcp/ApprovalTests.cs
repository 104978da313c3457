using System.Text.Json;
using System.Text.RegularExpressions;
using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Sandbox.Identity;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CursorBroker.EndToEnd.Tests.Mcp;

/// <summary>A tool's change that waits for people: kept, decided, performed once, for whom it was kept.</summary>
[TestClass]
public sealed class ApprovalTests
{
    public required TestContext TestContext { get; set; }

    private static World? _own;

    // A world of its own: a person may ask for so many approvals in an hour, and the shared one's other tests want theirs.
    private static World World => _own ?? throw new InvalidOperationException("The class is not initialized.");

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _own = await World.StartAsync(context.CancellationToken, Policies.Everyday);

    [ClassCleanup]
    public static async Task StopAsync() => await World.DisposeAsync();

    [TestMethod]
    [DataRow("2025-06-18")]
    [DataRow("2025-11-25")]
    [DataRow("2026-07-28")]
    public async Task Change_ThatWaits_IsAnsweredAtOnce_AndPerformedOnceWhenItIsApproved(string revision)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var client = await mcp.ClientAsync("developer", revision);
        var before = await scene.RefAtGitHubAsync("refs/heads/main");

        var waits = await WriteAsync(client, scene);
        var id = IdIn(waits);
        var undecided = await McpScene.CallAsync(client, "approval_wait", new { id, seconds = 0 });
        Assert.AreEqual(before, await scene.RefAtGitHubAsync("refs/heads/main"), "nothing is done before");
        await ApproveAsync(waits);
        var done = await McpScene.CallAsync(client, "approval_wait", new { id });
        var after = await scene.RefAtGitHubAsync("refs/heads/main");
        var again = await McpScene.CallAsync(client, "approval_wait", new { id });

        Assert.IsNull(waits.IsError);
        Assert.AreEqual("pending", StatusOf(undecided));
        Assert.AreEqual(("used", "create_or_update_file"), (StatusOf(done), done.StructuredContent!.Value.GetProperty("tool").GetString()), McpScene.TextOf(done));
        Assert.AreEqual(after, done.StructuredContent.Value.GetProperty("result").GetProperty("commit").GetProperty("sha").GetString());
        Assert.AreEqual("by a tool", await scene.AtGitHubAsync("show", "main:made.txt"));
        Assert.Contains("not performed again", McpScene.TextOf(again));
        Assert.AreEqual(after, await scene.RefAtGitHubAsync("refs/heads/main"));
    }

    [TestMethod]
    public async Task Wait_InParallel_PerformsTheCallOnce()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var client = await mcp.ClientAsync("developer");
        var waits = await WriteAsync(client, scene);
        var commits = await CountAsync(scene);
        await ApproveAsync(waits);

        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => mcp.CallAsync("developer", "approval_wait", $$"""{"id":"{{IdIn(waits)}}"}""")));

        Assert.AreEqual(1, replies.Count(static reply => reply.Message["result"]?["structuredContent"]?["result"] is not null), string.Join('\n', replies.Select(static reply => reply.Body)));
        Assert.AreEqual(commits + 1, await CountAsync(scene));
    }

    [TestMethod]
    [DataRow("lead")]
    [DataRow("outsider")]
    public async Task Wait_WithAnothersApproval_IsToldWhatIsToldOfOneThatNeverWas(string who)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var waits = await WriteAsync(await mcp.ClientAsync("developer"), scene);
        var before = await scene.RefsAtGitHubAsync();
        await ApproveAsync(waits);
        var other = await mcp.ClientAsync(who);

        var stolen = await McpScene.CallAsync(other, "approval_wait", new { id = IdIn(waits) });
        var made = await McpScene.CallAsync(other, "approval_wait", new { id = "a-" + new string('0', 32) });
        var list = await McpScene.CallAsync(other, "approval_list", new { status = "all" });

        Assert.AreEqual((true, McpScene.TextOf(made)), (stolen.IsError ?? false, McpScene.TextOf(stolen)));
        Assert.DoesNotContain(IdIn(waits), McpScene.TextOf(list));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Wait_ByAnotherClientOfTheSamePerson_PerformsNothing()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var waits = await WriteAsync(await mcp.ClientAsync("developer"), scene);
        var before = await scene.RefsAtGitHubAsync();
        await ApproveAsync(waits);
        using var tokens = new SandboxTokenClient();
        var signIn = new SandboxSignIn { ClientId = SandboxClient.CursorId, RedirectUri = "http://localhost:8787/callback" };
        var given = (SandboxTokens.Given)await tokens.GetTokenAsync(World.Sandbox.Issuer, "developer", signIn, TestContext.CancellationToken);

        var reply = await mcp.CallAsync(null, "approval_wait", $$"""{"id":"{{IdIn(waits)}}"}""", ("Authorization", $"Bearer {given.AccessToken}"));

        Assert.Contains("was not asked for by a tool of this client", reply.Text, reply.Body);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Wait_AfterADenial_SaysWhoAndWhy_AndDoesNothing()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var client = await mcp.ClientAsync("developer");
        var waits = await WriteAsync(client, scene);
        var before = await scene.RefsAtGitHubAsync();
        using (var lead = new Approver("lead", TestContext.CancellationToken))
        {
            await lead.DenyAsync(LinkIn(waits), "Not before the launch");
        }

        var denied = await McpScene.CallAsync(client, "approval_wait", new { id = IdIn(waits) });

        Assert.AreEqual("denied", StatusOf(denied));
        Assert.Contains("Not before the launch", McpScene.TextOf(denied));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Policy_TightenedBetweenApprovalAndWait_IsWhatCounts()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        await using var mcp = new McpScene(world, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(world, TestContext, "approved");
        var client = await mcp.ClientAsync("developer");
        var waits = await WriteAsync(client, scene);
        var before = await scene.RefsAtGitHubAsync();
        await ApproveAsync(waits);

        await PolicyFile.ChangeAsync(world, Policies.Everyday.Replace("- { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }", "- { when: { push: { refs: [main] } }, by: { groups: [somebody-else] } }", StringComparison.Ordinal), TestContext.CancellationToken);
        var wait = await McpScene.CallAsync(client, "approval_wait", new { id = IdIn(waits) });
        var again = await McpScene.CallAsync(client, "approval_wait", new { id = IdIn(waits) });

        Assert.Contains("a person has to approve it", McpScene.TextOf(wait));
        Assert.DoesNotContain(IdIn(waits), Regex.Match(McpScene.TextOf(wait), "Approval: (?<id>a-[0-9a-f]{32})").Value, "another approval is asked for, under the policy as it is now");
        Assert.Contains("not performed again", McpScene.TextOf(again));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Wait_ForAClientThatAskedForProgress_TellsIt()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var waits = await WriteAsync(await mcp.ClientAsync("developer"), scene);

        var reply = await mcp.SendAsync(
            "developer", $$$$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"approval_wait","arguments":{"id":"{{{{IdIn(waits)}}}}","seconds":1},"_meta":{"progressToken":"p-1"}}}""");

        Assert.Contains("\"notifications/progress\"", reply.Body);
        Assert.Contains("\"p-1\"", reply.Body);
        Assert.AreEqual("pending", (string?)reply.Message["result"]?["structuredContent"]?["approval"]?["status"], reply.Body);
    }

    [TestMethod]
    public async Task Client_ThatOpensLinks_IsAskedTo_AndItsCallGoesOn()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var options = new McpClientOptions
        {
            Capabilities = new() { Elicitation = new() { Url = new() } },
            Handlers = new()
            {
                ElicitationHandler = async (asked, _) =>
                {
                    await lead.ApproveAsync(new Uri(asked!.Url!));
                    return new ElicitResult { Action = "accept" };
                },
            },
        };
        var client = await mcp.ClientAsync("developer", "2026-07-28", options);

        var done = await WriteAsync(client, scene);

        Assert.IsNull(done.IsError, McpScene.TextOf(done));
        Assert.AreEqual(await scene.RefAtGitHubAsync("refs/heads/main"), done.StructuredContent!.Value.GetProperty("commit").GetProperty("sha").GetString());
    }

    [TestMethod]
    public async Task State_OfAnInputRequest_IsGoodOnce_ForThisCallOfThisPerson()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var before = await scene.RefAtGitHubAsync("refs/heads/main");
        var asked = await July.CallAsync(mcp, "developer", scene, "made.txt");
        var (state, link) = ((string)asked.Message["result"]!["requestState"]!, new Uri((string)asked.Message["result"]!["inputRequests"]!["approval"]!["params"]!["url"]!));
        using var lead = new Approver("lead", TestContext.CancellationToken);
        await lead.ApproveAsync(link);

        // Each of them with the state of the one that was asked.
        var others = new[]
        {
            await July.CallAsync(mcp, "lead", scene, "made.txt", state),
            await July.CallAsync(mcp, "developer", scene, "other.txt", state),
            await July.CallAsync(mcp, "developer", scene, "made.txt", state[..^4] + (state[^4..] == "AAAA" ? "BBBB" : "AAAA")),
            await July.CallAsync(mcp, "developer", scene, "made.txt", "bm9uc2Vuc2U"),
        };
        Assert.AreEqual(before, await scene.RefAtGitHubAsync("refs/heads/main"));
        var done = await July.CallAsync(mcp, "developer", scene, "made.txt", state);
        var after = await scene.RefAtGitHubAsync("refs/heads/main");
        var replayed = await July.CallAsync(mcp, "developer", scene, "made.txt", state);

        foreach (var refused in (McpReply[])[.. others, replayed])
        {
            Assert.AreEqual(-32602, (int?)refused.Message["error"]?["code"], refused.Body);
        }

        Assert.AreEqual(after, (string?)done.Message["result"]?["structuredContent"]?["commit"]?["sha"], done.Body);
        Assert.AreNotEqual(before, after);
        Assert.AreEqual(after, await scene.RefAtGitHubAsync("refs/heads/main"));
    }

    [TestMethod]
    public async Task Client_WhoseUserDeclines_IsToldThatItWaits_AndNothingIsDone()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var before = await scene.RefsAtGitHubAsync();
        var asked = await July.CallAsync(mcp, "developer", scene, "made.txt");

        var declined = await July.CallAsync(mcp, "developer", scene, "made.txt", (string)asked.Message["result"]!["requestState"]!, """{"approval":{"action":"decline"}}""");

        Assert.Contains("Nothing was done yet", declined.Text, declined.Body);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    [DataRow("decline")]
    [DataRow("cancel")]
    public async Task Attack_ApprovedCallWhoseUserDeclines_IsNotPerformed(string action)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var before = await scene.RefsAtGitHubAsync();
        var asked = await July.CallAsync(mcp, "developer", scene, "made.txt");
        using (var lead = new Approver("lead", TestContext.CancellationToken))
        {
            await lead.ApproveAsync(new Uri((string)asked.Message["result"]!["inputRequests"]!["approval"]!["params"]!["url"]!));
        }

        var declined = await July.CallAsync(mcp, "developer", scene, "made.txt", (string)asked.Message["result"]!["requestState"]!, $$$"""{"approval":{"action":"{{{action}}}"}}""");

        Assert.Contains("was not performed", declined.Text, declined.Body);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task List_ShowsMyOwn_AndTheRecordSaysWhichApprovalACallWaitsFor()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        var client = await mcp.ClientAsync("developer");
        var waits = await WriteAsync(client, scene);

        var list = await McpScene.CallAsync(client, "approval_list", new { limit = 100 });

        Assert.Contains(IdIn(waits), list.StructuredContent!.Value.GetProperty("approvals").EnumerateArray().Select(static each => each.GetProperty("id").GetString()));
        await Eventually.TrueAsync(
            async () => (await World.EventsAsync(TestContext.CancellationToken)).OfType<ToolAnswered>().Any(each => each.Approval == IdIn(waits) && each.Outcome == "waits"), "it is recorded", TestContext.CancellationToken);
    }

    private static ValueTask<CallToolResult> WriteAsync(McpClient client, Scene scene) => McpScene.CallAsync(
        client, "create_or_update_file", new { owner = "acme", repo = scene.Repository.Name, path = "made.txt", content = "by a tool\n", message = "Made", branch = "main" });

    private static string IdIn(CallToolResult waits) => ApprovalOf(waits).GetProperty("id").GetString()!;

    private static Uri LinkIn(CallToolResult waits) => new(ApprovalOf(waits).GetProperty("url").GetString()!);

    private static string StatusOf(CallToolResult result) => ApprovalOf(result).GetProperty("status").GetString()!;

    private static JsonElement ApprovalOf(CallToolResult result) =>
        result.StructuredContent is { } content && content.TryGetProperty("approval", out var approval) ? approval : throw new AssertFailedException(McpScene.TextOf(result));

    private static async Task<int> CountAsync(Scene scene) => int.Parse(await scene.AtGitHubAsync("rev-list", "--count", "main"), System.Globalization.CultureInfo.InvariantCulture);

    private async Task ApproveAsync(CallToolResult waits)
    {
        using var lead = new Approver("lead", TestContext.CancellationToken);
        await lead.ApproveAsync(LinkIn(waits), "Looks right");
    }
}
