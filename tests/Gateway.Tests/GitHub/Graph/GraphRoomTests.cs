using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Graph;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Graph;

[TestClass]
public sealed class GraphRoomTests
{
    private const string Pull = "PullRequest";
    private static readonly string PullId = GraphHarness.Id("PR", 7);

    [TestMethod]
    public async Task Query_AboutOneRepository_IsSentWithExactlyWhatItNeeds()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.Answer = """{"data":{"repository":{"issues":{"totalCount":3}}}}""";

        var (status, body) = await harness.AskAsync(
            """query Q($o: String!) { repository(owner: $o, name: "payments-api") { issues(first: 1) { totalCount } } }""", new JsonObject { ["o"] = "acme", ["spare"] = 1 });

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual("""{"repository":{"issues":{"totalCount":3}}}""", body["data"]!.ToJsonString());
        Assert.AreEqual("issues:read", harness.Pipeline.Vault.Asked.Single().Permissions.ToString());
        Assert.AreEqual("""{"o":"acme"}""", harness.Sent.Single()["variables"]!.ToJsonString());
        Assert.AreEqual("Q", harness.Sent.Single()["operationName"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Query_AboutSeveralRepositories_HasOneCredentialForThem()
    {
        await using var harness = await GraphHarness.StartAsync();

        await harness.AskAsync("""{ a: repository(owner: "acme", name: "payments-api") { name } b: repository(owner: "acme", name: "payments-web") { issues(first: 1) { totalCount } } }""");

        var (repositories, permissions, _) = harness.Pipeline.Vault.Asked.Single();
        Assert.AreEqual("acme/payments-api, acme/payments-web", string.Join(", ", repositories.Items));
        Assert.AreEqual("issues:read, metadata:read", permissions.ToString());
    }

    [TestMethod]
    public async Task Query_OneRepositoryOfTwoIsNotCovered_NothingIsSentAndNobodyLearnsThatItIsThere()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, body) = await harness.AskAsync("""{ a: repository(owner: "acme", name: "payments-api") { name } b: repository(owner: "acme", name: "vault-config") { name } }""");

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual("Could not resolve to a Repository with the name 'acme/payments-api'.", GraphHarness.Error(body));
        Assert.AreEqual("NOT_FOUND", body["errors"]![0]!["type"]!.GetValue<string>());
        Assert.IsEmpty(harness.Sent);
        Assert.IsEmpty(harness.Pipeline.Vault.Asked);
    }

    [TestMethod]
    public async Task Query_PermissionTheCallerLacks_IsToldWhich()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (_, body) = await harness.AskAsync("""{ repository(owner: "acme", name: "payments-api") { pullRequest(number: 1) { statusCheckRollup { state } } } }""");

