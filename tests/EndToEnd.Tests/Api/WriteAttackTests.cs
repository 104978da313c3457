namespace CursorBroker.EndToEnd.Tests.Api;

/// <summary>Ways to change what may not be changed, or not without a lead: whatever the answer is, GitHub is as it was.</summary>
[TestClass]
[DoNotParallelize]
public sealed class WriteAttackTests
{
    private const string Repo = "/repos/acme/guarded";
    private const string Text = "aGVsbG8K";

    private static ApiScene? _scene;

    private static ApiScene Scene => _scene!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _scene = await ApiScene.StartAsync(context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _scene!.DisposeAsync();

    [TestMethod]
    [DataRow("PUT " + Repo + "/contents/new.txt", """{"message":"m","content":"TEXT"}""", DisplayName = "a file on the default branch")]
    [DataRow("PUT " + Repo + "/contents/new.txt", """{"message":"m","content":"TEXT","branch":"main"}""")]
    [DataRow("PUT " + Repo + "/contents/new.txt", """{"message":"m","content":"TEXT","branch":"refs/heads/main"}""")]
    [DataRow("PUT " + Repo + "/contents/new.txt", """{"message":"m","content":"TEXT","branch":"heads/main"}""")]
    [DataRow("PUT " + Repo + "/contents/new.txt", """{"message":"m","content":"TEXT","branch":"hidden"}""", DisplayName = "a branch that may not be pushed")]
    [DataRow("PUT " + Repo + "/contents/secret/new", """{"message":"m","content":"TEXT","branch":"cursor/work"}""", DisplayName = "a protected path")]
    [DataRow("PUT " + Repo + "/contents/x/%2e%2e/secret/new", """{"message":"m","content":"TEXT","branch":"cursor/work"}""")]
    [DataRow("PUT " + Repo + "/contents/SECRET/new", """{"message":"m","content":"TEXT","branch":"cursor/work"}""")]
    [DataRow("PUT " + Repo + "/contents/.github/workflows/ci.yml", """{"message":"m","content":"TEXT","branch":"cursor/work"}""")]
    [DataRow("PUT " + Repo + "/contents/.github%2Fworkflows%2Fci.yml", """{"message":"m","content":"TEXT","branch":"cursor/work"}""")]
    [DataRow("DELETE " + Repo + "/contents/secret/key", """{"message":"m","sha":"SECRET-BLOB","branch":"cursor/work"}""")]
    [DataRow("DELETE " + Repo + "/contents/readable.txt?branch=main", """{"message":"m","sha":"SECRET-BLOB","branch":"cursor/work"}""", DisplayName = "one branch in the query, another in the body")]
    [DataRow("PUT " + Repo + "/contents/new.txt", """{"message":"m","content":"TEXT","branch":"cursor/work","branch":"main"}""", DisplayName = "a member twice")]
    [DataRow("POST " + Repo + "/git/refs", """{"ref":"refs/heads/other","sha":"MAIN-COMMIT"}""")]
    [DataRow("POST " + Repo + "/git/refs", """{"ref":"refs/tags/v9","sha":"MAIN-COMMIT"}""", DisplayName = "a protected tag")]
    [DataRow("POST " + Repo + "/git/refs", """{"ref":"refs/heads/cursor/stolen","sha":"HIDDEN-COMMIT"}""", DisplayName = "a hidden commit onto a branch of one's own")]
    [DataRow("PATCH " + Repo + "/git/refs/heads/main", """{"sha":"HIDDEN-COMMIT","force":true}""")]
    [DataRow("PATCH " + Repo + "/git/refs/heads/cursor/work", """{"sha":"HIDDEN-COMMIT","force":true}""")]
    [DataRow("DELETE " + Repo + "/git/refs/heads/main", null)]
    [DataRow("DELETE " + Repo + "/git/refs/heads/hidden", null)]
    [DataRow("POST " + Repo + "/merges", """{"base":"main","head":"cursor/work"}""")]
    [DataRow("POST " + Repo + "/merges", """{"base":"cursor/work","head":"hidden"}""", DisplayName = "a hidden branch into one's own")]
    [DataRow("POST " + Repo + "/merges", """{"base":"cursor/work","head":"HIDDEN-COMMIT"}""")]
    [DataRow("POST " + Repo + "/merge-upstream", """{"branch":"main"}""")]
    [DataRow("POST " + Repo + "/branches/cursor%2Fwork/rename", """{"new_name":"hidden2"}""")]
    [DataRow("POST " + Repo + "/branches/main/rename", """{"new_name":"cursor/main"}""")]
    [DataRow("POST " + Repo + "/branches/hidden/rename", """{"new_name":"cursor/shown"}""")]
    [DataRow("POST " + Repo + "/releases", """{"tag_name":"v9","target_commitish":"main"}""", DisplayName = "a release that makes a protected tag")]
    [DataRow("POST " + Repo + "/releases", """{"tag_name":"v9","target_commitish":"HIDDEN-COMMIT"}""")]
    [DataRow("POST " + Repo + "/deployments", """{"ref":"cursor/work","auto_merge":true,"required_contexts":[]}""", DisplayName = "a deployment that merges the default branch")]
    [DataRow("POST " + Repo + "/pulls", """{"title":"t","head":"hidden","base":"cursor/work"}""", DisplayName = "a pull request that shows a hidden branch")]
    [DataRow("POST " + Repo + "/pulls", """{"title":"t","head":"acme:hidden","base":"cursor/work"}""")]
    public async Task Write_ThatMayNotBe_ChangesNothing(string line, string? body)
    {
        var before = await Scene.RefsAsync();

        var reply = await Scene.CallAsync("developer", line, body?.Replace("TEXT", Text, StringComparison.Ordinal));

        Assert.IsGreaterThanOrEqualTo(400, reply.Status, $"{line}: {reply.All}");
        Assert.IsLessThan(500, reply.Status, $"{line}: {reply.All}");
        Assert.AreEqual(before, await Scene.RefsAsync());
        Assert.DoesNotContain("THE-HIDDEN", reply.All);
    }

    [TestMethod]
    public async Task Write_MethodOverride_IsRefused()
    {
        var before = await Scene.RefsAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Scene.World.Url}/api/v3{Repo}/git/refs/heads/cursor/work");
        request.Headers.Add("Authorization", $"Bearer {await Scene.World.TokenAsync("developer", TestContext.CancellationToken)}");
        request.Headers.Add("X-HTTP-Method-Override", "DELETE");
        using var answer = await client.SendAsync(request, TestContext.CancellationToken);

        Assert.AreEqual(400, (int)answer.StatusCode);
        Assert.AreEqual(before, await Scene.RefsAsync());
    }

