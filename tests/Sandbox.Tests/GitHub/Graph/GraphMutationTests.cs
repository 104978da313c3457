using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Graph;

/// <summary>Mutations do what the REST routes do, and need what those need.</summary>
[TestClass]
public sealed class GraphMutationTests
{
    private GraphUnderTest _graph = null!;

    [TestInitialize]
    public async Task StartAsync() => _graph = new GraphUnderTest(await RestUnderTest.StartAsync());

    [TestCleanup]
    public async Task StopAsync() => await _graph.Rest.GitHub.DisposeAsync();

    [TestMethod]
    public async Task Issue_IsMadeCommentedAndClosed()
    {
        var repository = await IdAsync("id");
        var made = (await _graph.MutateAsync("createIssue", new() { ["repositoryId"] = repository, ["title"] = "New", ["clientMutationId"] = "c1" }, "clientMutationId issue { id number }"));
        var (id, number) = (made.GetProperty("issue").GetProperty("id").GetString(), made.GetProperty("issue").GetProperty("number").GetInt32());
        await _graph.MutateAsync("addComment", new() { ["subjectId"] = id, ["body"] = "Hello" }, "commentEdge { node { body author { login } } } subject { id }");
        await _graph.MutateAsync("closeIssue", new() { ["issueId"] = id, ["stateReason"] = "NOT_PLANNED" }, "issue { state }");

        Assert.AreEqual("c1", made.GetProperty("clientMutationId").GetString());
        var issue = await _graph.Rest.GetAsync($"/issues/{number}");
        Assert.AreEqual("closed not_planned 1", $"{issue.GetProperty("state")} {issue.GetProperty("state_reason")} {issue.GetProperty("comments")}");
    }

    [TestMethod]
    public async Task Pull_IsOpenedReviewedAndMerged_AtTheHeadThatWasMeant()
    {
        await _graph.Rest.BranchAsync("topic");
        var head = await _graph.Rest.PutAsync("one.txt", "one\n", "topic");
        var pull = (await _graph.MutateAsync(
            "createPullRequest",
            new() { ["repositoryId"] = await IdAsync("id"), ["baseRefName"] = "main", ["headRefName"] = "topic", ["title"] = "One", ["draft"] = true },
            "pullRequest { id number isDraft mergeStateStatus }")).GetProperty("pullRequest");
        var id = pull.GetProperty("id").GetString();
        Assert.IsTrue(pull.GetProperty("isDraft").GetBoolean());
        await _graph.RefusedAsync("mergePullRequest", new() { ["pullRequestId"] = id });
        await _graph.MutateAsync("markPullRequestReadyForReview", new() { ["pullRequestId"] = id }, "pullRequest { isDraft }");
        await _graph.MutateAsync("requestReviews", new() { ["pullRequestId"] = id, ["userIds"] = new JsonArray(await MemberAsync()) }, "pullRequest { reviewRequests(first: 5) { totalCount } }");
        await _graph.RefusedAsync("addPullRequestReview", new() { ["pullRequestId"] = id, ["event"] = "APPROVE" });

        var stale = await _graph.RefusedAsync("mergePullRequest", new() { ["pullRequestId"] = id, ["expectedHeadOid"] = await _graph.Rest.GitAsync("rev-parse", "main") });
        Assert.AreEqual("UNPROCESSABLE", stale.GetProperty("type").GetString());
        var merged = await _graph.MutateAsync(
            "mergePullRequest", new() { ["pullRequestId"] = id, ["expectedHeadOid"] = head, ["mergeMethod"] = "SQUASH" }, "pullRequest { merged mergeCommit { oid } }");

        Assert.AreEqual(await _graph.Rest.GitAsync("rev-parse", "main"), merged.GetProperty("pullRequest").GetProperty("mergeCommit").GetProperty("oid").GetString());
        Assert.Contains("one.txt", await _graph.Rest.GitAsync("ls-tree", "--name-only", "main"));
    }

