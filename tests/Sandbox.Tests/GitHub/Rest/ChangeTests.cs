using System.Net;
using System.Text.Json;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Rest;

/// <summary>What changes content changes the repository that git serves, and refuses as GitHub does.</summary>
[TestClass]
public sealed class ChangeTests
{
    private RestUnderTest _rest = null!;

    [TestInitialize]
    public async Task StartAsync() => _rest = await RestUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _rest.GitHub.DisposeAsync();

    [TestMethod]
    public async Task Contents_PutAndDelete_AreCommitsThatGitSees()
    {
        var commit = await _rest.PutAsync("docs/sub%20dir/new.md", "hello\n", "cursor/example");

        Assert.AreEqual(commit, await _rest.GitAsync("rev-parse", "refs/heads/cursor/example"));
        Assert.AreEqual("hello", await _rest.GitAsync("show", "cursor/example:docs/sub dir/new.md"));
        var file = await _rest.GetAsync("/contents/docs/sub%20dir/new.md?ref=cursor/example");
        Assert.AreEqual("aGVsbG8K\n", file.GetProperty("content").GetString());
        var sha = file.GetProperty("sha").GetString();

        using var stale = await _rest.SendAsync("PUT", "/contents/docs/sub%20dir/new.md", $$"""{"message":"x","content":"eA==","branch":"cursor/example","sha":"{{commit}}"}""");
        Assert.AreEqual(HttpStatusCode.Conflict, stale.StatusCode);
        using var without = await _rest.SendAsync("PUT", "/contents/docs/sub%20dir/new.md", """{"message":"x","content":"eA==","branch":"cursor/example"}""");
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, without.StatusCode);
        await _rest.JsonAsync("DELETE", $"/contents/docs/sub%20dir/new.md?message=x&branch=cursor/example&sha={sha}", HttpStatusCode.OK);
        await _rest.JsonAsync("GET", "/contents/docs/sub%20dir/new.md?ref=cursor/example", HttpStatusCode.NotFound);
    }

    [TestMethod]
    [DataRow("..%2Fx")]
    [DataRow(".git/config")]
    [DataRow("a%2F%2Fb")]
    public async Task Contents_AtAPathThatIsNone_AreRefused(string path)
    {
        using var response = await _rest.SendAsync("PUT", "/contents/" + path, """{"message":"x","content":"eA=="}""");

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [TestMethod]
    public async Task BlobTreeCommitRef_MakeABranch()
    {
        var main = (await _rest.GetAsync("/commits/main")).GetProperty("sha").GetString();
        var blob = (await _rest.JsonAsync("POST", "/git/blobs", HttpStatusCode.Created, """{"content":"aGk=","encoding":"base64"}""")).GetProperty("sha").GetString();
        var docs = (await _rest.GetAsync("/contents?ref=main")).EnumerateArray().Single(static one => one.GetProperty("name").GetString() == "docs").GetProperty("sha").GetString();
        var tree = (await _rest.JsonAsync("POST", "/git/trees", HttpStatusCode.Created, $$"""
            {"base_tree":"{{main}}","tree":[
              {"path":"a/b/c.txt","mode":"100755","type":"blob","sha":"{{blob}}"},
              {"path":"README.md","mode":"100644","type":"blob","sha":null},
              {"path":"deploy","mode":"040000","type":"tree","sha":"{{docs}}"},
              {"path":"inline.txt","mode":"100644","type":"blob","content":"inline"}]}
            """)).GetProperty("sha").GetString();
        var commit = (await _rest.JsonAsync("POST", "/git/commits", HttpStatusCode.Created, $$"""{"message":"Built by hand","tree":"{{tree}}","parents":["{{main}}"]}""")).GetProperty("sha").GetString();
        await _rest.JsonAsync("POST", "/git/refs", HttpStatusCode.Created, $$"""{"ref":"refs/heads/built","sha":"{{commit}}"}""");

        var files = await _rest.GitAsync("ls-tree", "-r", "--name-only", "built");
        Assert.Contains("a/b/c.txt", files);
        Assert.Contains("inline.txt", files);
        Assert.Contains("deploy/api.md", files);
        Assert.DoesNotContain("deploy/prod", files);
        Assert.DoesNotContain("\nREADME.md", files);
        await _rest.GitAsync("fsck", "--strict");
    }

    [TestMethod]
    [DataRow("""{"message":"x","tree":"0123456789012345678901234567890123456789"}""", "/git/commits")]
    [DataRow("""{"tree":[{"path":"x","mode":"100644","type":"blob","sha":"0123456789012345678901234567890123456789"}]}""", "/git/trees")]
    [DataRow("""{"tree":[{"path":"../x","mode":"100644","type":"blob","content":"x"}]}""", "/git/trees")]
    [DataRow("""{"tree":[{"path":".git/hooks/x","mode":"100755","type":"blob","content":"x"}]}""", "/git/trees")]
    [DataRow("""{"ref":"refs/heads/x","sha":"0123456789012345678901234567890123456789"}""", "/git/refs")]
    [DataRow("""{"ref":"heads/x","sha":"0123456789012345678901234567890123456789"}""", "/git/refs")]
    [DataRow("""{"ref":"refs/heads/main","sha":"main"}""", "/git/refs")]
    [DataRow("""{"tag":"x","message":"x","object":"0123456789012345678901234567890123456789","type":"commit"}""", "/git/tags")]
    public async Task Object_OfWhatIsNotThere_IsRefused(string body, string path) => await _rest.JsonAsync("POST", path, HttpStatusCode.UnprocessableEntity, body);

    [TestMethod]
    public async Task Ref_Moves_ForwardOnly_UnlessForced_AndNeverFromAnotherThanItIs()
    {
        var main = await _rest.BranchAsync("moving");
        var old = await _rest.GitAsync("rev-parse", "main~3");

        Assert.AreEqual("Update is not a fast forward", (await _rest.JsonAsync("PATCH", "/git/refs/heads/moving", HttpStatusCode.UnprocessableEntity, $$"""{"sha":"{{old}}"}""")).GetProperty("message").GetString());
        await _rest.JsonAsync("PATCH", "/git/refs/heads/moving", HttpStatusCode.OK, $$"""{"sha":"{{old}}","force":true}""");
        await _rest.JsonAsync("PATCH", "/git/refs/heads%2Fmoving", HttpStatusCode.OK, $$"""{"sha":"{{main}}"}""");
        Assert.AreEqual(main, await _rest.GitAsync("rev-parse", "refs/heads/moving"));
        using var deleted = await _rest.SendAsync("DELETE", "/git/refs/heads/moving");
        Assert.AreEqual(HttpStatusCode.NoContent, deleted.StatusCode);
        await _rest.JsonAsync("GET", "/git/ref/heads/moving", HttpStatusCode.NotFound);
        await _rest.JsonAsync("DELETE", "/git/refs/heads/main", HttpStatusCode.UnprocessableEntity);
    }

    [TestMethod]
    public async Task WorkflowFile_WithoutThePermission_ComesNowhere_WhicheverWay()
    {
        var full = await RestUnderTest.WithAsync(_rest.GitHub, "contents:write", "workflows:write", "pull_requests:write");
        await full.BranchAsync("with-workflow");
        await full.PutAsync(".github/workflows/evil.yml", "on: push\n", "with-workflow");
        var tip = await full.GitAsync("rev-parse", "with-workflow");
        var tree = await full.GitAsync("rev-parse", "with-workflow^{tree}");
        var main = await full.GitAsync("rev-parse", "main");
        var pull = (await full.JsonAsync("POST", "/pulls", HttpStatusCode.Created, """{"title":"x","head":"with-workflow","base":"main"}""")).GetProperty("number").GetInt32();
        var commit = (await _rest.JsonAsync("POST", "/git/commits", HttpStatusCode.Created, $$"""{"message":"x","tree":"{{tree}}","parents":["{{main}}"]}""")).GetProperty("sha").GetString();

        foreach (var (method, path, body) in new[]
        {
            ("PUT", "/contents/.github/workflows/evil.yml", """{"message":"x","content":"eA=="}"""),
            ("POST", "/git/refs", $$"""{"ref":"refs/heads/new","sha":"{{commit}}"}"""),
            ("PATCH", "/git/refs/heads/main", $$"""{"sha":"{{tip}}"}"""),
            ("POST", "/merges", """{"base":"main","head":"with-workflow"}"""),
            ("PUT", $"/pulls/{pull}/merge", "{}"),
            ("PUT", $"/pulls/{pull}/merge", """{"merge_method":"squash"}"""),
            ("PUT", $"/pulls/{pull}/merge", """{"merge_method":"rebase"}"""),
        })
        {
            using var response = await _rest.SendAsync(method, path, body);
            Assert.AreEqual(HttpStatusCode.Forbidden, response.StatusCode, $"{method} {path} {body}");
        }

        Assert.AreEqual(main, await full.GitAsync("rev-parse", "main"));
        using var merged = await full.SendAsync("PUT", $"/pulls/{pull}/merge", "{}");
        Assert.AreEqual(HttpStatusCode.OK, merged.StatusCode);
    }

    [TestMethod]
    public async Task Merges_Merge_OrSayWhyNot()
    {
        await _rest.BranchAsync("side", "release/1.4");
        await _rest.PutAsync("side.txt", "side\n", "side");

        var merge = await _rest.JsonAsync("POST", "/merges", HttpStatusCode.Created, """{"base":"side","head":"cursor/example","commit_message":"Both"}""");
        Assert.AreEqual(2, merge.GetProperty("parents").GetArrayLength());
        Assert.AreEqual(merge.GetProperty("sha").GetString(), await _rest.GitAsync("rev-parse", "side"));
        Assert.Contains("docs/agents.md", await _rest.GitAsync("ls-tree", "-r", "--name-only", "side"));
        using var again = await _rest.SendAsync("POST", "/merges", """{"base":"side","head":"cursor/example"}""");
        Assert.AreEqual(HttpStatusCode.NoContent, again.StatusCode);

        await _rest.BranchAsync("other");
        await _rest.PutAsync("side.txt", "other\n", "other");
        Assert.AreEqual("Merge conflict", (await _rest.JsonAsync("POST", "/merges", HttpStatusCode.Conflict, """{"base":"side","head":"other"}""")).GetProperty("message").GetString());
        await _rest.JsonAsync("POST", "/merges", HttpStatusCode.NotFound, """{"base":"side","head":"no-such"}""");
    }

    [TestMethod]
    public async Task Branch_Renamed_TakesItsPullRequestsAlong()
    {
        await _rest.JsonAsync("POST", "/branches/cursor/example/rename", HttpStatusCode.Created, """{"new_name":"cursor/renamed"}""");

        var pull = (await _rest.GetAsync("/pulls"))[0];
        Assert.AreEqual("cursor/renamed", pull.GetProperty("head").GetProperty("ref").GetString());
        await _rest.JsonAsync("GET", "/branches/cursor/example", HttpStatusCode.NotFound);
        await _rest.JsonAsync("POST", "/branches/cursor/renamed/rename", HttpStatusCode.UnprocessableEntity, """{"new_name":"main"}""");
        await _rest.JsonAsync("POST", "/branches/main/rename", HttpStatusCode.Forbidden, """{"new_name":"trunk"}""");
    }

    [TestMethod]
    public async Task Release_MakesItsTag_AndKeepsFiles()
    {
        var release = await _rest.JsonAsync("POST", "/releases", HttpStatusCode.Created, """{"tag_name":"v2.0.0","target_commitish":"release/1.4","name":"Two"}""");
        Assert.AreEqual(await _rest.GitAsync("rev-parse", "release/1.4"), await _rest.GitAsync("rev-parse", "refs/tags/v2.0.0"));
        await _rest.JsonAsync("POST", "/releases", HttpStatusCode.UnprocessableEntity, """{"tag_name":"v2.0.0"}""");

        var upload = release.GetProperty("upload_url").GetString()!.Split('{')[0];
        Assert.StartsWith(_rest.GitHub.Server.Git + "api/uploads/repos/", upload);
        var asset = await _rest.JsonAsync("POST", upload + "?name=notes.txt", HttpStatusCode.Created, "some bytes");
        var address = asset.GetProperty("url").GetString()!;
        using var redirect = await _rest.SendAsync("GET", address, accept: "application/octet-stream");
        Assert.AreEqual(HttpStatusCode.Found, redirect.StatusCode);
        Assert.AreEqual("some bytes", await (await _rest.GitHub.Http.GetAsync(redirect.Headers.Location)).Content.ReadAsStringAsync());
        await _rest.JsonAsync("POST", upload + "?name=notes.txt", HttpStatusCode.UnprocessableEntity, "again");

        var draft = await _rest.JsonAsync("POST", "/releases", HttpStatusCode.Created, """{"tag_name":"v3","draft":true}""");
        var reader = await RestUnderTest.WithAsync(_rest.GitHub, "contents:read");
        Assert.AreEqual("v2.0.0 v1.4.0", Tags(await reader.GetAsync("/releases")));
        Assert.AreEqual("v3 v2.0.0 v1.4.0", Tags(await _rest.GetAsync("/releases")));
        await _rest.JsonAsync("GET", "/git/ref/tags/v3", HttpStatusCode.NotFound);
        await _rest.JsonAsync("PATCH", $"/releases/{draft.GetProperty("id").GetInt64()}", HttpStatusCode.OK, """{"draft":false}""");
        await _rest.GetAsync("/git/ref/tags/v3");
    }

    private static string Tags(JsonElement releases) => string.Join(' ', releases.EnumerateArray().Select(static one => one.GetProperty("tag_name").GetString()));
}
