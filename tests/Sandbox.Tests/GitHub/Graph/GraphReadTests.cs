using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Graph;

/// <summary>Queries: what they find, and what a token may not see.</summary>
[TestClass]
public sealed class GraphReadTests
{
    private static GraphUnderTest _graph = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _graph = new GraphUnderTest(await RestUnderTest.StartAsync());

    [ClassCleanup]
    public static async Task StopAsync() => await _graph.Rest.GitHub.DisposeAsync();

    [TestMethod]
    public async Task Viewer_IsTheAppsBot_AndTheRateLimitItsOwn()
    {
        var data = await _graph.DataAsync("{ viewer { login } rateLimit { limit remaining resetAt } }");

        Assert.AreEqual("cursor-broker-sandbox[bot]", data.GetProperty("viewer").GetProperty("login").GetString());
        Assert.AreEqual(5000, data.GetProperty("rateLimit").GetProperty("limit").GetInt32());
    }

    [TestMethod]
    public async Task Repository_TellsWhatRestTells()
    {
        var rest = await _graph.Rest.GetAsync("");
        var graph = await _graph.RepositoryAsync("id databaseId nameWithOwner owner { login } url defaultBranchRef { name target { oid } } isPrivate viewerPermission");

        Assert.AreEqual(rest.GetProperty("node_id").GetString(), graph.GetProperty("id").GetString());
        Assert.AreEqual(rest.GetProperty("html_url").GetString(), graph.GetProperty("url").GetString());
        Assert.AreEqual("acme", graph.GetProperty("owner").GetProperty("login").GetString());
        Assert.AreEqual(await _graph.Rest.GitAsync("rev-parse", "main"), graph.GetProperty("defaultBranchRef").GetProperty("target").GetProperty("oid").GetString());
        Assert.AreEqual("WRITE", graph.GetProperty("viewerPermission").GetString());
    }

    [TestMethod]
    public async Task Object_ByExpressionOrId_IsGits()
    {
        var blob = await _graph.RepositoryAsync("""a: object(expression: "main:README.md") { ... on Blob { oid text } } b: object(expression: "release/1.4") { ... on Commit { oid } } c: object(expression: "main:docs") { ... on Tree { entries { path type } } }""");

        Assert.AreEqual(await _graph.Rest.GitAsync("show", "main:README.md"), blob.GetProperty("a").GetProperty("text").GetString()!.Trim());
        Assert.AreEqual(await _graph.Rest.GitAsync("rev-parse", "release/1.4"), blob.GetProperty("b").GetProperty("oid").GetString());
        Assert.AreEqual("docs/api.md", blob.GetProperty("c").GetProperty("entries")[0].GetProperty("path").GetString());
        var byId = await _graph.RepositoryAsync($$"""object(oid: "{{blob.GetProperty("a").GetProperty("oid").GetString()}}") { __typename }""");
        Assert.AreEqual("Blob", byId.GetProperty("object").GetProperty("__typename").GetString());
        Assert.AreEqual(JsonValueKind.Null, (await _graph.RepositoryAsync("""object(expression: "main~1:README.md") { oid }""")).GetProperty("object").ValueKind);
    }

    [TestMethod]
    public async Task Pages_GoOnFromTheCursor()
    {
        var all = (await _graph.RepositoryAsync("""refs(refPrefix: "refs/heads/", first: 100) { totalCount nodes { name } }""")).GetProperty("refs");
        var names = new List<string>();
        var after = "null";
        JsonElement page;
        do
        {
            page = (await _graph.RepositoryAsync($$"""refs(refPrefix: "refs/heads/", first: 2, after: {{after}}) { nodes { name } pageInfo { hasNextPage endCursor } }""")).GetProperty("refs");
            names.AddRange(page.GetProperty("nodes").EnumerateArray().Select(static one => one.GetProperty("name").GetString()!));
            after = $"\"{page.GetProperty("pageInfo").GetProperty("endCursor").GetString()}\"";
        }
        while (page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());

        CollectionAssert.AreEqual(all.GetProperty("nodes").EnumerateArray().Select(static one => one.GetProperty("name").GetString()).ToList(), names);
        Assert.HasCount(all.GetProperty("totalCount").GetInt32(), names);
        var unbounded = await _graph.AskAsync("""{ repository(owner: "acme", name: "payments-api") { issues { nodes { id } } } }""");
        Assert.AreEqual("MISSING_PAGINATION_BOUNDARIES", unbounded.GetProperty("errors")[0].GetProperty("type").GetString());
    }