    [TestMethod]
    public async Task Write_BlobTreeCommitRefChain_IsDecidedAtTheRef()
    {
        var blob = (await Scene.CallAsync("developer", $"POST {Repo}/git/blobs", """{"content":"x","encoding":"utf-8"}""")).Json["sha"]!.GetValue<string>();
        var tree = await Scene.CallAsync("developer", $"POST {Repo}/git/trees", $$"""{"base_tree":"MAIN-COMMIT","tree":[{"path":"secret/new","mode":"100644","type":"blob","sha":"{{blob}}"}]}""");
        var before = await Scene.RefsAsync();
        if (tree.Status == 201)
        {
            var commit = await Scene.CallAsync("developer", $"POST {Repo}/git/commits", $$"""{"message":"m","tree":"{{tree.Json["sha"]}}","parents":["MAIN-COMMIT"]}""");
            if (commit.Status == 201)
            {
                var moved = await Scene.CallAsync("developer", $"PATCH {Repo}/git/refs/heads/cursor/work", $$"""{"sha":"{{commit.Json["sha"]}}","force":true}""");
                Assert.AreEqual(403, moved.Status, moved.All);
            }
        }

        Assert.AreEqual(before, await Scene.RefsAsync());
    }

    [TestMethod]
    public async Task Write_OnOnesOwnBranch_IsDoneWithATokenForThatAlone()
    {
        var reply = await Scene.CallAsync("developer", $"PUT {Repo}/contents/own.txt", $$"""{"message":"m","content":"{{Text}}","branch":"cursor/work"}""");

        Assert.AreEqual(201, reply.Status, reply.All);
        var token = Scene.World.GitHub.Tokens.Entries.Last(static token => token.Permissions.GetValueOrDefault("contents") == "write");
        Assert.AreEqual("contents=write, metadata=read", string.Join(", ", token.Permissions.OrderBy(static each => each.Key, StringComparer.Ordinal).Select(static each => $"{each.Key}={each.Value}")));
        Assert.AreEqual("acme/guarded", token.Repositories.Single());
    }

    [TestMethod]
    public async Task Approval_OfAWriteToMain_LetsTheSameWriteThroughOnceAndNoOther()
    {
        const string Body = """{"message":"approved","content":"aGVsbG8K","branch":"main"}""";
        var line = $"PUT {Repo}/contents/approved.txt";
        var waits = await Scene.CallAsync("developer", line, Body);
        Assert.AreEqual(403, waits.Status, waits.All);
        var link = new Uri(waits.Json["approval"]!["url"]!.GetValue<string>());
        Assert.Contains(link.AbsoluteUri, waits.Json["message"]!.GetValue<string>());
        using (var lead = new Support.Approver("lead", TestContext.CancellationToken))
        {
            await lead.ApproveAsync(link);
        }

        var other = await Scene.CallAsync("developer", line, Body.Replace("aGVsbG8K", "b3RoZXIK", StringComparison.Ordinal));
        Assert.AreEqual(403, other.Status, "other content");
        var same = await Scene.CallAsync("developer", line, Body);
        Assert.AreEqual(201, same.Status, same.All);
        var again = await Scene.CallAsync("developer", line, Body);
        Assert.AreNotEqual(201, again.Status, "a second time");
    }
}
