using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;

namespace CursorBroker.Core.Tests.GitHub.Graph;

[TestClass]
public sealed class GraphReaderTests
{
    [TestMethod]
    [DataRow("name", "metadata:read")]
    [DataRow("issues(first: 1) { totalCount nodes { title author { login } comments { totalCount } } }", "issues:read")]
    [DataRow("pullRequest(number: 7) { title reviews(first: 1) { nodes { body } } }", "pull_requests:read")]
    [DataRow("issue(number: 1) { title } pullRequest(number: 2) { title }", "issues:read, pull_requests:read")]
    [DataRow("labels(first: 9) { nodes { name } }", "issues:read | pull_requests:read")]
    [DataRow("pullRequest(number: 7) { labels(first: 9) { nodes { name } } }", "pull_requests:read", DisplayName = "one of the two is needed anyway")]
    [DataRow("pullRequest(number: 7) { statusCheckRollup { state } }", "checks:read, pull_requests:read, statuses:read")]
    [DataRow("defaultBranchRef { name }", "contents:read")]
    [DataRow("issueOrPullRequest(number: 7) { __typename ... on Issue { title } ... on PullRequest { title } }", "issues:read, pull_requests:read")]
    [DataRow("latestRelease { tagName }", "contents:read")]
    public void Query_OfARepository_NeedsWhatItsFieldsNeed(string fields, string needs)
    {
        var root = Read($$"""{ repository(owner: "acme", name: "pay") { {{fields}} } }""").Roots.Single();

        Assert.AreEqual("acme/pay", ((GraphTarget.Named)root.Target).Repository.ToString());
        Assert.AreEqual(needs, string.Join(" | ", root.Needs));
    }

    [TestMethod]
    [DataRow("IssueComment")]
    [DataRow("Comment")]
    public void Node_ThatIsAComment_NeedsWhatItIsWrittenOnNeeds(string type) =>
        Assert.AreEqual("issues:read | pull_requests:read", string.Join(" | ", Read($$"""{ node(id: "IC_1") { ... on {{type}} { body } } }""").Roots.Single().Needs));

    [TestMethod]
    [DataRow("name", "")]
    [DataRow("defaultBranchRef { name }", "")]
    [DataRow("defaultBranchRef { target { oid } }", "default: names")]
    [DataRow("ref(qualifiedName: \"main\") { name }", "main: names")]
    [DataRow("refs(refPrefix: \"refs/heads/\", first: 9) { nodes { name } }", "anywhere: names")]
    [DataRow("object(expression: \"main:src/a.cs\") { ... on Blob { text } }", "main: names; main: src/a.cs")]
    [DataRow("object(expression: \"main:src\") { ... on Tree { entries { name } } }", "main: names; main: any")]
    [DataRow("object(expression: \"main:src/../key\") { ... on Blob { text } }", "main: names; main: any")]
    [DataRow("object(expression: \"main:\") { ... on Tree { entries { name } } }", "main: names; main: any")]
    [DataRow("object(expression: \"main\") { ... on Commit { history(first: 1) { nodes { message } } } }", "main: names")]
    [DataRow("object(expression: \"main\") { ... on Commit { tree { entries { name } } } }", "main: names; main: any")]
    [DataRow("object(expression: \"main\") { ... on Commit { file(path: \"key\") { object { ... on Blob { text } } } } }", "main: names; main: key")]
    [DataRow("object(expression: \"main\") { ... on Commit { blame(path: \"key\") { ranges { age } } } }", "main: names; main: key")]
    [DataRow("object(oid: \"1111111111111111111111111111111111111111\") { ... on Blob { text } }", "1111111111111111111111111111111111111111: names; 1111111111111111111111111111111111111111: any")]
    [DataRow("object(expression: \"main:a\", oid: \"1111111111111111111111111111111111111111\") { ... on Blob { text } }", "anywhere: names; anywhere: any")]
    [DataRow("object { ... on Blob { text } }", "anywhere: names; anywhere: any")]
    [DataRow("pullRequest(number: 7) { commits(last: 1) { nodes { commit { oid statusCheckRollup { state } } } } }", "")]
    [DataRow("pullRequest(number: 7) { commits(last: 1) { nodes { commit { message } } } }", "#7: names")]
    [DataRow("pullRequest(number: 7) { headRef { name } }", "")]
    [DataRow("pullRequest(number: 7) { headRef { target { ... on Commit { tree { entries { name } } } } } }", "#7: names; #7: any")]
    [DataRow("pullRequest(number: 7) { files(first: 9) { nodes { path } } }", "#7: any")]
    [DataRow("pullRequest(number: 7) { reviewThreads(first: 1) { nodes { comments(first: 1) { nodes { diffHunk } } } } }", "#7: any")]
    [DataRow("pullRequests(first: 9) { nodes { files(first: 9) { nodes { path } } } }", "anywhere: any")]
    [DataRow("ref(qualifiedName: \"main\") { associatedPullRequests(first: 1) { nodes { files(first: 1) { nodes { path } } } } }", "main: names; anywhere: any")]
    [DataRow("pullRequestTemplates { body }", "default: any")]
    [DataRow("codeOfConduct { body }", "default: any", DisplayName = "CODE_OF_CONDUCT.md")]
    [DataRow("fundingLinks { url }", "default: any", DisplayName = ".github/FUNDING.yml")]
    [DataRow("contactLinks { url }", "default: any", DisplayName = ".github/ISSUE_TEMPLATE/config.yml")]
    [DataRow("issue(number: 1) { bodyHTML }", "anywhere: any", DisplayName = "a permalink to a denied file, which GitHub shows with the lines it leads to")]
    [DataRow("issue(number: 1) { comments(first: 1) { nodes { ... on Comment { bodyHTML } } } }", "anywhere: any", DisplayName = "the same through an interface")]
    [DataRow("latestRelease { descriptionHTML }", "anywhere: any")]
    [DataRow("object(expression: \"main\") { ... on Commit { messageBodyHTML } }", "main: names; anywhere: any")]
    [DataRow("parent { defaultBranchRef { target { oid } } }", "anywhere: names")]
    public void Query_OfContents_ReadsWhatItsFieldsRead(string fields, string reads)
    {
        var root = Read($$"""{ repository(owner: "acme", name: "pay") { {{fields}} } }""").Roots.Single();

        Assert.AreEqual(reads, string.Join("; ", root.Reads.Select(Describe)));
    }