        Assert.AreEqual("FORBIDDEN", body["errors"]![0]!["type"]!.GetValue<string>());
        StringAssert.Contains(GraphHarness.Error(body), "checks:read");
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    [DataRow("""[{"query":"{ viewer { login } }"}]""", DisplayName = "several requests in one")]
    [DataRow("""{"query":"{ viewer { login } }","query":"{ viewer { login } }"}""", DisplayName = "a member twice")]
    [DataRow("""{"query":"{ viewer { login } }","extensions":{"persistedQuery":{}}}""")]
    [DataRow("""{"query":7}""")]
    [DataRow("""{"variables":{}}""")]
    [DataRow("""not json""")]
    public async Task Request_ThatIsNotUnderstood_IsRefused(string body)
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, answer) = await harness.PostAsync(body);

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        Assert.IsNotNull(answer["message"]);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    [DataRow("""{ enterprise(slug: "a") { name } }""", "Field 'enterprise' doesn't exist on type 'Query'")]
    [DataRow("""{ repository(owner: "acme", name: "payments-api") { forks(first: 1) { totalCount } } }""", "Field 'forks' doesn't exist on type 'Repository'")]
    [DataRow("""mutation { deleteRepository(input: {}) { clientMutationId } }""", "Field 'deleteRepository' doesn't exist on type 'Mutation'")]
    public async Task Document_ThatDoesNotFitWhatIsKnown_IsRefusedInGitHubsWords(string document, string says)
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, body) = await harness.AskAsync(document);

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual(says, GraphHarness.Error(body));
        Assert.IsNull(body["data"]);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Viewer_IsWhoeverAsksAndNotTheApp()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, body) = await harness.AskAsync("query UserCurrent { viewer { login } }");

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual("""{"viewer":{"login":"dev-one.broker"}}""", body["data"]!.ToJsonString());
        Assert.IsEmpty(harness.Pipeline.Upstream.Requests);
    }

    [TestMethod]
    public async Task Type_IsDescribedByWhatMayBeAskedFor()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (_, body) = await harness.AskAsync("""query T { Repository: __type(name: "Repository") { fields(includeDeprecated: true) { name } } None: __type(name: "Enterprise") { name } }""");
        var fields = body["data"]!["Repository"]!["fields"]!.AsArray().Select(static field => field!["name"]!.GetValue<string>()).ToList();

        CollectionAssert.Contains(fields, "pullRequest");
        CollectionAssert.DoesNotContain(fields, "forks");
        Assert.IsNull(body["data"]!["None"]);
    }

    [TestMethod]
    [DataRow("repo:acme/payments-api is:pr is:open", true)]
    [DataRow("is:pr repo:ACME/Payments-API", true)]
    [DataRow("is:pr", false, DisplayName = "no repository at all")]
    [DataRow("repo:acme/payments-api repo:acme/vault-config", false)]
    [DataRow("repo:acme/payments-api org:acme", false)]
    [DataRow("-repo:acme/payments-api", false)]
    [DataRow("\"repo:acme/payments-api\"", false, DisplayName = "only words")]
    [DataRow("repo:acme/payments-api OR is:pr", false)]
    [DataRow("NOT repo:acme/payments-api", false)]
    [DataRow("(repo:acme/payments-api) user:mallory", false)]
    [DataRow("repo:acme/payments-api owner:acme", false)]
    public async Task Search_OnlyConfinedToOneRepository_IsSent(string text, bool sent)
    {
        await using var harness = await GraphHarness.StartAsync();

        await harness.AskAsync("""query($q: String!) { search(query: $q, type: ISSUE, first: 1) { issueCount } }""", new JsonObject { ["q"] = text });

        Assert.HasCount(sent ? 1 : 0, harness.Sent);
    }

    [TestMethod]
    public async Task Node_OfTheRepositoryItSeemsToBeOf_IsAskedForWithThatRepositoryAlone()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 7));

        var (status, _) = await harness.AskAsync("""query($id: ID!) { node(id: $id) { ... on PullRequest { title } } }""", new JsonObject { ["id"] = PullId });

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.HasCount(1, harness.Sent);
        Assert.IsTrue(harness.Pipeline.Vault.Asked.All(static asked => asked.Repositories.Items.Single().ToString() == "acme/payments-api"));
    }

    [TestMethod]
    [DataRow("hidden", "main")]
    [DataRow("cursor/x", "hidden")]
    public async Task Attack_PullRequestOfHiddenBranchesByItsNodeId_IsNeitherReadNorChanged(string head, string into)
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 7, head, into));

        var (_, read) = await harness.AskAsync("""query($id: ID!) { node(id: $id) { ... on PullRequest { title body } } }""", new JsonObject { ["id"] = PullId });
        var (_, closed) = await harness.AskAsync("""mutation($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { clientMutationId } }""", new JsonObject { ["id"] = PullId });

        Assert.AreEqual($"Could not resolve to a node with the global id of '{PullId}'.", GraphHarness.Error(read));
        Assert.AreEqual($"Could not resolve to a node with the global id of '{PullId}'.", GraphHarness.Error(closed));
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Node_OfAnotherPublicRepositoryBehindAForgedId_IsNotFound()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 4711));

        var (_, body) = await harness.AskAsync("""query($id: ID!) { node(id: $id) { ... on PullRequest { title } } }""", new JsonObject { ["id"] = PullId });

        Assert.AreEqual($"Could not resolve to a node with the global id of '{PullId}'.", GraphHarness.Error(body));
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("""{"__typename":"User","id":"X"}""")]
    [DataRow("""{"__typename":"PullRequest","id":"another","repository":{"databaseId":7}}""")]
    public async Task Node_ThatIsNotThereOrNoneOfARepository_IsNotFound(string node)
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.WithNodes(node);

        var (_, body) = await harness.AskAsync("""query($id: ID!) { node(id: $id) { ... on PullRequest { title } } }""", new JsonObject { ["id"] = PullId });

        Assert.AreEqual("NOT_FOUND", body["errors"]![0]!["type"]!.GetValue<string>());
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Node_OfARepositoryThatNoRuleCovers_IsNotFoundAndNothingIsAsked()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (_, body) = await harness.AskAsync("""query($id: ID!) { node(id: $id) { ... on Issue { title } } }""", new JsonObject { ["id"] = GraphHarness.Id("I", 9) });

        Assert.AreEqual("NOT_FOUND", body["errors"]![0]!["type"]!.GetValue<string>());
        Assert.IsEmpty(harness.Pipeline.Upstream.Requests);
    }

    [TestMethod]
    [DataRow(9u, DisplayName = "one that the App has")]
    [DataRow(99u, DisplayName = "one that it has not")]
    public async Task Attack_NodeOfARepositoryThatNoRuleCoversBesideAnAllowedOne_TellsNothingOfIt(uint id)
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, body) = await harness.AskAsync(
            """query($id: ID!) { repository(owner: "acme", name: "payments-api") { name } node(id: $id) { ... on Issue { title } } }""", new JsonObject { ["id"] = GraphHarness.Id("I", id) });

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual("Could not resolve to a Repository with the name 'acme/payments-api'.", GraphHarness.Error(body));
        Assert.AreEqual($"Could not resolve to a node with the global id of '{GraphHarness.Id("I", id)}'.", body["errors"]![1]!["message"]!.GetValue<string>());
        Assert.IsEmpty(harness.Pipeline.Upstream.Requests);
    }

    [TestMethod]
    [DataRow(
        "pullRequests(first: 9) { nodes { number headRefName baseRefName isCrossRepository } }",
        """{"pullRequests":{"nodes":[{"number":1,"headRefName":"cursor/x","baseRefName":"main","isCrossRepository":false},{"number":2,"headRefName":"hidden","baseRefName":"main","isCrossRepository":false},{"number":3,"headRefName":"theirs","baseRefName":"main","isCrossRepository":true},{"number":4,"headRefName":"theirs","baseRefName":"hidden","isCrossRepository":true}]}}""",
        """{"pullRequests":{"nodes":[{"number":1,"headRefName":"cursor/x","baseRefName":"main","isCrossRepository":false},{"number":3,"headRefName":"theirs","baseRefName":"main","isCrossRepository":true}]}}""",
        DisplayName = "pull requests in a list")]
    [DataRow(
        "pullRequests(first: 9) { edges { node { ...P } } } } } fragment P on PullRequest { a: headRefName ... on PullRequest { b: baseRef { c: name } }",
        """{"pullRequests":{"edges":[{"node":{"a":"cursor/x","b":{"c":"main"}}},{"node":{"a":"hidden","b":{"c":"main"}}},{"node":{"a":"cursor/x","b":{"c":"hidden"}}}]}}""",
        """{"pullRequests":{"edges":[{"node":{"a":"cursor/x","b":{"c":"main"}}}]}}""",
        DisplayName = "called otherwise, in a fragment, behind edges")]
    [DataRow("pullRequest(number: 2) { title headRefName }", """{"pullRequest":{"title":"t","headRefName":"hidden"}}""", """{"pullRequest":null}""", DisplayName = "one pull request")]
    [DataRow("latestRelease { tagName } releases(first: 9) { nodes { tagName } }", """{"latestRelease":{"tagName":"v1"},"releases":{"nodes":[{"tagName":"v1"}]}}""", """{"latestRelease":null,"releases":{"nodes":[]}}""", DisplayName = "releases of hidden tags")]
    public async Task Attack_HiddenNamesInPullRequestsAndReleases_AreNotThere(string fields, string gitHubs, string callers)
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.Answer = $$"""{"data":{"repository":{{gitHubs}}} }""";

        var (_, body) = await harness.AskAsync(fields.Contains("fragment", StringComparison.Ordinal) ? $$"""{ repository(owner: "acme", name: "payments-api") { {{fields}} }""" : $$"""{ repository(owner: "acme", name: "payments-api") { {{fields}} } }""");

        Assert.AreEqual(callers, body["data"]?["repository"]?.ToJsonString(), body.ToJsonString());
    }

    [TestMethod]
    public async Task Query_OfTwoOwners_IsRefusedWithAWord()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, body) = await harness.AskAsync("""{ a: repository(owner: "acme", name: "payments-api") { name } b: repository(owner: "globex", name: "x") { name } }""");

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        StringAssert.Contains(body.ToJsonString(), "one owner at a time");
        Assert.IsEmpty(harness.Pipeline.Upstream.Requests);
    }

    [TestMethod]
    [DataRow("true", false, DisplayName = "asked for, and needed for nothing")]
    [DataRow("true", true, DisplayName = "asked for and needed")]
    [DataRow("false", false, DisplayName = "not asked for")]
    public async Task Attack_RefMovedWithForceThatWasNotNeeded_IsSentWithoutIt(string asked, bool needed)
    {
        await using var harness = await GraphHarness.StartAsync(examiner: new MoveExaminer(needed));
        var id = GraphHarness.Id("REF", 7);
        harness.WithNodes($$"""{"__typename":"Ref","id":"{{id}}","name":"cursor/x","prefix":"refs/heads/","repository":{"databaseId":7} }""");

        await harness.AskAsync($$"""mutation($id: ID!) { updateRef(input: { refId: $id, oid: "{{new string('2', 40)}}", force: {{asked}} }) { clientMutationId } }""", new JsonObject { ["id"] = id });

        Assert.AreEqual(needed, harness.Sent.Single()["variables"]!.AsObject().Single().Value!["force"]!.GetValue<bool>());
    }

    [TestMethod]
    public async Task Viewer_BesideARepository_IsWhoeverAsksAndNotTheApp()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.Answer = """{"data":{"me":{"login":"broker-app[bot]"},"repository":{"name":"payments-api"}},"errors":[{"path":["me"],"message":"of the App's"},{"path":["repository"],"message":"kept"}]}""";

        var (status, body) = await harness.AskAsync("""query RepositoryNetwork { me: viewer { login } repository(owner: "acme", name: "payments-api") { name } }""");

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual("""{"me":{"login":"dev-one.broker"},"repository":{"name":"payments-api"}}""", body["data"]!.ToJsonString());
        Assert.AreEqual("kept", GraphHarness.Error(body));
        Assert.HasCount(1, body["errors"]!.AsArray());
    }

    [TestMethod]
    public async Task Viewer_SkippedBesideARepository_IsNotPutIn()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.Answer = """{"data":{"repository":{"name":"payments-api"}}}""";

        var (_, body) = await harness.AskAsync("""{ viewer @skip(if: true) { login } repository(owner: "acme", name: "payments-api") { name } }""");

        Assert.AreEqual("""{"repository":{"name":"payments-api"}}""", body["data"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Attack_FilesOfAPullRequestThatIsNotThereWhenLookedUp_AreNotSentUndecided()
    {
        // Opened between the look and the question, it would be read from whichever refs it has by then.
        await using var harness = await GraphHarness.StartAsync();

        var (_, body) = await harness.AskAsync("""{ repository(owner: "acme", name: "payments-api") { pullRequest(number: 99) { files(first: 9) { nodes { path } } } } }""");

        Assert.IsNotNull(body["errors"]);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Mutation_NodeOfAnotherRepositoryBesideAnAllowedOne_IsRefused()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, _) = await harness.AskAsync(
            """mutation($r: ID!, $h: ID!) { createPullRequest(input: { repositoryId: $r, headRepositoryId: $h, baseRefName: "main", headRefName: "x", title: "t" }) { pullRequest { url } } }""",
            new JsonObject { ["r"] = GraphHarness.Id("R", 7), ["h"] = GraphHarness.Id("R", 9) });

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Mutations_OnTwoRepositoriesInOneDocument_AreRefused()
    {
        await using var harness = await GraphHarness.StartAsync();

        var (status, _) = await harness.AskAsync(
            """mutation($a: ID!, $b: ID!) { a: closeIssue(input: { issueId: $a }) { clientMutationId } b: closeIssue(input: { issueId: $b }) { clientMutationId } }""",
            new JsonObject { ["a"] = GraphHarness.Id("I", 7), ["b"] = GraphHarness.Id("I", 8) });

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Contents_OfAVisibleBranchAndAReadablePath_AreSent()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.With("/git/ref/heads/main", """{"ref":"refs/heads/main"}""").With("/commits/refs/heads/main", """{"sha":"1111111111111111111111111111111111111111"}""");

        await harness.AskAsync(Blob("main:src/a.cs"));

        Assert.HasCount(1, harness.Sent);
        Assert.AreEqual("contents:read", harness.Pipeline.Vault.Asked[^1].Permissions.ToString());
    }

    [TestMethod]
    [DataRow("main:secret/key")]
    [DataRow("main:SECRET/key")]
    [DataRow("main:src/../secret/key")]
    [DataRow("main:./secret/key")]
    [DataRow("hidden:src/a.cs")]
    [DataRow("refs/heads/hidden:src/a.cs")]
    [DataRow("main~1:src/a.cs")]
    [DataRow("1111111111111111111111111111111111111111:src/a.cs")]
    public async Task Contents_DeniedPathOrHiddenRefByExpression_AreRefused(string expression)
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.With("/git/ref/heads/main", """{"ref":"refs/heads/main"}""").With("/commits/refs/heads/main", """{"sha":"1111111111111111111111111111111111111111"}""")
            .With("/git/ref/heads/hidden", """{"ref":"refs/heads/hidden"}""");

        var (_, body) = await harness.AskAsync(Blob(expression));

        Assert.IsNotNull(body["errors"]);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Merge_OntoABranchThatWaits_IsAskedForOnceWithTheHeadThatWasLookedUp()
    {
        var examiner = new MergeExaminer("refs/heads/main");
        await using var harness = await GraphHarness.StartAsync(examiner: examiner);
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 7));

        var (_, body) = await harness.AskAsync(Merge, new JsonObject { ["id"] = PullId });

        Assert.AreEqual("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", examiner.Asked!.Route.Id);
        Assert.AreEqual("3", examiner.Asked.Parameter("pull_number"));
        Assert.AreEqual("squash", examiner.Asked.Body!["merge_method"]!.GetValue<string>());
        StringAssert.Contains(GraphHarness.Error(body), "approval pending");
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Merge_ThatIsAllowed_IsHeldToTheHeadThatWasLookedUp()
    {
        await using var harness = await GraphHarness.StartAsync(examiner: new MergeExaminer("refs/heads/cursor/x"));
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 7));

        await harness.AskAsync(Merge, new JsonObject { ["id"] = PullId });

        var sent = harness.Sent.Single();
        Assert.AreEqual("2222222222222222222222222222222222222222", sent["variables"]!.AsObject().Single().Value!["expectedHeadOid"]!.GetValue<string>());
        Assert.AreEqual("contents:write", harness.Pipeline.Vault.Asked[^1].Permissions.ToString());
    }

    [TestMethod]
    public async Task Merge_OfSomethingThatIsNoPullRequest_IsRefused()
    {
        await using var harness = await GraphHarness.StartAsync(examiner: new MergeExaminer("refs/heads/cursor/x"));
        harness.WithNodes(GraphHarness.Node("Issue", PullId, 7));

        var (status, _) = await harness.AskAsync(Merge, new JsonObject { ["id"] = PullId });

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Mutations_SecondOfWhichWouldActOnWhatTheFirstChanged_AreRefused()
    {
        await using var harness = await GraphHarness.StartAsync(examiner: new MergeExaminer("refs/heads/cursor/x"));
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 7));

        var (status, _) = await harness.AskAsync(
            """mutation($id: ID!) { a: mergePullRequest(input: { pullRequestId: $id }) { clientMutationId } b: updatePullRequestBranch(input: { pullRequestId: $id }) { clientMutationId } }""",
            new JsonObject { ["id"] = PullId });

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task PullRequest_GivenAProtectedBaseByMutation_IsDecidedAsMergingIntoIt()
    {
        var examiner = new MergeExaminer("refs/heads/main");
        await using var harness = await GraphHarness.StartAsync(examiner: examiner);
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 7));

        var (_, body) = await harness.AskAsync(
            """mutation($id: ID!) { updatePullRequest(input: { pullRequestId: $id, baseRefName: "main" }) { clientMutationId } }""", new JsonObject { ["id"] = PullId });

        Assert.AreEqual("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", examiner.Asked!.Route.Id);
        Assert.AreEqual("main", examiner.Asked.Body!["base"]!.GetValue<string>());
        StringAssert.Contains(GraphHarness.Error(body), "approval pending");
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task PullRequest_OpenedByMutation_IsLookedAtAsTheRestCallIs()
    {
        var examiner = new MergeExaminer("refs/heads/cursor/x");
        await using var harness = await GraphHarness.StartAsync(examiner: examiner);
        var id = GraphHarness.Id("R", 7);
        harness.WithNodes($$"""{"__typename":"Repository","id":"{{id}}","databaseId":7}""");

        await harness.AskAsync(
            """mutation($id: ID!) { createPullRequest(input: { repositoryId: $id, baseRefName: "main", headRefName: "mallory:x", title: "t" }) { clientMutationId } }""", new JsonObject { ["id"] = id });

        Assert.AreEqual("POST /repos/{owner}/{repo}/pulls", examiner.Asked!.Route.Id);
        Assert.AreEqual("mallory:x", examiner.Asked.Body!["head"]!.GetValue<string>());
    }

    [TestMethod]
    [DataRow("cursor/x", "src/a.cs", "sent")]
    [DataRow("cursor/x", "secret/key", "errors", DisplayName = "a denied path")]
    [DataRow("cursor/x", ".github/workflows/ci.yml", "errors", DisplayName = "workflows, which nobody was given")]
    [DataRow("main", "src/a.cs", "errors", DisplayName = "a branch that waits for approval")]
    [DataRow("release/1", "src/a.cs", "errors", DisplayName = "a branch that may not be pushed")]
    [DataRow("refs/heads/cursor/x", "src/a.cs", "message", DisplayName = "a name that can be read in two ways")]
    [DataRow("cursor/x", "src/../secret/key", "message")]
    [DataRow("cursor/x", "secret//key", "message")]
    public async Task CommitOnBranch_IsAPushOfItsPaths(string branch, string path, string outcome)
    {
        await using var harness = await GraphHarness.StartAsync();

        var body = await CommitAsync(harness, branch, ("README", "there"), (path, "x"));

        Assert.HasCount(outcome == "sent" ? 1 : 0, harness.Sent);
        Assert.AreEqual(outcome == "errors", body["errors"] is not null);
        Assert.AreEqual(outcome == "message", body["message"] is not null);
    }

    [TestMethod]
    public async Task Attack_CommitOnBranchOfAMask_IsRefusedWithFileAndLine()
    {
        await using var harness = await GraphHarness.StartAsync();

        var body = await CommitAsync(harness, "cursor/x", ("src/env", $"A=1\nTOKEN={MadeSecrets.Token()}\n"), ("src/env", $"A=2\n{MadeSecrets.Masked($"TOKEN={MadeSecrets.Token()}")}\n"));

        StringAssert.Contains(body.ToJsonString(), "src/env:2: this is a mask of the broker", StringComparison.Ordinal);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Attack_CommitOnBranchOfANewSecret_IsRefusedAndItsValueIsNotTold()
    {
        await using var harness = await GraphHarness.StartAsync();

        var body = await CommitAsync(harness, "cursor/x", ("src/env", "A=1\n"), ("src/env", $"A=1\nTOKEN={MadeSecrets.Token()}\n"));

        StringAssert.Contains(body.ToJsonString(), "src/env:2 (github-personal-access-token)", StringComparison.Ordinal);
        Assert.DoesNotContain(MadeSecrets.Token(), body.ToJsonString());
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task CommitOnBranch_WithTheSecretThatTheFileHasAlready_IsSent()
    {
        await using var harness = await GraphHarness.StartAsync();

        var body = await CommitAsync(harness, "cursor/x", ("src/env", $"TOKEN={MadeSecrets.Token()}\n"), ("src/env", $"# kept\nTOKEN={MadeSecrets.Token()}\n"));

        Assert.HasCount(1, harness.Sent, body.ToJsonString());
    }

    [TestMethod]
    [DataRow("src/a.cs", "src/a.cs/below", "src/a.cs is a file, so there is nothing below it")]
    [DataRow("src/a.cs", "src", "src is a directory", DisplayName = "would take away everything below it, which it does not name")]
    public async Task Attack_CommitOnBranchThatDoesNotFitWhatStandsThere_IsRefused(string there, string path, string says)
    {
        await using var harness = await GraphHarness.StartAsync();

        var body = await CommitAsync(harness, "cursor/x", (there, "1"), (path, "2"));

        StringAssert.Contains(body.ToJsonString(), says, StringComparison.Ordinal);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public async Task Attack_CommentWithAMaskOrASecretInAVariableOrTheDocument_IsRefused(bool mask, bool inVariable)
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.WithNodes(GraphHarness.Node("PullRequest", PullId, 7));
        var line = $"TOKEN={MadeSecrets.Token()}";
        var text = mask ? MadeSecrets.Masked(line) : line;

        var (_, body) = inVariable
            ? await harness.AskAsync(
                "mutation($input: AddCommentInput!) { addComment(input: $input) { clientMutationId } }", new JsonObject { ["input"] = new JsonObject { ["subjectId"] = PullId, ["body"] = $"one\n{text}" } })
            : await harness.AskAsync($$"""mutation { addComment(input: { subjectId: "{{PullId}}", body: "one {{text}}" }) { clientMutationId } }""");

        StringAssert.Contains(body.ToJsonString(), mask ? "this is a mask of the broker" : "(github-personal-access-token)", StringComparison.Ordinal);
        Assert.DoesNotContain(MadeSecrets.Token(), body.ToJsonString());
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Answer_ItsApiUrls_PointBackAtTheBroker()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.Answer = """{"data":{"repository":{"url":"https://api.upstream.example/repos/acme/payments-api"}}}""";

        var (_, body) = await harness.AskAsync("""{ repository(owner: "acme", name: "payments-api") { url } }""");

        Assert.IsFalse(body.ToJsonString().Contains("upstream.example", StringComparison.Ordinal), body.ToJsonString());
    }

    [TestMethod]
    public async Task Token_Missing_IsAsked()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.Pipeline.Client.DefaultRequestHeaders.Clear();

        var (status, _) = await harness.AskAsync("{ viewer { login } }");

        Assert.AreEqual(HttpStatusCode.Unauthorized, status);
    }

    [TestMethod]
    [DataRow("R_kgDOABCDEg", 1082130L)]
    [DataRow("PR_kwDOABCDEs4B", 1082130L)]
    [DataRow("MDEwOlJlcG9zaXRvcnkxMjk2MjY5", null)]
    [DataRow("U_kgDOABCDEg", null, DisplayName = "a user's id is no repository's")]
    [DataRow("R_", null)]
    [DataRow("_kgDOABCDEg", null)]
    [DataRow("R_!!!!", null)]
    [DataRow("R_kgDO", null, DisplayName = "cut off")]
    [DataRow("R_oA", null)]
    public void NodeId_SaysOfWhichRepositoryItSeemsToBe(string id, long? repository) => Assert.AreEqual(repository, NodeIds.RepositoryOf(id));

    private const string Merge = """mutation($id: ID!) { mergePullRequest(input: { pullRequestId: $id, mergeMethod: SQUASH }) { clientMutationId } }""";

    /// <summary>Asks for a commit of one file on a branch that has another.</summary>
    private static async Task<JsonObject> CommitAsync(GraphHarness harness, string branch, (string Path, string Content) there, (string Path, string Content) sent)
    {
        var head = harness.Git.Commit($"refs/heads/{branch}", null, there);
        var input = new JsonObject
        {
            ["branch"] = new JsonObject { ["repositoryNameWithOwner"] = "acme/payments-api", ["branchName"] = branch },
            ["message"] = new JsonObject { ["headline"] = "x" },
            ["expectedHeadOid"] = head.Hex,
            ["fileChanges"] = new JsonObject
            {
                ["additions"] = new JsonArray(new JsonObject { ["path"] = sent.Path, ["contents"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(sent.Content)) }),
            },
        };
        return (await harness.AskAsync("mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { clientMutationId } }", new JsonObject { ["input"] = input })).Body;
    }

    private static string Blob(string expression) =>
        """{ repository(owner: "acme", name: "payments-api") { object(expression: "EXPRESSION") { ... on Blob { text } } } }""".Replace("EXPRESSION", expression, StringComparison.Ordinal);

    /// <summary>Looks up whether commits are dropped.</summary>
    private sealed class MoveExaminer(bool drops) : IRestExaminer
    {
        public ApiRouteKind Kind => ApiRouteKind.Changes;

        public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => throw new AssertFailedException("nobody asks for an outline");

        public ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
        {
            var update = new RefUpdate(RefName.Parse("refs/heads/cursor/x"), GitOid.Parse(new string('1', 40)), GitOid.Parse(new string('2', 40))) { ChangedPaths = ["src/a.cs"], Commits = [], Forced = drops, Size = 1 };
            return ValueTask.FromResult<Outcome<RestEffect>>(new RestEffect([Operation.Push(call.Repository, update)])
            {
                ResolvedState = "1..2",
                Body = new JsonObject { ["sha"] = new string('2', 40), ["force"] = drops },
                Summary = ["moved"],
            });
        }
    }

    /// <summary>Finds that a merge moves one branch, from and with made-up commits.</summary>
    private sealed class MergeExaminer(string branch) : IRestExaminer
    {
        public ApiRouteKind Kind => ApiRouteKind.Changes;

        public RestCall? Asked { get; private set; }

        public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => throw new AssertFailedException("nobody asks for an outline");

        public ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
        {
            Asked = call;
            var update = new RefUpdate(RefName.Parse(branch), GitOid.Parse(new string('1', 40)), GitOid.Unmade) { ChangedPaths = ["src/a.cs"], Commits = [], Forced = false, Size = 1 };
            return ValueTask.FromResult<Outcome<RestEffect>>(new RestEffect([Operation.Push(call.Repository, update)])
            {
                ResolvedState = "1..2",
                Body = new JsonObject { ["sha"] = new string('2', 40) },
                Summary = [$"{Pull} merged"],
            });
        }
    }
}
