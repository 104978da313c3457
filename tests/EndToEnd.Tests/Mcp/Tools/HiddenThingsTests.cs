using System.Text.Json;
using CursorBroker.EndToEnd.Tests.Api;

namespace CursorBroker.EndToEnd.Tests.Mcp.Tools;

/// <summary>
/// Attacks by tools on what the policy keeps from the caller: a branch that is hidden, paths that may not be read or written. Whatever a tool is asked, none of it comes out, and what is
/// hidden is spoken of as what is not there.
/// </summary>
[TestClass]
public sealed class HiddenThingsTests : IAsyncDisposable
{
    private ApiScene _scene = null!;
    private McpScene _mcp = null!;
    private ToolClient _tools = null!;

    public required TestContext TestContext { get; set; }

    [TestInitialize]
    public async Task StartAsync()
    {
        _scene = await ApiScene.StartAsync(TestContext.CancellationToken);
        _mcp = new McpScene(_scene.World, TestContext.CancellationToken);
        _tools = new ToolClient(await _mcp.ClientAsync("developer"), TestContext.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _mcp.DisposeAsync();
        await _scene.DisposeAsync();
    }

    [TestMethod]
    [DataRow("get_file_contents", """{ "path": "hidden.txt", "ref": "NAME" }""")]
    [DataRow("get_file_contents", """{ "path": "hidden.txt", "ref": "refs/heads/NAME" }""")]
    [DataRow("get_file_contents", """{ "ref": "NAME" }""")]
    [DataRow("get_repository_tree", """{ "tree_sha": "NAME" }""")]
    [DataRow("get_commit", """{ "sha": "NAME" }""")]
    [DataRow("list_commits", """{ "sha": "NAME" }""")]
    [DataRow("create_branch", """{ "branch": "cursor/mine", "from_branch": "NAME" }""")]
    [DataRow("create_or_update_file", """{ "branch": "NAME", "path": "a", "content": "x", "message": "m" }""")]
    [DataRow("delete_file", """{ "branch": "NAME", "path": "hidden.txt", "message": "m" }""")]
    [DataRow("push_files", """{ "branch": "NAME", "files": [{ "path": "a", "content": "x" }], "message": "m" }""")]
    public async Task HiddenBranch_IsSpokenOfAsOneThatIsNotThere(string tool, string arguments)
    {
        var refs = await _scene.RefsAsync();
        var hidden = await ErrorAsync(tool, arguments.Replace("NAME", "hidden", StringComparison.Ordinal));
        var absent = await ErrorAsync(tool, arguments.Replace("NAME", "absent", StringComparison.Ordinal));

        Assert.AreEqual(absent.Replace("absent", "hidden", StringComparison.Ordinal), hidden);
        Assert.AreEqual(refs, await _scene.RefsAsync());
    }

    [TestMethod]
    [DataRow("get_file_contents", """{ "path": "secret/key" }""")]
    [DataRow("get_file_contents", """{ "path": "SECRET/key" }""")]
    [DataRow("get_file_contents", """{ "path": "secret/./key" }""")]
    [DataRow("get_file_contents", """{ "path": "x/../secret/key" }""")]
    [DataRow("get_file_contents", """{ "path": "secret%2Fkey" }""")]
    [DataRow("get_file_contents", """{ "path": "link", "ref": "cursor/link" }""")]
    [DataRow("get_file_contents", """{ "path": "linked/key", "ref": "cursor/link" }""")]
    [DataRow("get_file_contents", """{ "path": "secret/key", "sha": "MAIN-COMMIT" }""")]
    [DataRow("get_file_contents", """{ "path": "hidden.txt", "sha": "HIDDEN-COMMIT" }""")]
    [DataRow("get_file_contents", """{ "path": "", "sha": "SECRET-TREE" }""")]
    [DataRow("get_repository_tree", """{ "tree_sha": "SECRET-TREE" }""")]
    [DataRow("get_repository_tree", """{ "tree_sha": "main:secret" }""")]
    [DataRow("get_repository_tree", """{ "recursive": true, "path_filter": "secret" }""")]
    [DataRow("get_repository_tree", """{ "tree_sha": "HIDDEN-COMMIT" }""")]
    [DataRow("get_commit", """{ "sha": "HIDDEN-COMMIT", "detail": "full_patch" }""")]
    [DataRow("get_commit", """{ "sha": "MAIN-COMMIT", "detail": "full_patch" }""")]
    [DataRow("list_commits", """{ "sha": "HIDDEN-COMMIT" }""")]
    [DataRow("list_branches", """{ }""")]
    [DataRow("search_code", """{ "query": "SECRET repo:acme/guarded" }""")]
    [DataRow("search_code", """{ "query": "path:secret repo:acme/guarded" }""")]
    [DataRow("create_or_update_file", """{ "branch": "cursor/work", "path": "secret/key", "content": "x", "message": "m", "sha": "SECRET-BLOB" }""")]
    [DataRow("delete_file", """{ "branch": "cursor/work", "path": "secret/key", "message": "m" }""")]
    [DataRow("push_files", """{ "branch": "cursor/work", "files": [{ "path": "secret/other", "content": "x" }], "message": "m" }""")]
    [DataRow("push_files", """{ "branch": "cursor/work", "files": [], "delete": ["secret/key"], "message": "m" }""")]
    public async Task WhatIsKeptBack_DoesNotComeOut_AndIsNotChanged(string tool, string arguments)
    {
        var refs = await _scene.RefsAsync();
        var result = await _tools.CallAsync(tool, Filled(tool, _scene.Fill(arguments)));
        var everything = JsonSerializer.Serialize(result, ModelContextProtocol.McpJsonUtilities.DefaultOptions);

        Assert.DoesNotContain("THE-SECRET-CONTENT", everything);
        Assert.DoesNotContain("THE-HIDDEN", everything);
        Assert.DoesNotContain(Convert.ToBase64String("THE-SECRET-CONTENT\n"u8), everything);
        Assert.DoesNotContain("\"name\":\"hidden\"", everything);
        Assert.DoesNotContain("secret/key\"", everything.Replace("There is no secret/key", "", StringComparison.Ordinal));
        Assert.AreEqual(refs, await _scene.RefsAsync());
    }

    [TestMethod]
    public async Task UnreadablePath_IsSpokenOfAsOneThatIsNotThere()
    {
        var there = await ErrorAsync("get_file_contents", """{ "path": "secret/key" }""");
        var absent = await ErrorAsync("get_file_contents", """{ "path": "secret/no!" }""");
        var written = await ErrorAsync("create_or_update_file", """{ "branch": "cursor/work", "path": "secret/key", "content": "x", "message": "m" }""");
        var made = await ErrorAsync("create_or_update_file", """{ "branch": "cursor/work", "path": "secret/no!", "content": "x", "message": "m" }""");

        Assert.AreEqual(absent.Replace("no!", "key", StringComparison.Ordinal), there);
        Assert.AreEqual(made.Replace("no!", "key", StringComparison.Ordinal), written);
    }

    [TestMethod]
    [DataRow("--force")]
    [DataRow("-d")]
    [DataRow("0123456789012345678901234567890123456789")]
    [DataRow("HEAD")]
    [DataRow("a..b")]
    [DataRow("a@{1}")]
    public async Task BranchThatLooksLikeSomethingElse_IsABranchOrRefused(string name)
    {
        var refs = await _scene.RefsAsync();
        var result = await _tools.CallAsync("create_branch", Filled("create_branch", JsonSerializer.Serialize(new { branch = name })));

        Assert.IsTrue(result.IsError, McpScene.TextOf(result));
        Assert.AreEqual(refs, await _scene.RefsAsync());
    }

    [TestMethod]
    public async Task RepositoryThatNoRuleCovers_IsNotThere()
    {
        var other = await _tools.ErrorAsync("list_branches", new { owner = "acme", repo = "internal-tools" });
        var absent = await _tools.ErrorAsync("list_branches", new { owner = "acme", repo = "no-such-thing" });

        Assert.AreEqual(absent, other);
    }

    private Task<string> ErrorAsync(string tool, string arguments) => _tools.ErrorAsync(tool, Filled(tool, arguments));

    private static Dictionary<string, object?> Filled(string tool, string arguments)
    {
        var filled = JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments)!;
        if (tool != "search_code")
        {
            filled["owner"] = "acme";
            filled["repo"] = "guarded";
        }

        return filled;
    }
}