    [TestMethod]
    public async Task CommitOnBranch_IsACommitOnTopOfTheExpectedOne()
    {
        var old = await _graph.Rest.GitAsync("rev-parse", "cursor/example");
        JsonObject Input(string expected) => new()
        {
            ["branch"] = new JsonObject { ["repositoryNameWithOwner"] = "acme/payments-api", ["branchName"] = "cursor/example" },
            ["expectedHeadOid"] = expected,
            ["message"] = new JsonObject { ["headline"] = "By GraphQL", ["body"] = "Two files" },
            ["fileChanges"] = new JsonObject
            {
                ["additions"] = new JsonArray(new JsonObject { ["path"] = "a/new.txt", ["contents"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("new\n")) }),
                ["deletions"] = new JsonArray(new JsonObject { ["path"] = "docs/agents.md" }),
            },
        };

        Assert.AreEqual("STALE_DATA", (await _graph.RefusedAsync("createCommitOnBranch", Input(await _graph.Rest.GitAsync("rev-parse", "main")))).GetProperty("type").GetString());
        var commit = (await _graph.MutateAsync("createCommitOnBranch", Input(old), "commit { oid parents(first: 2) { nodes { oid } } } ref { name }")).GetProperty("commit");

        Assert.AreEqual(await _graph.Rest.GitAsync("rev-parse", "cursor/example"), commit.GetProperty("oid").GetString());
        Assert.AreEqual(old, commit.GetProperty("parents").GetProperty("nodes")[0].GetProperty("oid").GetString());
        Assert.AreEqual("A\ta/new.txt\nD\tdocs/agents.md", await _graph.Rest.GitAsync("diff-tree", "-r", "--no-renames", "--name-status", old, "cursor/example"));
    }

    [TestMethod]
    public async Task Refs_AreMadeMovedAndDeleted()
    {
        var (main, old) = (await _graph.Rest.GitAsync("rev-parse", "main"), await _graph.Rest.GitAsync("rev-parse", "main~2"));
        var made = (await _graph.MutateAsync("createRef", new() { ["repositoryId"] = await IdAsync("id"), ["name"] = "refs/heads/made", ["oid"] = main }, "ref { id }")).GetProperty("ref").GetProperty("id").GetString();
        await _graph.RefusedAsync("updateRef", new() { ["refId"] = made, ["oid"] = old });
        await _graph.MutateAsync("updateRef", new() { ["refId"] = made, ["oid"] = old, ["force"] = true }, "ref { name }");
        Assert.AreEqual(old, await _graph.Rest.GitAsync("rev-parse", "made"));
        await _graph.MutateAsync("deleteRef", new() { ["refId"] = made }, "clientMutationId");
        Assert.AreEqual(HttpStatusCode.NotFound, (await _graph.Rest.SendAsync("GET", "/git/ref/heads/made")).StatusCode);
        await _graph.RefusedAsync("deleteRef", new() { ["refId"] = await IdAsync("defaultBranchRef { id }", "defaultBranchRef") });
    }

    [TestMethod]
    [DataRow("createIssue", "issues")]
    [DataRow("closeIssue", "issues")]
    [DataRow("addComment", "issues")]
    [DataRow("createPullRequest", "pull_requests")]
    [DataRow("updatePullRequest", "pull_requests")]
    [DataRow("closePullRequest", "pull_requests")]
    [DataRow("requestReviews", "pull_requests")]
    [DataRow("mergePullRequest", "contents")]
    [DataRow("createCommitOnBranch", "contents")]
    [DataRow("createRef", "contents")]
    [DataRow("updateRef", "contents")]
    [DataRow("deleteRef", "contents")]
    public async Task Mutation_WithTheWrongPermission_IsForbidden(string mutation, string permission)
    {
        var input = await InputAsync(mutation);
        var before = await _graph.Rest.GitAsync("for-each-ref");
        var others = new[] { "contents", "issues", "pull_requests" }.Select(one => one == permission ? one + ":read" : one + ":write");
        var without = new GraphUnderTest(await RestUnderTest.WithAsync(_graph.Rest.GitHub, [.. others]));

        var error = await without.RefusedAsync(mutation, input);

        Assert.AreEqual("FORBIDDEN", error.GetProperty("type").GetString());
        Assert.AreEqual(before, await _graph.Rest.GitAsync("for-each-ref"));
    }

