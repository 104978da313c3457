namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Tools about branches, tags and commits.</summary>
[TestClass]
public sealed class RepositoryToolTests
{
    private const string App = """ "owner": "acme", "repo": "app" """;

    private const string Commit = """
        { "sha": "c1", "html_url": "h1", "node_id": "n", "commit": { "message": "Fix", "author": { "name": "A", "email": "a@x", "date": "2026-01-02T03:04:05Z" }, "tree": { "sha": "t" } },
          "author": { "login": "ana", "id": 5, "html_url": "p", "avatar_url": "a" }, "stats": { "additions": 3, "deletions": 1, "total": 4 },
          "files": [{ "filename": "a.cs", "status": "modified", "additions": 3, "deletions": 1, "changes": 4, "patch": "@@ -1 +1 @@", "sha": "s" }] }
        """;

    [TestMethod]
    public async Task Me_IsThePersonBehindTheToken()
    {
        var tool = new ToolUnderTest("get_me");
        tool.Api.On("GET /api/v3/user", """{ "login": "dora.dev", "id": 7, "html_url": "http://b/", "avatar_url": "http://b/", "name": "Dora Dev", "email": "dora@acme.example", "company": null, "node_id": "x" }""");

        Assert.AreEqual(
            """{"login":"dora.dev","id":7,"profile_url":"http://b/","avatar_url":"http://b/","details":{"name":"Dora Dev","email":"dora@acme.example"}}""",
            (await tool.DataAsync("{}")).ToJsonString());
    }

    [TestMethod]
    public async Task Branches_AreNamesAndCommits_AndSayWhetherMoreFollow()
    {
        var tool = new ToolUnderTest("list_branches");
        tool.Api.On(
            "GET /api/v3/repos/acme/app/branches?page=2&per_page=5", """[{ "name": "main", "commit": { "sha": "c1", "url": "u" }, "protected": true, "protection_url": "p" }]""", hasNext: true);

        var answer = await tool.RunAsync($$"""{ {{App}}, "page": 2, "perPage": 5 }""");

        Assert.AreEqual("""[{"name":"main","sha":"c1","protected":true}]""" + "\nThere is more: ask for page 3.", ToolUnderTest.TextOf(answer));
        Assert.AreEqual("""{"branches":[{"name":"main","sha":"c1","protected":true}],"next_page":3}""", answer.Structured!.ToJsonString());
    }

    [TestMethod]
    public async Task Tags_AreNamesAndCommits()
    {
        var tool = new ToolUnderTest("list_tags");
        tool.Api.On("GET /api/v3/repos/acme/app/tags?page=1&per_page=30", """[{ "name": "v1", "commit": { "sha": "c1", "url": "u" }, "zipball_url": "z" }]""");

        Assert.AreEqual("""{"tags":[{"name":"v1","sha":"c1"}]}""", (await tool.DataAsync($$"""{ {{App}} }""")).ToJsonString());
    }

    [TestMethod]
    public async Task Commits_AreNarrowed_AndShortUnlessAskedFor()
    {
        var tool = new ToolUnderTest("list_commits");
        tool.Api.On(
            "GET /api/v3/repos/acme/app/commits?sha=cursor%2Fx&path=src%2Fa%20b&author=ana&since=2026-03-01T00%3A00%3A00Z&until=2026-03-02T10%3A00%3A00Z&page=1&per_page=30", $"[{Commit}]");
        var usual = await tool.DataAsync($$"""{ {{App}}, "sha": "cursor/x", "path": "src/a b", "author": "ana", "since": "2026-03-01", "until": "2026-03-02T12:00:00+02:00" }""");
        var few = new ToolUnderTest("list_commits");
        few.Api.On("GET /api/v3/repos/acme/app/commits?page=1&per_page=30", $"[{Commit}]");

        Assert.AreEqual(
            """[{"sha":"c1","commit":{"message":"Fix","author":{"name":"A","email":"a@x","date":"2026-01-02T03:04:05Z"}},"author":{"login":"ana","id":5,"profile_url":"p"}}]""",
            usual["commits"]!.ToJsonString());
        Assert.AreEqual("""[{"sha":"c1"}]""", (await few.DataAsync($$"""{ {{App}}, "fields": ["sha"] }"""))["commits"]!.ToJsonString());
        StringAssert.Contains(await new ToolUnderTest("list_commits").ProblemAsync($$"""{ {{App}}, "since": "yesterday" }"""), "since");
    }