    [TestMethod]
    [DataRow("issues(first: 1) { totalCount }", "issues:read")]
    [DataRow("issue(number: 15) { title }", "issues:read")]
    [DataRow("issueOrPullRequest(number: 15) { __typename }", "issues:read")]
    [DataRow("issueOrPullRequest(number: 18) { __typename }", "pull_requests:read")]
    [DataRow("pullRequests(first: 1) { totalCount }", "pull_requests:read")]
    [DataRow("pullRequest(number: 18) { title }", "pull_requests:read")]
    [DataRow("labels(first: 1) { totalCount }", "issues:read", "pull_requests:read")]
    [DataRow("milestone(number: 1) { title }", "issues:read", "pull_requests:read")]
    [DataRow("defaultBranchRef { name }", "contents:read")]
    [DataRow("refs(refPrefix: \"refs/heads/\", first: 1) { totalCount }", "contents:read")]
    [DataRow("object(expression: \"main:README.md\") { oid }", "contents:read")]
    [DataRow("releases(first: 1) { totalCount }", "contents:read")]
    public async Task Field_WithoutItsPermission_IsForbidden(string selection, params string[] needs)
    {
        var others = new[] { "actions:write", "checks:write", "contents:write", "issues:write", "pull_requests:write", "secrets:write", "statuses:write" }
            .Where(one => !needs.Contains(one.Replace("write", "read", StringComparison.Ordinal)));
        var without = new GraphUnderTest(await RestUnderTest.WithAsync(_graph.Rest.GitHub, [.. others]));

        var answer = await without.AskAsync($$"""{ repository(owner: "acme", name: "payments-api") { {{selection}} } }""");

        Assert.AreEqual("FORBIDDEN", answer.GetProperty("errors")[0].GetProperty("type").GetString());
        Assert.AreEqual("Resource not accessible by integration", answer.GetProperty("errors")[0].GetProperty("message").GetString());
        Assert.IsFalse(answer.GetProperty("data").ToString().Contains("title", StringComparison.Ordinal));
        foreach (var need in needs)
        {
            await new GraphUnderTest(await RestUnderTest.WithAsync(_graph.Rest.GitHub, need)).RepositoryAsync(selection);
        }
    }

    [TestMethod]
    public async Task Repository_OutsideTheToken_IsNotFound_ByNameAndByNodeId()
    {
        var other = await RestUnderTest.WithAsync(_graph.Rest.GitHub);
        var web = await _graph.Rest.GitHub.MintAsync("payments-web", "issues:read");
        using var issue = await _graph.Rest.GitHub.SendAsync(HttpMethod.Get, "repos/acme/payments-web/issues/15", web);
        var id = (await GitHubUnderTest.JsonAsync(issue, HttpStatusCode.OK)).GetProperty("node_id").GetString();

        foreach (var query in new[]
        {
            """{ repository(owner: "acme", name: "payments-web") { id } }""",
            """{ repository(owner: "acme", name: "no-such") { id } }""",
            $$"""{ node(id: "{{id}}") { ... on Issue { title } } }""",
            $$"""{ nodes(ids: ["{{id}}"]) { ... on Issue { title } } }""",
            $$"""{ seen: repository(owner: "acme", name: "payments-api") { id } hidden: node(id: "{{id}}") { id } }""",
        })
        {
            var answer = await new GraphUnderTest(other).AskAsync(query);
            Assert.AreEqual("NOT_FOUND", answer.GetProperty("errors")[0].GetProperty("type").GetString(), query);
            Assert.IsFalse(answer.ToString().Contains("\"title\"", StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public async Task Search_StaysWithinTheToken()
    {
        var data = await _graph.DataAsync("""{ search(query: "is:issue", type: ISSUE, first: 50) { issueCount nodes { ... on Issue { repository { nameWithOwner } } } } other: search(query: "repo:acme/payments-web", type: ISSUE, first: 5) { issueCount } }""");

        Assert.IsTrue(data.GetProperty("search").GetProperty("nodes").EnumerateArray().All(static one => one.GetProperty("repository").GetProperty("nameWithOwner").GetString() == "acme/payments-api"));
        Assert.AreEqual(0, data.GetProperty("other").GetProperty("issueCount").GetInt32());
    }

    [TestMethod]
    public async Task Owner_HasTheTokensRepositoriesAlone()
    {
        var owner = (await _graph.DataAsync("""{ repositoryOwner(login: "acme") { login repositories(first: 10) { totalCount nodes { nameWithOwner } } ... on Organization { teams(first: 1) { totalCount } } } }""")).GetProperty("repositoryOwner");

        Assert.AreEqual(1, owner.GetProperty("repositories").GetProperty("totalCount").GetInt32());
        Assert.AreEqual("acme/payments-api", owner.GetProperty("repositories").GetProperty("nodes")[0].GetProperty("nameWithOwner").GetString());
    }

    [TestMethod]
    public async Task Introspection_AndUnknownFields_AreAsGhExpectsThem()
    {
        var type = await _graph.DataAsync("""{ PullRequest: __type(name: "PullRequest") { fields(includeDeprecated: true) { name } } Issue: __type(name: "Issue") { fields { name } } }""");
        Assert.IsTrue(type.GetProperty("PullRequest").GetProperty("fields").EnumerateArray().Any(static field => field.GetProperty("name").GetString() == "reviewDecision"));

        var unknown = await _graph.AskAsync("""{ repository(owner: "acme", name: "payments-api") { projectsV3 { id } } }""");
        Assert.AreEqual("Field 'projectsV3' doesn't exist on type 'Repository'", unknown.GetProperty("errors")[0].GetProperty("message").GetString());
        Assert.IsFalse(unknown.TryGetProperty("data", out _));
    }

    [TestMethod]
    public async Task Request_WithoutAToken_Is401()
    {
        var address = _graph.Rest.GitHub.Server.Git + "api/graphql";
        using var none = await _graph.Rest.GitHub.SendAsync(HttpMethod.Post, address, bearer: null, new JsonObject { ["query"] = "{ viewer { login } }" });
        using var wrong = await _graph.Rest.GitHub.SendAsync(HttpMethod.Post, address, "ghs_wrong", new JsonObject { ["query"] = "{ viewer { login } }" });

        Assert.AreEqual(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.AreEqual(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }
}