    [TestMethod]
    public void Query_NamesInVariablesWithDefaults_AreWhatTheyComeTo()
    {
        var request = Read(
            """query Q($owner: String!, $name: String = "pay", $n: Int!) { repository(owner: $owner, name: $name) { pullRequest(number: $n) { files(first: 1) { nodes { path } } } } }""",
            new JsonObject { ["owner"] = "acme", ["n"] = 7, ["unused"] = "x" });

        Assert.AreEqual("acme/pay", ((GraphTarget.Named)request.Roots[0].Target).Repository.ToString());
        Assert.AreEqual("#7: any", Describe(request.Roots[0].Reads.Single()));
        Assert.AreEqual("""{"owner":"acme","name":"pay","n":7}""", request.Variables.ToJsonString());
    }

    [TestMethod]
    public void Query_RepositoriesBehindAliases_AreEachARoot()
    {
        var request = Read("""{ a: repository(owner: "acme", name: "pay") { name } b: repository(owner: "acme", name: "vault") { issues(first: 1) { totalCount } } }""");

        Assert.AreEqual("a acme/pay metadata:read; b acme/vault issues:read", string.Join("; ", request.Roots.Select(static root => $"{root.Key} {((GraphTarget.Named)root.Target).Repository} {root.Needs[0]}")));
    }

    [TestMethod]
    public void Query_FragmentsAtEveryDepth_AreFollowed()
    {
        var request = Read(
            """
            query A { ...top }
            query B { viewer { login } }
            fragment top on Query { repository(owner: "acme", name: "pay") { ...repo } }
            fragment repo on Repository { ... on Repository { object(expression: "secret:key") { ...blob } } }
            fragment blob on Blob { text }
            fragment unused on Repository { name }
            """,
            operation: "A");

        Assert.AreEqual("secret: names; secret: key", string.Join("; ", request.Roots.Single().Reads.Select(Describe)));
        Assert.IsFalse(request.Document.Contains("unused", StringComparison.Ordinal), "only what is used is sent");
        Assert.IsFalse(request.Document.Contains("viewer", StringComparison.Ordinal), "only the chosen operation is sent");
    }