    [TestMethod]
    [DataRow("", true, false)]
    [DataRow(""", "detail": "none" """, false, false)]
    [DataRow(""", "detail": "full_patch" """, true, true)]
    public async Task Commit_ShowsAsMuchAsWasAskedFor(string detail, bool hasFiles, bool hasPatch)
    {
        var tool = new ToolUnderTest("get_commit");
        tool.Api.On("GET /api/v3/repos/acme/app/commits/cursor%2Fx?page=1&per_page=30", Commit);
        var data = await tool.DataAsync($$"""{ {{App}}, "sha": "cursor/x"{{detail}} }""");

        Assert.AreEqual(hasFiles, data["stats"] is not null);
        Assert.AreEqual(hasPatch ? "@@ -1 +1 @@" : null, (string?)data["files"]?[0]?["patch"]);
    }

    [TestMethod]
    public async Task LongPatches_AreCut_AndTheReaderIsTold()
    {
        var file = $$"""{ "filename": "a", "patch": "{{string.Concat(Enumerable.Repeat("+line\\n", 5000))}}" }""";
        var tool = new ToolUnderTest("get_commit");
        tool.Api.On("GET /api/v3/repos/acme/app/commits/c1?page=1&per_page=30", $$"""{ "sha": "c1", "files": [{{string.Join(',', Enumerable.Repeat(file, 6))}}] }""");

        var answer = await tool.RunAsync($$"""{ {{App}}, "sha": "c1", "detail": "full_patch" }""");

        var files = answer.Structured!["files"]!.AsArray();
        Assert.IsLessThan(70_000, files.Sum(static one => ((string?)one!["patch"])?.Length ?? 0));
        Assert.IsTrue(files.All(static one => one!["patch_cut_at"] is not null));
        StringAssert.Contains(ToolUnderTest.TextOf(answer), "6 patches are cut");
    }

    [TestMethod]
    public async Task Branch_BeginsWhereTheDefaultBranchIs_OrWhereItIsTold()
    {
        const string made = """{ "ref": "refs/heads/cursor/new", "node_id": "n", "url": "u", "object": { "type": "commit", "sha": "c1", "url": "cu" } }""";
        var tool = new ToolUnderTest("create_branch");
        tool.Api.On("GET /api/v3/repos/acme/app", """{ "default_branch": "main" }""")
            .On("GET /api/v3/repos/acme/app/git/ref/heads%2Fmain", """{ "object": { "sha": "c1" } }""")
            .On("POST /api/v3/repos/acme/app/git/refs", made, 201);
        var data = await tool.DataAsync($$"""{ {{App}}, "branch": "cursor/new" }""");
        var other = new ToolUnderTest("create_branch");
        other.Api.On("GET /api/v3/repos/acme/app/git/ref/heads%2Frelease%2F1", """{ "object": { "sha": "c2" } }""").On("POST /api/v3/repos/acme/app/git/refs", made, 201);
        await other.DataAsync($$"""{ {{App}}, "branch": "cursor/new", "from_branch": "refs/heads/release/1" }""");

        Assert.AreEqual("""{"ref":"refs/heads/cursor/new","sha":"c1"}""", tool.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"ref":"refs/heads/cursor/new","url":"u","object":{"type":"commit","sha":"c1","url":"cu"}}""", data.ToJsonString());
        Assert.AreEqual("c2", (string?)other.Changed!.Body!["sha"]);
    }

    [TestMethod]
    public async Task Branch_FromOneThatIsNotThere_IsNotMade()
    {
        var tool = new ToolUnderTest("create_branch");
        tool.Api.On("GET /api/v3/repos/acme/app/git/ref/heads%2Fhidden", """{ "message": "Not Found" }""", 404);

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}}, "branch": "cursor/new", "from_branch": "hidden" }"""), "Not Found");
        Assert.IsNull(tool.Changed);
    }
}