    [TestMethod]
    public async Task Mutation_OfAnotherRepository_BehindAnAllowedOne_IsNotFound()
    {
        var web = new GraphUnderTest(new RestUnderTest(_graph.Rest.GitHub, await _graph.Rest.GitHub.MintAsync("payments-web", "issues:write", "pull_requests:write", "contents:write")));
        foreach (var mutation in new[] { "createIssue", "closeIssue", "addComment", "createPullRequest", "mergePullRequest", "createCommitOnBranch", "createRef", "updateRef", "deleteRef" })
        {
            Assert.AreEqual("NOT_FOUND", (await web.RefusedAsync(mutation, await InputAsync(mutation))).GetProperty("type").GetString(), mutation);
        }
    }

    [TestMethod]
    public async Task WorkflowFile_WithoutThePermission_IsForbidden()
    {
        var input = await InputAsync("createCommitOnBranch");
        input["fileChanges"]!["additions"]![0]!["path"] = ".github/workflows/evil.yml";

        Assert.AreEqual("FORBIDDEN", (await _graph.RefusedAsync("createCommitOnBranch", input)).GetProperty("type").GetString());
    }

    private async Task<string> IdAsync(string selection, params string[] path)
    {
        var found = path.Aggregate(await _graph.RepositoryAsync(selection), static (at, name) => at.GetProperty(name));
        return found.GetProperty("id").GetString()!;
    }

    private async Task<string> MemberAsync() =>
        (await _graph.RepositoryAsync("assignableUsers(first: 1) { nodes { id } }")).GetProperty("assignableUsers").GetProperty("nodes")[0].GetProperty("id").GetString()!;

    private async Task<JsonObject> InputAsync(string mutation)
    {
        var main = await _graph.Rest.GitAsync("rev-parse", "main");
        var issue = await IdAsync("issue(number: 15) { id }", "issue");
        var pull = await IdAsync("pullRequest(number: 18) { id }", "pullRequest");
        var branch = await IdAsync("""ref(qualifiedName: "cursor/example") { id }""", "ref");
        var repository = await IdAsync("id");
        return mutation switch
        {
            "createIssue" => new() { ["repositoryId"] = repository, ["title"] = "x" },
            "closeIssue" => new() { ["issueId"] = issue },
            "addComment" => new() { ["subjectId"] = issue, ["body"] = "x" },
            "createPullRequest" => new() { ["repositoryId"] = repository, ["baseRefName"] = "cursor/example", ["headRefName"] = "release/1.4", ["title"] = "x" },
            "updatePullRequest" => new() { ["pullRequestId"] = pull, ["title"] = "x" },
            "closePullRequest" or "mergePullRequest" => new() { ["pullRequestId"] = pull },
            "requestReviews" => new() { ["pullRequestId"] = pull, ["userIds"] = new JsonArray(await MemberAsync()) },
            "createRef" => new() { ["repositoryId"] = repository, ["name"] = "refs/heads/x", ["oid"] = main },
            "updateRef" => new() { ["refId"] = branch, ["oid"] = main, ["force"] = true },
            "deleteRef" => new() { ["refId"] = branch },
            "createCommitOnBranch" => new()
            {
                ["branch"] = new JsonObject { ["id"] = branch },
                ["expectedHeadOid"] = await _graph.Rest.GitAsync("rev-parse", "cursor/example"),
                ["message"] = new JsonObject { ["headline"] = "x" },
                ["fileChanges"] = new JsonObject { ["additions"] = new JsonArray(new JsonObject { ["path"] = "x", ["contents"] = "eA==" }) },
            },
            _ => throw new ArgumentException(mutation, nameof(mutation)),
        };
    }
}