    [TestMethod]
    [DataRow("""query($no: Boolean = false) { repository(owner: "acme", name: "pay") { issues(first: 1) @include(if: $no) { totalCount } } }""")]
    [DataRow("""query($yes: Boolean = true) { repository(owner: "acme", name: "pay") { issues(first: 1) @skip(if: $yes) { totalCount } } }""")]
    public void Query_LeftOutByADirective_CountsAllTheSame(string document) => Assert.AreEqual("issues:read", Read(document).Roots.Single().Needs[0].ToString());

    [TestMethod]
    [DataRow("""mutation { createIssue(input: { repositoryId: "R_1", title: "x" }) { issue { url } } }""", "issues:write", "R_1", GraphMutationKind.Plain)]
    [DataRow("""mutation { addComment(input: { subjectId: "PR_1", body: "x" }) { commentEdge { node { url } } } }""", "issues:write | pull_requests:write", "PR_1", GraphMutationKind.Plain)]
    [DataRow("""mutation { createPullRequest(input: { repositoryId: "R_1", headRepositoryId: "R_2", baseRefName: "main", headRefName: "x", title: "t" }) { pullRequest { url } } }""", "contents:read, pull_requests:write", "R_1 R_2", GraphMutationKind.Open)]
    [DataRow("""mutation { mergePullRequest(input: { pullRequestId: "PR_1" }) { clientMutationId } }""", "contents:write", "PR_1", GraphMutationKind.Merge)]
    [DataRow("""mutation { updateRef(input: { refId: "REF_1", oid: "1111111111111111111111111111111111111111" }) { clientMutationId } }""", "contents:write", "REF_1", GraphMutationKind.Move)]
    public void Mutation_ThatIsKnown_SaysWhatItIsAboutAndHowItMovesARef(string document, string needs, string nodes, GraphMutationKind moves)
    {
        var request = Read(document);
        var root = request.Roots.Single();

        Assert.IsTrue(request.IsMutation);
        Assert.AreEqual(nodes, string.Join(" ", ((GraphTarget.Nodes)root.Target).Ids));
        Assert.AreEqual(moves, root.Moves);

        // What the answer shows needs to be seen besides.
        StringAssert.StartsWith(string.Join(" | ", root.Needs), needs.Split(" | ")[0].Split(", ")[0]);
        foreach (var part in needs.Split(" | ")[0].Split(", "))
        {
            StringAssert.Contains(root.Needs[0].ToString(), part);
        }
    }

    [TestMethod]
    public void Mutation_InputInLiteralsAndVariables_IsWholeAndStandsInAVariableOfItsOwn()
    {
        var request = Read(
            """mutation($id: ID!) { mergePullRequest(input: { pullRequestId: $id, mergeMethod: SQUASH }) { clientMutationId } }""", new JsonObject { ["id"] = "PR_1" });
        var root = request.Roots.Single();

        Assert.AreEqual("""{"pullRequestId":"PR_1","mergeMethod":"SQUASH"}""", root.Input!.ToJsonString());
        Assert.AreEqual("""{"VARIABLE":{"pullRequestId":"PR_1","mergeMethod":"SQUASH"}}""".Replace("VARIABLE", root.Variable, StringComparison.Ordinal), request.Variables.ToJsonString());
        StringAssert.Contains(request.Document, $"${root.Variable}: MergePullRequestInput!");
        StringAssert.Contains(request.Document, $"input: ${root.Variable}");
        Assert.IsFalse(request.Document.Contains("$id", StringComparison.Ordinal), request.Document);
    }

    [TestMethod]
    public void Mutation_CallersVariableCalledLikeTheBrokers_IsNotTakenForIt()
    {
        var request = Read(
            """mutation($broker0: String) { createIssue(input: { repositoryId: "R_1", title: $broker0 }) { issue { title } } }""", new JsonObject { ["broker0"] = "theirs" });

        Assert.AreNotEqual("broker0", request.Roots[0].Variable);
        Assert.AreEqual("theirs", request.Roots[0].Input!["title"]!.GetValue<string>());
    }

    [TestMethod]
    public void Mutation_HiddenBehindAFragmentOrAnAlias_IsARootLikeAnyOther()
    {
        var request = Read(
            """
            mutation { harmless: addComment(input: { subjectId: "I_1", body: "x" }) { clientMutationId } ...more }
            fragment more on Mutation { comment: mergePullRequest(input: { pullRequestId: "PR_1" }) { clientMutationId } }
            """);

        Assert.AreEqual("Plain, Merge", string.Join(", ", request.Roots.Select(static root => root.Moves)));
    }

