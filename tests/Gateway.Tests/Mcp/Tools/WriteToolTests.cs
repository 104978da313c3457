using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Tools that write files: look-ups first, then exactly one changing call, over what was looked up.</summary>
[TestClass]
public sealed class WriteToolTests
{
    private const string App = """ "owner": "acme", "repo": "app", "branch": "cursor/x" """;

    private const string Written = """
        { "content": { "name": "a.cs", "path": "src/a.cs", "sha": "b2", "size": 3, "html_url": "h", "git_url": "g" },
          "commit": { "sha": "c2", "message": "Fix", "html_url": "ch", "author": { "name": "N", "email": "e", "date": "d" }, "tree": { "sha": "t" } } }
        """;

    [TestMethod]
    public async Task NewFile_IsWrittenWithoutASha()
    {
        var tool = Looking("create_or_update_file", "null");
        tool.Api.On("PUT /api/v3/repos/acme/app/contents/src/a.cs", Written, 201);

        var data = await tool.DataAsync($$"""{ {{App}}, "path": "src/a.cs", "content": "new", "message": "Fix" }""");

        Assert.AreEqual("""{"message":"Fix","branch":"cursor/x","content":"bmV3"}""", tool.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"owner":"acme","name":"app","ref":"refs/heads/cursor/x","path":"src/a.cs"}""", tool.Api.Sent[0].Body!["variables"]!.ToJsonString());
        Assert.AreEqual(
            """{"content":{"name":"a.cs","path":"src/a.cs","sha":"b2","size":3,"html_url":"h"},"commit":{"sha":"c2","message":"Fix","html_url":"ch","author":{"name":"N","email":"e","date":"d"}}}""",
            data.ToJsonString());
    }

    [TestMethod]
    public async Task File_IsReplacedOverTheVersionThatWasRead()
    {
        var tool = Looking("create_or_update_file", """{ "oid": "b1", "mode": 33188, "type": "blob" }""");
        tool.Api.On("PUT /api/v3/repos/acme/app/contents/src/a.cs", Written);
        await tool.DataAsync($$"""{ {{App}}, "path": "src/a.cs", "content": "", "message": "Empty it", "sha": "b1" }""");

        Assert.AreEqual("b1", (string?)tool.Changed!.Body!["sha"]);
    }

    [TestMethod]
    public async Task EmptyContent_IsSent()
    {
        var tool = Looking("create_or_update_file", "null");
        tool.Api.On("PUT /api/v3/repos/acme/app/contents/a", Written);
        await tool.DataAsync($$"""{ {{App}}, "path": "a", "content": "", "message": "Empty" }""");

        Assert.AreEqual("", (string?)tool.Changed!.Body!["content"]);
    }

    [TestMethod]
    [DataRow("""{ "oid": "b1", "mode": 33188, "type": "blob" }""", "", "is there already")]
    [DataRow("""{ "oid": "b1", "mode": 33188, "type": "blob" }""", """, "sha": "b0" """, "it is b1 now, not b0")]
    [DataRow("null", """, "sha": "b0" """, "no version of it to replace")]
    [DataRow("""{ "oid": "b1", "mode": 40960, "type": "blob" }""", """, "sha": "b1" """, "symbolic link")]
    [DataRow("""{ "oid": "t1", "mode": 16384, "type": "tree" }""", "", "is a directory")]
    [DataRow("""{ "oid": "m1", "mode": 57344, "type": "commit" }""", "", "submodule")]
    public async Task File_ThatIsNotWhatWasRead_IsNotWritten(string there, string sha, string why)
    {
        var tool = Looking("create_or_update_file", there);

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}}, "path": "a", "content": "x", "message": "m"{{sha}} }"""), why);
        Assert.IsNull(tool.Changed);
    }

    [TestMethod]
    [DataRow("create_or_update_file", """, "path": "a", "content": "x", "message": "m" """)]
    [DataRow("delete_file", """, "path": "a", "message": "m" """)]
    [DataRow("push_files", """, "files": [{ "path": "a", "content": "x" }], "message": "m" """)]
    public async Task Branch_ThatIsNotThere_IsNamed_AndWhatMakesOne(string name, string rest)
    {
        var tool = new ToolUnderTest(name);
        tool.Api.OnGraph("""{ "data": { "repository": { "ref": null } } }""");

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}}{{rest}} }"""), "There is no branch cursor/x");
    }

    [TestMethod]
    public async Task File_IsDeletedOverTheVersionThatIsThere()
    {
        var tool = Looking("delete_file", """{ "oid": "b1", "mode": 33188, "type": "blob" }""");
        tool.Api.On("DELETE /api/v3/repos/acme/app/contents/src/a.cs", """{ "content": null, "commit": { "sha": "c2" } }""");
        var data = await tool.DataAsync($$"""{ {{App}}, "path": "src/a.cs", "message": "Gone" }""");
        var absent = Looking("delete_file", "null");

        Assert.AreEqual("""{"message":"Gone","sha":"b1","branch":"cursor/x"}""", tool.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"commit":{"sha":"c2"}}""", data.ToJsonString());
        StringAssert.Contains(await absent.ErrorAsync($$"""{ {{App}}, "path": "b", "message": "Gone" }"""), "There is no b on cursor/x");
    }

    [TestMethod]
    public async Task Files_BecomeOneCommitOnTheHeadThatWasLookedUp()
    {
        var tool = new ToolUnderTest("push_files");
        tool.Api.OnGraph("""{ "data": { "repository": { "ref": { "target": { "oid": "c1" } } } } }""")
            .OnGraph("""{ "data": { "createCommitOnBranch": { "commit": { "oid": "c2", "url": "u" }, "ref": { "name": "cursor/x", "prefix": "refs/heads/" } } } }""");

        var data = await tool.DataAsync($$"""{ {{App}}, "files": [{ "path": "/a", "content": "x" }, { "path": "b/ä", "content": "" }], "delete": ["old"], "message": "First\n\nSecond" }""");

        Assert.AreEqual(
            """{"branch":{"repositoryNameWithOwner":"acme/app","branchName":"cursor/x"},"message":{"headline":"First","body":"Second"},"fileChanges":{"additions":[{"path":"a","contents":"eA=="},{"path":"b/\u00E4","contents":""}],"deletions":[{"path":"old"}]},"expectedHeadOid":"c1"}""",
            tool.Api.Variables["input"]!.ToJsonString());
        Assert.AreEqual("""{"ref":"refs/heads/cursor/x","object":{"type":"commit","sha":"c2","url":"u"}}""", data.ToJsonString());
    }

    [TestMethod]
    public async Task Files_ThatGitHubDoesNotTake_AreAnError()
    {
        var tool = new ToolUnderTest("push_files");
        tool.Api.OnGraph("""{ "data": { "repository": { "ref": { "target": { "oid": "c1" } } } } }""")
            .OnGraph("""{ "data": { "createCommitOnBranch": null }, "errors": [{ "type": "STALE_DATA", "message": "Expected branch to point to c1 but it did not. Pull and try again." }] }""");

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}}, "files": [{ "path": "a", "content": "x" }], "message": "m" }"""), "Pull and try again");
    }

    [TestMethod]
    [DataRow("""[{ "path": "a", "content": "x" }, { "path": "a", "content": "y" }]""", "a is there twice")]
    [DataRow("[]", "nothing is to be deleted")]
    [DataRow("""[{ "path": "a" }]""", "files[0].content")]
    [DataRow("""[{ "path": "a", "content": "x", "mode": "100755" }]""", "files[0].mode")]
    [DataRow("""[{ "path": "a/../b", "content": "x" }]""", "files[0].path")]
    public async Task Files_ThatMakeNoSense_AreRefusedBeforeAnythingIsAsked(string files, string why) =>
        StringAssert.Contains(await new ToolUnderTest("push_files").ProblemAsync($$"""{ {{App}}, "files": {{files}}, "message": "m" }"""), why);

    [TestMethod]
    public async Task Mask_InAFile_IsRefusedWithFileAndLine()
    {
        var tool = new ToolUnderTest("push_files");
        tool.Api.OnGraph("""{ "data": { "repository": { "ref": { "target": { "oid": "c1" } } } } }""")
            .Refuses("POST /api/graphql", RefusalKind.WritesMask, "config/app.yaml:3: this is a mask of the broker, not the secret");

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}}, "files": [{ "path": "config/app.yaml", "content": "x" }], "message": "m" }"""), "config/app.yaml:3");
    }

    private static ToolUnderTest Looking(string name, string there)
    {
        var tool = new ToolUnderTest(name);
        tool.Api.OnGraph($$"""{ "data": { "repository": { "ref": { "target": { "file": {{there}} } } } } }""");
        return tool;
    }
}
