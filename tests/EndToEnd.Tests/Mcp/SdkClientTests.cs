using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Mcp;

/// <summary>The SDK's own client, in every revision that is served.</summary>
[TestClass]
public sealed class SdkClientTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("2025-06-18")]
    [DataRow("2025-11-25")]
    [DataRow("2026-07-28")]
    public async Task Client_OfEveryRevision_ListsAndCalls(string revision)
    {
        await using var mcp = new McpScene(SharedWorld.Instance, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(SharedWorld.Instance, TestContext);
        var client = await mcp.ClientAsync("developer", revision);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.CancellationToken);
        var branches = await McpScene.CallAsync(client, "list_branches", new { owner = "acme", repo = scene.Repository.Name });

        Assert.AreEqual(revision, client.NegotiatedProtocolVersion);
        Assert.Contains("list_branches", tools.Select(static tool => tool.Name));
        Assert.IsNull(branches.IsError, McpScene.TextOf(branches));
        var names = branches.StructuredContent!.Value.GetProperty("branches").EnumerateArray().Select(static branch => branch.GetProperty("name").GetString()).ToList();
        Assert.Contains("main", names);
        Assert.IsFalse(names.Exists(static name => name!.StartsWith("feature/", StringComparison.Ordinal)), "what the policy hides is hidden here too");
    }

    [TestMethod]
    public async Task Call_IsRecorded_WithItsInnerCallsInTheSameSession()
    {
        await using var mcp = new McpScene(SharedWorld.Instance, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(SharedWorld.Instance, TestContext);
        var client = await mcp.ClientAsync("developer", "2026-07-28");

        await McpScene.CallAsync(client, "list_branches", new { owner = "acme", repo = scene.Repository.Name });

        ToolAnswered? answered = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var events = await SharedWorld.Instance.EventsAsync(TestContext.CancellationToken);
                var inner = events.OfType<OperationDecided>().LastOrDefault(decided => decided.Target == scene.Repository.FullName);
                answered = events.OfType<ToolAnswered>().FirstOrDefault(each => inner is not null && each.Calls.Contains(inner.Request!) && each.Session == inner.Session);
                return answered is not null;
            },
            "the answer is recorded", TestContext.CancellationToken);
        Assert.AreEqual(("list_branches", "done", 1), (answered!.Tool, answered.Outcome, answered.Calls.Length));
        var called = (await SharedWorld.Instance.EventsAsync(TestContext.CancellationToken)).OfType<ToolCalled>().Single(each => each.Request == answered.Request);
        Assert.AreEqual(("list_branches", "an agent 1"), (called.Tool, called.Client));
    }
}
