using System.Net;
using System.Text.Json;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Rest;

/// <summary>Reading contents, commits, comparisons, and searching.</summary>
[TestClass]
public sealed class ReadTests
{
    private static RestUnderTest _rest = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _rest = await RestUnderTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await _rest.GitHub.DisposeAsync();

    [TestMethod]
    public async Task Contents_InEveryForm_AreGits()
    {
        var text = await _rest.GitAsync("show", "main:docs/api.md");
        var json = await _rest.GetAsync("/contents/docs/api.md");

        Assert.AreEqual(text, System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(json.GetProperty("content").GetString()!)).Trim());
        Assert.IsTrue(json.GetProperty("content").GetString()!.Split('\n')[0].Length == 60);
        Assert.AreEqual(text, (await _rest.TextAsync("/contents/docs/api.md", "application/vnd.github.raw+json")).Trim());
        Assert.AreEqual(text, (await _rest.TextAsync("/git/blobs/" + json.GetProperty("sha").GetString(), "application/vnd.github.raw")).Trim());
        Assert.AreEqual(JsonValueKind.Array, (await _rest.GetAsync("/contents/docs")).ValueKind);
        var asObject = JsonDocument.Parse(await _rest.TextAsync("/contents/docs", "application/vnd.github.object")).RootElement;
        Assert.AreEqual("docs/api.md", asObject.GetProperty("entries")[0].GetProperty("path").GetString());
    }

    [TestMethod]
    [DataRow("/contents/docs?ref=main~3")]
    [DataRow("/contents/docs?ref=:/payments")]
    [DataRow("/contents/docs?ref=main:docs")]
    [DataRow("/contents/..%2f..%2fetc")]
    [DataRow("/contents/--help")]
    [DataRow("/git/ref/heads/ma*")]
    [DataRow("/compare/main..release/1.4")]
    public async Task Name_ThatGitWouldReadMoreInto_Is404(string path) => await _rest.JsonAsync("GET", path, HttpStatusCode.NotFound);

    [TestMethod]
    [DataRow("main/docs/api.md")]
    [DataRow("cursor/example/docs/api.md")]
    [DataRow("refs/heads/main/docs/api.md")]
    public async Task Raw_IsTheFile_ForThoseWhoMayReadIt(string path)
    {
        var address = $"{_rest.GitHub.Server.Git}raw/acme/payments-api/{path}";
        using var file = await _rest.SendAsync("GET", address);
        Assert.AreEqual(await _rest.GitAsync("show", "main:docs/api.md"), (await file.Content.ReadAsStringAsync()).Trim());
        Assert.AreEqual("text/plain", file.Content.Headers.ContentType!.MediaType);

        foreach (var other in new[] { await RestUnderTest.WithAsync(_rest.GitHub, "issues:read"), new RestUnderTest(_rest.GitHub, await _rest.GitHub.MintAsync("payments-web", "contents:read")) })
        {
            using var refused = await other.SendAsync("GET", address);
            Assert.AreEqual(HttpStatusCode.NotFound, refused.StatusCode);
        }
    }

    [TestMethod]
    public async Task Commits_AreListed_ByBranchPathAndAuthor()
    {
        Assert.AreEqual(await _rest.GitAsync("rev-parse", "release/1.4"), (await _rest.GetAsync("/commits?sha=release/1.4"))[0].GetProperty("sha").GetString());
        Assert.AreEqual(
            await _rest.GitAsync("rev-list", "--count", "main", "--", "docs/api.md"), $"{(await _rest.GetAsync("/commits?path=docs/api.md&per_page=100")).GetArrayLength()}");
        Assert.IsTrue((await _rest.GetAsync("/commits?author=mei-tanaka")).EnumerateArray().All(static one => one.GetProperty("author").GetProperty("login").GetString() == "mei-tanaka"));
    }

    [TestMethod]
    public async Task Commit_HasItsFiles_AndIsADiffAPatchOrAnId()
    {
        var commit = await _rest.GetAsync("/commits/cursor/example");
        var file = commit.GetProperty("files")[0];

        Assert.AreEqual("docs/agents.md", file.GetProperty("filename").GetString());
        Assert.AreEqual("added", file.GetProperty("status").GetString());
        Assert.StartsWith("@@ -0,0 +1", file.GetProperty("patch").GetString()!);
        Assert.StartsWith("diff --git a/docs/agents.md b/docs/agents.md", await _rest.TextAsync("/commits/cursor/example", "application/vnd.github.diff"));
        Assert.StartsWith("From " + commit.GetProperty("sha").GetString(), await _rest.TextAsync("/commits/cursor/example", "application/vnd.github.v3.patch"));
        Assert.AreEqual(commit.GetProperty("sha").GetString(), await _rest.TextAsync("/commits/cursor/example", "application/vnd.github.sha"));
        await _rest.JsonAsync("GET", "/commits/no-such", HttpStatusCode.UnprocessableEntity);
    }

    [TestMethod]
    public async Task Compare_CountsFromTheMergeBase()
    {
        var compare = await _rest.GetAsync("/compare/main...cursor/example");

        Assert.AreEqual("ahead", compare.GetProperty("status").GetString());
        Assert.AreEqual(1, compare.GetProperty("ahead_by").GetInt32());
        Assert.AreEqual(await _rest.GitAsync("merge-base", "main", "cursor/example"), compare.GetProperty("merge_base_commit").GetProperty("sha").GetString());
        Assert.AreEqual("docs/agents.md", compare.GetProperty("files")[0].GetProperty("filename").GetString());
        Assert.AreEqual("behind", (await _rest.GetAsync("/compare/acme:cursor/example...main")).GetProperty("status").GetString());
        Assert.AreEqual("identical", (await _rest.GetAsync("/compare/main...main")).GetProperty("status").GetString());
    }

    [TestMethod]
    public async Task Search_FindsWhatTheTokenOpens_AndNothingElse()
    {
        var code = await _rest.GetAsync("search/code?q=hmac+repo:acme/payments-api");
        Assert.AreEqual("internal/webhooks/webhooks.go", code.GetProperty("items")[0].GetProperty("path").GetString());
    }

    [TestMethod]
    [DataRow("search/code?q=acme+repo:acme/payments-web")]
    [DataRow("search/issues?q=repo:acme/internal-tools")]
    [DataRow("search/commits?q=release+repo:acme/no-such")]
    public async Task Search_OfAnotherRepository_Is422(string path)
    {
        var answer = await _rest.JsonAsync("GET", path, HttpStatusCode.UnprocessableEntity);

        Assert.Contains("do not exist or you do not have permission", answer.GetProperty("errors")[0].GetProperty("message").GetString()!);
    }

    [TestMethod]
    [DataRow("search/issues?q=created:2025-01-01")]
    [DataRow("search/issues?q=-label:bug")]
    public async Task Search_ByWhatTheSandboxCannot_SaysSo(string path)
    {
        var answer = await _rest.JsonAsync("GET", path, HttpStatusCode.UnprocessableEntity);

        Assert.Contains("The sandbox cannot search by", answer.GetProperty("errors")[0].GetProperty("message").GetString()!);
    }

    [TestMethod]
    public async Task Search_WithoutAQualifier_StaysWithinTheToken()
    {
        var everything = await _rest.GetAsync("search/repositories?q=fork:false");
        var issues = await _rest.GetAsync("search/issues?q=is:open");

        Assert.AreEqual("acme/payments-api", everything.GetProperty("items").EnumerateArray().Single().GetProperty("full_name").GetString());
        Assert.IsTrue(issues.GetProperty("items").EnumerateArray().All(static one => one.GetProperty("repository_url").GetString()!.EndsWith("/acme/payments-api", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Search_WithoutAPermission_LeavesOutWhatItIsFor()
    {
        var pulls = await RestUnderTest.WithAsync(_rest.GitHub, "pull_requests:read");

        Assert.IsTrue((await pulls.GetAsync("search/issues?q=repo:acme/payments-api")).GetProperty("items").EnumerateArray().All(static one => one.TryGetProperty("pull_request", out _)));
        Assert.AreEqual(0, (await pulls.GetAsync("search/code?q=hmac")).GetProperty("total_count").GetInt32());
    }
}
