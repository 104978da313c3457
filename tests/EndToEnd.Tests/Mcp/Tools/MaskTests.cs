using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Mcp.Tools;

/// <summary>A model reads a file masked and writes it back.</summary>
[TestClass]
public sealed class MaskTests
{
    private const string Token = "ghp_OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Attack_FileReadMaskedAndWrittenBack_IsRefused_WithFileAndLine()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(world, TestContext);
        await scene.CloneAsync("developer");
        await File.WriteAllTextAsync(Path.Combine(scene.Clone, "config.env"), $"# for CI\nthe token is {Token}\n", TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "add", "-A");
        await scene.MustInCloneAsync(null, "commit", "--quiet", "-m", "Oops");

        // Past the broker, as long ago.
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/cursor/secret");
        var refs = await scene.RefsAtGitHubAsync();
        await using var mcp = new McpScene(world, TestContext.CancellationToken);
        var tools = new ToolClient(await mcp.ClientAsync("developer"), TestContext.CancellationToken);
        var repo = scene.Repository.Name;

        var read = await tools.DataAsync("get_file_contents", new { owner = "acme", repo, path = "config.env", @ref = "cursor/secret" });
        var (text, sha) = ((string)read["text"]!, (string)read["sha"]!);
        var one = await tools.ErrorAsync("create_or_update_file", new { owner = "acme", repo, branch = "cursor/secret", path = "config.env", content = $"{text}MORE=1\n", message = "More", sha });
        var several = await tools.ErrorAsync("push_files", new { owner = "acme", repo, branch = "cursor/secret", files = new[] { new { path = "config.env", content = $"{text}MORE=1\n" } }, message = "More" });
        var elsewhere = await tools.ErrorAsync("issue_write", new { method = "create", owner = "acme", repo, title = "Look", body = text });

        Assert.DoesNotContain(Token, text);
        Assert.Contains("config.env:2: this is a mask of the broker", one);
        Assert.Contains("config.env:2: this is a mask of the broker", several);
        Assert.Contains("mask of the broker", elsewhere);
        Assert.AreEqual(refs, await scene.RefsAtGitHubAsync());
    }
}