    [TestMethod]
    public void Search_ItsText_StandsInAVariable()
    {
        var request = Read("""query { search(query: "repo:acme/pay is:pr", type: ISSUE, first: 3) { issueCount nodes { ... on PullRequest { title } } } }""");

        Assert.AreEqual("repo:acme/pay is:pr", ((GraphTarget.Search)request.Roots[0].Target).Text);
        Assert.AreEqual("""{"broker0":"repo:acme/pay is:pr"}""", request.Variables.ToJsonString());
    }

    [TestMethod]
    [DataRow("""{ repository(owner: "acme", name: "pay") { branchProtectionRules(first: 1) { nodes { pattern } } } }""", "Field 'branchProtectionRules' doesn't exist on type 'Repository'")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { forks(first: 1) { nodes { name } } } }""", "Field 'forks' doesn't exist on type 'Repository'")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { owner { ... on Organization { repositories(first: 9) { nodes { name } } } } } }""", "Field 'repositories' doesn't exist on type 'Organization'")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { owner { ... on User { email } } } }""", "Field 'email' doesn't exist on type 'User'")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { parent { object(expression: "main:key") { ... on Blob { text } } } } }""", "leads to")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { pullRequest(number: 1) { headRepository { issues(first: 1) { totalCount } } } } }""", "leads to")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { object(expression: "main") { ... on Commit { zipballUrl } } } }""", "zipballUrl", DisplayName = "a signed URL to all files")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { object(expression: "main") { ... on Commit { tarballUrl } } } }""", "tarballUrl", DisplayName = "a signed URL to all files, as tar")]
    [DataRow("""{ organization(login: "acme") { login } }""", "organization")]
    [DataRow("""{ user(login: "una") { login } }""", "user")]
    [DataRow("""{ enterprise(slug: "acme") { name } }""", "enterprise")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { nothing } }""", "nothing")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { issues(first: 1, evil: 2) { totalCount } } }""", "evil")]
    [DataRow("""{ repository(owner: "acme", name: "pay", name: "vault") { name } }""", "twice")]
    [DataRow("""{ repository(owner: "acme", name: "../vault") { name } }""", "owner and the name")]
    [DataRow("""{ repository(owner: "acme") { name } }""", "owner and the name")]
    [DataRow("""{ repository(owner: $o, name: "pay") { name } }""", "not declared")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { name @evil } }""", "@evil")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { ...a } } fragment a on Repository { ...b } fragment b on Repository { ...a }""", "holds itself")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { ...missing } }""", "no fragment")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { name } } fragment a on Repository { name } fragment a on Repository { id }""", "two fragments")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { issues } }""", "has to be said")]
    [DataRow("""{ repository(owner: "acme", name: "pay") { name } repository: node(id: "R_1") { id } }""", "both called")]
    [DataRow("""mutation { deleteRepository(input: {}) { clientMutationId } }""", "deleteRepository")]
    [DataRow("""mutation { enablePullRequestAutoMerge(input: { pullRequestId: "PR_1" }) { clientMutationId } }""", "enablePullRequestAutoMerge")]
    [DataRow("""mutation { mergePullRequest(input: { pullRequestId: "PR_1", pullRequestId: "PR_2" }) { clientMutationId } }""", "twice")]
    [DataRow("""mutation { mergePullRequest(input: { }) { clientMutationId } }""", "needs pullRequestId")]
    [DataRow("""mutation { createIssue(input: { repositoryId: "R_1", title: "x", agentAssignment: { baseRef: "main" } }) { clientMutationId } }""", "agentAssignment", DisplayName = "GitHub's own agent set to work on a branch")]
    [DataRow("""mutation { createCommitOnBranch(input: { branch: { repositoryNameWithOwner: "acme/pay", branchName: "x", evil: 1 } }) { clientMutationId } }""", "evil", DisplayName = "a member within")]
    [DataRow("""mutation { createCommitOnBranch(input: { branch: { repositoryNameWithOwner: "acme/pay", branchName: "x" }, fileChanges: { additions: [{ path: "a", contents: "", mode: "120000" }] } }) { clientMutationId } }""", "mode", DisplayName = "a member within a list")]
    [DataRow("""mutation { createCommitOnBranch(input: { branch: "x" }) { clientMutationId } }""", "invalid value")]
    [DataRow("""mutation { createCommitOnBranch(input: { branch: { id: "REF_1", branchName: "main" } }) { clientMutationId } }""", "needs a branch", DisplayName = "two names for a branch")]
    [DataRow("""mutation { updateRef(input: { refId: "REF_1", oid: ["1"], force: { a: 1 } }) { clientMutationId } }""", "invalid value")]
    [DataRow("""mutation { mergePullRequest(input: { pullRequestId: 7 }) { clientMutationId } }""", "text")]
    [DataRow("""mutation { mergePullRequest { clientMutationId } }""", "input")]
    [DataRow("""subscription { viewer { login } }""", "subscriptions")]
    [DataRow("""query A { viewer { login } } query B { viewer { login } }""", "several")]
    [DataRow("""type Query { a: Int } query { viewer { login } }""", "ObjectTypeDefinition")]
    [DataRow("""{ viewer { login """, "not GraphQL")]
    [DataRow("""{ ...q } fragment q on Mutation { viewer { login } }""", "belongs")]
    public void Request_ThatIsNotUnderstood_IsRefusedSayingWhat(string document, string says)
    {
        var outcome = GraphReader.Read(document, null, null);

        Assert.IsNull(outcome.Request);
        StringAssert.Contains(outcome.Problem, says);
    }

    [TestMethod]
    public void Request_ThatGrowsByItsFragments_IsRefused()
    {
        // Each fragment uses the next ten times: a thousand million fields out of one kilobyte.
        var fragments = string.Join(" ", Enumerable.Range(0, 9).Select(static i => $"fragment f{i} on Repository {{ {string.Concat(Enumerable.Repeat($"...f{i + 1} ", 10))} }}"));
        var outcome = GraphReader.Read($$"""{ repository(owner: "acme", name: "pay") { ...f0 } } {{fragments}} fragment f9 on Repository { name }""", null, null);

        StringAssert.Contains(outcome.Problem, "fields");
    }

    [TestMethod]
    [DataRow("""mutation($v: String!) { createIssue(input: { repositoryId: "R_1", title: "x", labelIds: [USES] }) { clientMutationId } }""", "$v, ")]
    [DataRow("""mutation($v: String!) { USES }""", "aN: addComment(input: { subjectId: \"I_1\", body: $v }) { clientMutationId } ")]
    [DataRow("""query($v: String!) { repository(owner: "acme", name: "pay") { USES } }""", "aN: object(expression: $v) { id } ")]
    public void Request_ThatGrowsByItsVariables_IsRefused(string document, string use)
    {
        // Ten kilobytes that become hundreds of megabytes, each time that they are evaluated or written.
        var uses = string.Concat(Enumerable.Range(0, 40).Select(i => use.Replace("N", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        var outcome = GraphReader.Read(document.Replace("USES", uses, StringComparison.Ordinal), null, new JsonObject { ["v"] = new string('x', 100_000) });

        StringAssert.Contains(outcome.Problem, "variables");
    }

    [TestMethod]
    public void Request_NestedBeyondTheLimit_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("... on Repository { ", 1000)) + "name" + string.Concat(Enumerable.Repeat(" }", 1000));

        Assert.IsNull(GraphReader.Read($$"""{ repository(owner: "acme", name: "pay") { {{deep}} } }""", null, null).Request);
    }

    [TestMethod]
    public void Request_LongerThanTheLimit_IsRefused() =>
        StringAssert.Contains(GraphReader.Read("{ viewer { login } }" + new string(' ', GraphReader.MaxDocument), null, null).Problem, "longer");

    private static GraphRequest Read(string document, JsonObject? variables = null, string? operation = null)
    {
        var outcome = GraphReader.Read(document, operation, variables);
        Assert.IsNull(outcome.Problem);
        return outcome.Request!;
    }

    private static string Describe(GraphRead read)
    {
        var from = read.From switch
        {
            GraphFrom.Of of => of.Name,
            GraphFrom.DefaultBranch => "default",
            GraphFrom.PullRequest pull => $"#{pull.Number}",
            _ => "anywhere",
        };
        return $"{from}: {(read.Paths is not { } paths ? "any" : paths.IsEmpty ? "names" : string.Join(", ", paths))}";
    }
}
