using System.Text;
using CursorBroker.Gateway.Pipeline;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Tools that read files.</summary>
[TestClass]
public sealed class FileToolTests
{
    private const string Contents = "GET /api/v3/repos/acme/app/contents";

    private const string App = """ "owner": "acme", "repo": "app" """;

    [TestMethod]
    public async Task File_IsRead_WithTheShaThatWritingTakes()
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/src/main.cs", FileOf("class A\n{\n}\n"));

        var answer = await tool.RunAsync($$"""{ {{App}}, "path": "/src/main.cs" }""");

        Assert.AreEqual("b10b", (string?)answer.Structured!["sha"]);
        Assert.AreEqual("class A\n{\n}\n", (string?)answer.Structured["text"]);
        Assert.IsNull(answer.Structured["next_offset"]);
        var resource = (TextResourceContents)answer.Content.OfType<EmbeddedResourceBlock>().Single().Resource;
        Assert.AreEqual("repo://acme/app/contents/src/main.cs class A\n{\n}\n", $"{resource.Uri} {resource.Text}");
    }

    [TestMethod]
    [DataRow("""  "ref": "refs/heads/cursor/x" """, "?ref=refs%2Fheads%2Fcursor%2Fx", "repo://acme/app/refs/heads/cursor%2Fx/contents/a")]
    [DataRow("""  "ref": "main" """, "?ref=main", "repo://acme/app/refs/heads/main/contents/a")]
    [DataRow("""  "ref": "refs/tags/v1" """, "?ref=refs%2Ftags%2Fv1", "repo://acme/app/refs/tags/v1/contents/a")]
    [DataRow("""  "ref": "main", "sha": "c0ffee" """, "?ref=c0ffee", "repo://acme/app/sha/c0ffee/contents/a")]
    [DataRow("""  "ref": "0123456789012345678901234567890123456789" """, "?ref=0123456789012345678901234567890123456789", "repo://acme/app/sha/0123456789012345678901234567890123456789/contents/a")]
    [DataRow("""  "ref": "" """, "", "repo://acme/app/contents/a")]
    public async Task File_OfAPlace_IsAskedForThere(string place, string query, string uri)
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/a{query}", FileOf("x"));

        Assert.AreEqual(uri, (string?)(await tool.DataAsync($$"""{ {{App}}, "path": "a", {{place}} }"""))["uri"]);
    }

    [TestMethod]
    public async Task File_OfAPullRequestsHead_IsReadAtItsCommit()
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On("GET /api/v3/repos/acme/app/pulls/7", """{ "head": { "sha": "c0ffee" } }""").On($"{Contents}/a?ref=c0ffee", FileOf("x"));

        Assert.AreEqual("repo://acme/app/refs/pull/7/head/contents/a", (string?)(await tool.DataAsync($$"""{ {{App}}, "path": "a", "ref": "refs/pull/7/head" }"""))["uri"]);
        StringAssert.Contains(await new ToolUnderTest("get_file_contents").ProblemAsync($$"""{ {{App}}, "path": "a", "ref": "refs/pull/x/head" }"""), "refs/pull/NUMBER/head");
    }

    [TestMethod]
    public async Task LongFile_ComesInPieces_ThatTogetherAreTheFile()
    {
        var text = string.Concat(Enumerable.Range(0, 4000).Select(static line => $"line {line} with ä and 🦊\n"));
        var read = new StringBuilder();
        long? offset = 0;
        for (var pieces = 0; offset is { } at; pieces++)
        {
            Assert.IsLessThan(100, pieces);
            var tool = new ToolUnderTest("get_file_contents");
            tool.Api.On($"{Contents}/long.txt", FileOf(text));
            var answer = await tool.RunAsync($$"""{ {{App}}, "path": "long.txt", "offset": {{at}}, "limit": 7001 }""");
            var piece = (string)answer.Structured!["text"]!;
            read.Append(piece);
            offset = (long?)answer.Structured["next_offset"];
            if (offset is not null)
            {
                Assert.EndsWith("\n", piece);
                StringAssert.Contains(ToolUnderTest.TextOf(answer), $"To go on: offset {offset}");
            }
        }

        Assert.AreEqual(text, read.ToString());
    }

    [TestMethod]
    public async Task LongLine_IsCutBetweenCharacters()
    {
        var text = string.Concat(Enumerable.Repeat("🦊", 2000));
        var read = new StringBuilder();
        long? offset = 0;
        while (offset is { } at)
        {
            var tool = new ToolUnderTest("get_file_contents");
            tool.Api.On($"{Contents}/fox", FileOf(text));
            var data = await tool.DataAsync($$"""{ {{App}}, "path": "fox", "offset": {{at}}, "limit": 1001 }""");
            read.Append((string)data["text"]!);
            offset = (long?)data["next_offset"];
        }

        Assert.AreEqual(text, read.ToString());
    }

    [TestMethod]
    public async Task FileAboveAMegabyte_IsAskedForByItself()
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/big", """{ "type": "file", "sha": "b1", "size": 1500000, "encoding": "none", "content": "" }""").On($"{Contents}/big", new string('x', 1_500_000));

        var data = await tool.DataAsync($$"""{ {{App}}, "path": "big" }""");

        Assert.AreEqual("application/vnd.github.raw+json", tool.Api.Sent[1].Accept);
        Assert.AreEqual(40_000, (long)data["next_offset"]!);
    }

    [TestMethod]
    public async Task FileTooLongToRead_SaysSo()
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/huge", """{ "type": "file", "sha": "b1", "size": 90000000, "encoding": "none", "content": "" }""");

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}}, "path": "huge" }"""), "90000000 bytes long");
    }

    [TestMethod]
    public async Task Image_ComesAsAnImage_AndOtherBytesAsAResource()
    {
        byte[] png = [0x89, .. "PNG\r\n\x1A\n"u8, 0, 0, 0, 1];
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/logo.txt", FileOf(png));
        var image = (await tool.RunAsync($$"""{ {{App}}, "path": "logo.txt" }""")).Content.OfType<ImageContentBlock>().Single();
        var other = new ToolUnderTest("get_file_contents");
        other.Api.On($"{Contents}/a.bin", FileOf([0, 1, 2, 255]));
        var bytes = (BlobResourceContents)(await other.RunAsync($$"""{ {{App}}, "path": "a.bin" }""")).Content.OfType<EmbeddedResourceBlock>().Single().Resource;

        Assert.AreEqual("image/png", image.MimeType);
        CollectionAssert.AreEqual(png, image.DecodedData.ToArray());
        CollectionAssert.AreEqual(new byte[] { 0, 1, 2, 255 }, bytes.DecodedData.ToArray());
    }

    [TestMethod]
    public async Task LongBinary_IsRefusedInWords()
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/a.bin", """{ "type": "file", "sha": "b1", "size": 2000000, "encoding": "none", "content": "" }""").OnBytes($"{Contents}/a.bin", new byte[2_000_000]);

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}}, "path": "a.bin" }"""), "is no text and 2000000 bytes long");
    }

    [TestMethod]
    public async Task EmptyFile_IsEmptyText()
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/empty", """{ "type": "file", "sha": "e69d", "size": 0, "encoding": "base64", "content": "" }""");

        Assert.AreEqual("", (string?)(await tool.DataAsync($$"""{ {{App}}, "path": "empty" }"""))["text"]);
    }

    [TestMethod]
    public async Task Directory_ShowsTheFieldsThatWereAskedFor()
    {
        const string listing = """[{ "type": "file", "name": "a", "path": "d/a", "size": 3, "sha": "s1", "url": "u", "git_url": "g", "html_url": "h", "download_url": "dl" }]""";
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/d", listing);
        var answer = await tool.RunAsync($$"""{ {{App}}, "path": "d" }""");
        var few = new ToolUnderTest("get_file_contents");
        few.Api.On(Contents, listing);

        Assert.AreEqual("""[{"type":"file","name":"a","path":"d/a","size":3,"sha":"s1"}]""", ToolUnderTest.TextOf(answer));
        Assert.AreEqual("""[{"name":"a"}]""", (await few.DataAsync($$"""{ {{App}}, "fields": ["name"] }"""))["entries"]!.ToJsonString());
        StringAssert.Contains(await new ToolUnderTest("get_file_contents").ProblemAsync($$"""{ {{App}}, "fields": ["secret"] }"""), "secret is not among them");
    }

    [TestMethod]
    [DataRow("symlink", "target", "../elsewhere")]
    [DataRow("submodule", "submodule_git_url", "https://example.com/x.git")]
    public async Task Pointer_SaysWhereItLeads(string type, string member, string target)
    {
        var tool = new ToolUnderTest("get_file_contents");
        tool.Api.On($"{Contents}/p", $$"""{ "type": "{{type}}", "sha": "s", "size": 5, "{{member}}": "{{target}}" }""");
        var data = await tool.DataAsync($$"""{ {{App}}, "path": "p" }""");

        Assert.AreEqual($"{type} {target}", $"{data["type"]} {data["target"]}");
    }

    [TestMethod]
    public async Task UnreadablePath_IsRefusedInTheWordsOfWhatIsNotThere()
    {
        var absent = new ToolUnderTest("get_file_contents");
        absent.Api.Refuses($"{Contents}/secret/key", RefusalKind.NotFound, "Not there.");

        StringAssert.Contains(await absent.ErrorAsync($$"""{ {{App}}, "path": "secret/key" }"""), "Not there.");
    }

    [TestMethod]
    public async Task Tree_IsNarrowedAndPaged()
    {
        const string tree = """
            { "sha": "t1", "truncated": false, "tree": [
              { "path": "a", "type": "blob", "mode": "100644", "sha": "1", "size": 3, "url": "u" },
              { "path": "src", "type": "tree", "mode": "040000", "sha": "2", "url": "u" },
              { "path": "src/b", "type": "blob", "mode": "100644", "sha": "3", "size": 4, "url": "u" } ] }
            """;
        var tool = new ToolUnderTest("get_repository_tree");
        tool.Api.On("GET /api/v3/repos/acme/app/git/trees/HEAD?recursive=1", tree);
        var first = await tool.DataAsync($$"""{ {{App}}, "recursive": true, "path_filter": "src", "perPage": 1 }""");
        var other = new ToolUnderTest("get_repository_tree");
        other.Api.On("GET /api/v3/repos/acme/app/git/trees/cursor%2Fx", tree);
        var second = await other.DataAsync($$"""{ {{App}}, "tree_sha": "cursor/x", "path_filter": "src", "perPage": 1, "page": 2 }""");

        Assert.AreEqual("""[{"path":"src","type":"tree","mode":"040000","sha":"2"}]""", first["tree"]!.ToJsonString());
        Assert.AreEqual("2 2", $"{first["count"]} {first["next_page"]}");
        Assert.AreEqual("""[{"path":"src/b","type":"blob","size":4,"mode":"100644","sha":"3"}]""", second["tree"]!.ToJsonString());
        Assert.IsNull(second["next_page"]);
    }

    private static string FileOf(string text) => FileOf(Encoding.UTF8.GetBytes(text));

    // As GitHub has it, with a line end every 60 characters.
    private static string FileOf(byte[] bytes) =>
        $$"""{ "type": "file", "sha": "b10b", "size": {{bytes.Length}}, "encoding": "base64", "content": "{{string.Concat(Convert.ToBase64String(bytes).Chunk(60).Select(static line => new string(line) + "\\n"))}}" }""";
}
