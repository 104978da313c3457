namespace CursorBroker.EndToEnd.Tests.Api;

/// <summary>Ways to read what may not be read: a denied path, a hidden branch. Whatever the answer is, nothing of it is in it.</summary>
[TestClass]
public sealed class ReadAttackTests
{
    private const string Repo = "/repos/acme/guarded";

    private static ApiScene? _scene;

    private static ApiScene Scene => _scene!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _scene = await ApiScene.StartAsync(context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _scene!.DisposeAsync();

    [TestMethod]
    public async Task Scene_WhatMayBeRead_IsRead()
    {
        foreach (var line in (string[])["GET /repos/acme/guarded/contents/readable.txt", "GET /repos/acme/guarded/contents/readable.txt?ref=MAIN-COMMIT", "GET /repos/acme/guarded/contents/work.txt?ref=cursor/work", "GET /repos/acme/guarded/commits/main", "GET /repos/acme/guarded/compare/main...cursor/work"])
        {
            var reply = await Scene.CallAsync("developer", line);
            Assert.AreEqual(200, reply.Status, $"{line}: {reply.All}");
        }
    }

    [TestMethod]
    [DataRow("GET " + Repo + "/contents/secret/key", "")]
    [DataRow("GET " + Repo + "/contents/secret/key?ref=refs/heads/main", "")]
    [DataRow("GET " + Repo + "/contents/secret/key?ref=MAIN-COMMIT", "")]
    [DataRow("GET " + Repo + "/contents/secret/key", "application/vnd.github.raw+json")]
    [DataRow("GET " + Repo + "/contents/secret%2Fkey", "")]
    [DataRow("GET " + Repo + "/contents/SECRET/key", "")]
    [DataRow("GET " + Repo + "/contents/x/../secret/key", "", DisplayName = "dots")]
    [DataRow("GET " + Repo + "/contents/x/%2e%2e/secret/key", "", DisplayName = "encoded dots")]
    [DataRow("GET " + Repo + "/contents/secret%252Fkey", "", DisplayName = "encoded twice")]
    [DataRow("GET " + Repo + "/contents//secret/key", "", DisplayName = "an empty part")]
    [DataRow("GET " + Repo + "/contents/secret;x/key", "", DisplayName = "a parameter")]
    [DataRow("GET " + Repo + "/contents/secret", "")]
    [DataRow("GET " + Repo + "/contents/link?ref=cursor/link", "", DisplayName = "a link to the file")]
    [DataRow("GET " + Repo + "/contents/link?ref=cursor/link", "application/vnd.github.raw+json", DisplayName = "a link to the file, raw")]
    [DataRow("GET " + Repo + "/contents/linked/key?ref=cursor/link", "", DisplayName = "a link to the directory")]
    [DataRow("GET /raw/acme/guarded/main/secret/key", "")]
    [DataRow("GET /raw/acme/guarded/cursor/link/link", "")]
    [DataRow("GET " + Repo + "/git/blobs/SECRET-BLOB", "", DisplayName = "by blob id")]
    [DataRow("GET " + Repo + "/git/blobs/SECRET-BLOB", "application/vnd.github.raw+json", DisplayName = "by blob id, raw")]
    [DataRow("GET " + Repo + "/git/trees/SECRET-TREE", "", DisplayName = "by tree id")]
    [DataRow("GET " + Repo + "/git/trees/main:secret", "", DisplayName = "a tree by an expression")]
    [DataRow("GET " + Repo + "/tarball/main", "")]
    [DataRow("GET " + Repo + "/zipball/main", "")]
    [DataRow("GET " + Repo + "/commits/main", "application/vnd.github.diff")]
    [DataRow("GET " + Repo + "/commits/main", "application/vnd.github.patch")]
    [DataRow("GET " + Repo + "/commits/MAIN-COMMIT", "application/vnd.github.patch")]
    [DataRow("GET " + Repo + "/readme", "")]
    [DataRow("GET /search/code?q=THE-SECRET-CONTENT+repo:acme/guarded", "", DisplayName = "code search")]
    public async Task Read_ADeniedPathByAnotherWay_ShowsNothingOfIt(string line, string accept) => await NothingOfAsync(line, accept, "THE-SECRET-CONTENT", "VEhFLVNFQ1JFVC1DT05URU5U");

    [TestMethod]
    [DataRow("GET " + Repo + "/contents/hidden.txt?ref=hidden", "")]
    [DataRow("GET " + Repo + "/contents/hidden.txt?ref=refs/heads/hidden", "")]
    [DataRow("GET " + Repo + "/contents/hidden.txt?ref=heads/hidden", "")]
    [DataRow("GET " + Repo + "/contents/hidden.txt?ref=HIDDEN-COMMIT", "")]
    [DataRow("GET " + Repo + "/branches/hidden", "")]
    [DataRow("GET " + Repo + "/branches", "")]
    [DataRow("GET " + Repo + "/git/ref/heads/hidden", "")]
    [DataRow("GET " + Repo + "/git/matching-refs/heads", "")]
    [DataRow("GET " + Repo + "/git/matching-refs/heads/hid", "")]
    [DataRow("GET " + Repo + "/commits?sha=hidden", "")]
    [DataRow("GET " + Repo + "/commits?sha=HIDDEN-COMMIT", "")]
    [DataRow("GET " + Repo + "/commits/hidden", "")]
    [DataRow("GET " + Repo + "/commits/HIDDEN-COMMIT", "")]
    [DataRow("GET " + Repo + "/git/commits/HIDDEN-COMMIT", "")]
    [DataRow("GET " + Repo + "/git/trees/hidden", "")]
    [DataRow("GET " + Repo + "/git/trees/HIDDEN-COMMIT", "")]
    [DataRow("GET " + Repo + "/compare/main...hidden", "")]
    [DataRow("GET " + Repo + "/compare/hidden...main", "")]
    [DataRow("GET " + Repo + "/compare/main...HIDDEN-COMMIT", "")]
    [DataRow("GET " + Repo + "/compare/main...acme:hidden", "")]
    [DataRow("GET " + Repo + "/compare/main...HIDDEN-COMMIT", "application/vnd.github.diff")]
    [DataRow("GET " + Repo + "/tarball/hidden", "")]
    [DataRow("GET /raw/acme/guarded/hidden/hidden.txt", "")]
    [DataRow("GET " + Repo + "/commits/HIDDEN-COMMIT/branches-where-head", "")]
    [DataRow("GET " + Repo + "/activity", "")]
    [DataRow("GET /search/commits?q=THE-HIDDEN-MESSAGE+repo:acme/guarded", "")]
    public async Task Read_AHiddenBranchByAnotherName_ShowsNothingOfIt(string line, string accept) =>
        await NothingOfAsync(line, accept, "THE-HIDDEN", "VEhFLUhJRERFTi", "\"hidden\"", "refs/heads/hidden");

    [TestMethod]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { object(expression: "main:secret/key") { ... on Blob { text } } } }""")]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { object(oid: "SECRET-BLOB") { ... on Blob { text } } } }""")]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { object(expression: "main:secret") { ... on Tree { entries { object { ... on Blob { text } } } } } } }""")]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { object(expression: "main") { ... on Commit { tree { entries { object { ... on Tree { entries { object { ... on Blob { text } } } } } } } } } } }""")]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { defaultBranchRef { target { ... on Commit { file(path: "secret/key") { object { ... on Blob { text } } } } } } } }""")]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { ref(qualifiedName: "hidden") { target { ... on Commit { message } } } } }""")]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { refs(refPrefix: "refs/heads/", first: 50) { nodes { name target { ... on Commit { message } } } } } }""")]
    [DataRow("""{ repository(owner: "acme", name: "guarded") { a: object(expression: "HIDDEN-COMMIT") { ... on Commit { message } } } }""")]
    public async Task Ask_ByGraphQl_ShowsNothingOfWhatMayNotBeRead(string query)
    {
        var reply = await Scene.CallAsync("developer", "POST /api/graphql", new System.Text.Json.Nodes.JsonObject { ["query"] = Scene.Fill(query) }.ToJsonString());

        Assert.Contains("\"errors\"", reply.Body, reply.All);
        Assert.DoesNotContain("THE-SECRET-CONTENT", reply.All);
        Assert.DoesNotContain("THE-HIDDEN", reply.All);
    }

    [TestMethod]
    [DataRow("GET /repositories/1")]
    [DataRow("GET /repos/acme/internal-tools")]
    [DataRow("GET /repos/acme/internal-tools/contents/x")]
    [DataRow("GET /repos/ACME/internal-tools")]
    [DataRow("GET /repos/acme/internal-tools./contents/x")]
    public async Task Read_ARepositoryThatNoRuleCovers_LooksLikeNotThere(string line)
    {
        var reply = await Scene.CallAsync("developer", line);

        Assert.IsTrue(reply.Status is 400 or 404, reply.All);
        Assert.DoesNotContain("internal-tools", reply.Body);
    }

    private static async Task NothingOfAsync(string line, string accept, params string[] secrets)
    {
        var reply = await Scene.CallAsync("developer", line, null, accept.Length == 0 ? "application/vnd.github+json" : accept);

        // A refusal says of which ref it speaks: what was asked for, there or not.
        var answer = reply.All.Replace("Reading refs/heads/hidden is not open to you", "", StringComparison.Ordinal);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, answer, answer);
        }

        Assert.DoesNotContain("X-Amz", reply.All, "no signed address");
        Assert.AreNotEqual(500, reply.Status, reply.All);
    }
}
