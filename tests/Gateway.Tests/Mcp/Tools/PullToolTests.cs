using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Tools about pull requests.</summary>
[TestClass]
public sealed class PullToolTests
{
    private const string App = """ "owner": "acme", "repo": "app" """;

    private const string Seven = """ "owner": "acme", "repo": "app", "pullNumber": 7 """;

    private const string Pulls = "/api/v3/repos/acme/app/pulls";

    private const string Pull = """
        { "id": 900, "node_id": "PR_7", "number": 7, "title": "T", "body": "B", "state": "open", "draft": false, "merged": false, "mergeable_state": "clean", "html_url": "h", "user": { "login": "ana", "id": 5 },
          "head": { "label": "acme:x", "ref": "cursor/x", "sha": "c7", "repo": { "full_name": "acme/app", "description": "d" } }, "base": { "ref": "main", "sha": "c1" }, "additions": 1, "_links": {} }
        """;

    [TestMethod]
    public async Task Pulls_AreListed_InFewWords()
    {
        var tool = new ToolUnderTest("list_pull_requests");
        tool.Api.On($"GET {Pulls}?state=all&head=acme%3Acursor%2Fx&base=main&page=1&per_page=30", $"[{Pull}]");

        Assert.AreEqual(
            """{"pull_requests":[{"number":7,"title":"T","state":"open","draft":false,"html_url":"h","user":{"login":"ana","id":5},"head":{"ref":"cursor/x","sha":"c7","repo":{"full_name":"acme/app"}},"base":{"ref":"main","sha":"c1"}}]}""",
            (await tool.DataAsync($$"""{ {{App}}, "state": "all", "head": "acme:cursor/x", "base": "main" }""")).ToJsonString());
    }

    [TestMethod]
    public async Task Pull_IsShown()
    {
        var tool = new ToolUnderTest("pull_request_read");
        tool.Api.On($"GET {Pulls}/7", Pull);
        var data = await tool.DataAsync($$"""{ "method": "get", {{Seven}} }""");

        Assert.AreEqual("B clean 1", $"{data["body"]} {data["mergeable_state"]} {data["additions"]}");
    }

    [TestMethod]
    [DataRow("get_files", "/files", """[{ "filename": "a", "status": "added", "additions": 1, "deletions": 0, "changes": 1, "patch": "+x", "sha": "s" }]""", """{"files":[{"filename":"a","status":"added","additions":1,"deletions":0,"changes":1,"patch":"\u002Bx"}]}""")]
    [DataRow("get_commits", "/commits", """[{ "sha": "c7", "html_url": "h", "commit": { "message": "m", "author": { "name": "N", "email": "e", "date": "d" } } }]""", """{"pull_request_commits":[{"sha":"c7","html_url":"h","message":"m","author":{"name":"N","email":"e","date":"d"}}]}""")]
    [DataRow("get_reviews", "/reviews", """[{ "id": 3, "state": "APPROVED", "body": "ok", "html_url": "h", "user": { "login": "mei" }, "commit_id": "c7", "submitted_at": "s", "node_id": "n" }]""", """{"reviews":[{"id":3,"state":"APPROVED","body":"ok","html_url":"h","user":{"login":"mei"},"commit_id":"c7","submitted_at":"s"}]}""")]
    public async Task Pull_ListsWhatHangsOnIt(string method, string route, string answer, string expected)
    {
        var tool = new ToolUnderTest("pull_request_read");
        tool.Api.On($"GET {Pulls}/7{route}?page=1&per_page=30", answer);

        Assert.AreEqual(expected, (await tool.DataAsync($$"""{ "method": "{{method}}", {{Seven}} }""")).ToJsonString());
    }

    [TestMethod]
    public async Task Conversation_IsTheIssuesComments()
    {
        var tool = new ToolUnderTest("pull_request_read");
        tool.Api.On("GET /api/v3/repos/acme/app/issues/7/comments?page=1&per_page=30", """[{ "id": 1, "body": "Hi" }]""");

        Assert.AreEqual("""{"issue_comments":[{"id":1,"body":"Hi"}]}""", (await tool.DataAsync($$"""{ "method": "get_comments", {{Seven}} }""")).ToJsonString());
    }

    [TestMethod]
    public async Task Diff_ComesInPieces()
    {
        var diff = string.Concat(Enumerable.Repeat("+a line of it\n", 5000));
        var tool = new ToolUnderTest("pull_request_read");
        tool.Api.On($"GET {Pulls}/7", diff);
        var first = await tool.RunAsync($$"""{ "method": "get_diff", {{Seven}} }""");
        var next = (long)first.Structured!["next_offset"]!;
        var other = new ToolUnderTest("pull_request_read");
        other.Api.On($"GET {Pulls}/7", diff);
        var second = await other.DataAsync($$"""{ "method": "get_diff", {{Seven}}, "offset": {{next}} }""");

        Assert.AreEqual("application/vnd.github.diff", tool.Api.Sent[0].Accept);
        StringAssert.Contains(ToolUnderTest.TextOf(first), $"To go on: offset {next}.");
        Assert.AreEqual(diff, (string)first.Structured["diff"]! + (string)second["diff"]!);
        Assert.IsNull(second["next_offset"]);
    }

    [TestMethod]
    public async Task Diff_ThatMayNotBeShownWhole_PointsToTheFiles()
    {
        var tool = new ToolUnderTest("pull_request_read");
        tool.Api.Refuses($"GET {Pulls}/7", RefusalKind.Denied, "Some of its files may not be read.");

        StringAssert.Contains(await tool.ErrorAsync($$"""{ "method": "get_diff", {{Seven}} }"""), "get_files");
    }

    [TestMethod]
    public async Task Checks_AreThoseOfTheHead()
    {
        var status = new ToolUnderTest("pull_request_read");
        status.Api.On($"GET {Pulls}/7", Pull).On("GET /api/v3/repos/acme/app/commits/c7/status?page=1&per_page=30", """{ "state": "success", "sha": "c7", "total_count": 1, "statuses": [{ "state": "success", "context": "ci", "target_url": null }], "repository": {} }""");
        var runs = new ToolUnderTest("pull_request_read");
        runs.Api.On($"GET {Pulls}/7", Pull).On("GET /api/v3/repos/acme/app/commits/c7/check-runs?page=1&per_page=30", """{ "total_count": 1, "check_runs": [{ "id": 1, "name": "test", "status": "completed", "conclusion": "failure", "output": {} }] }""");

        Assert.AreEqual("""{"state":"success","sha":"c7","total_count":1,"statuses":[{"state":"success","context":"ci"}]}""", (await status.DataAsync($$"""{ "method": "get_status", {{Seven}} }""")).ToJsonString());
        Assert.AreEqual("""{"total_count":1,"check_runs":[{"id":1,"name":"test","status":"completed","conclusion":"failure"}]}""", (await runs.DataAsync($$"""{ "method": "get_check_runs", {{Seven}} }""")).ToJsonString());
    }

    [TestMethod]
    public async Task Threads_AreReadByCursor()
    {
        var tool = new ToolUnderTest("pull_request_read");
        tool.Api.OnGraph("""
            { "data": { "repository": { "pullRequest": { "headRefName": "x", "baseRefName": "main", "reviewThreads": { "totalCount": 1, "pageInfo": { "hasNextPage": false, "endCursor": "e" },
              "nodes": [{ "id": "PRRT_1", "isResolved": false, "isOutdated": true, "isCollapsed": false, "comments": { "totalCount": 1, "nodes": [{ "body": "Why?", "path": "a", "line": 3, "url": "h", "author": { "login": "mei" } }] } }] } } } } }
            """);
        var data = await tool.DataAsync($$"""{ "method": "get_review_comments", {{Seven}}, "perPage": 5, "after": "a" }""");

        Assert.AreEqual("""{"owner":"acme","name":"app","number":7,"first":5,"after":"a"}""", tool.Api.Variables.ToJsonString());
        Assert.AreEqual(
            """[{"id":"PRRT_1","is_resolved":false,"is_outdated":true,"is_collapsed":false,"comments":[{"body":"Why?","path":"a","line":3,"author":"mei","html_url":"h"}],"total_count":1}]""",
            data["review_threads"]!.ToJsonString());
        StringAssert.Contains(await new ToolUnderTest("pull_request_read").ProblemAsync($$"""{ "method": "get_review_comments", {{Seven}}, "page": 2 }"""), "endCursor");
    }

    [TestMethod]
    public async Task Threads_OfAPullRequestThatIsHidden_AreNotThere()
    {
        var tool = new ToolUnderTest("pull_request_read");
        tool.Api.OnGraph("""{ "data": { "repository": { "pullRequest": null } } }""");

        StringAssert.Contains(await tool.ErrorAsync($$"""{ "method": "get_review_comments", {{Seven}} }"""), "There is no pull request 7");
        StringAssert.Contains((string)tool.Api.Body["query"]!, "headRefName");
    }

    [TestMethod]
    public async Task Pull_IsOpened()
    {
        var tool = new ToolUnderTest("create_pull_request");
        tool.Api.On($"POST {Pulls}", Pull, 201);
        var data = await tool.DataAsync($$"""{ {{App}}, "title": "T", "head": "cursor/x", "base": "main", "body": "B", "draft": true, "maintainer_can_modify": false }""");

        Assert.AreEqual("""{"title":"T","head":"cursor/x","base":"main","body":"B","draft":true,"maintainer_can_modify":false}""", tool.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"id":"900","url":"h","number":7}""", data.ToJsonString());
    }

    [TestMethod]
    public async Task Pull_IsChanged_OneCallAtATime()
    {
        var text = new ToolUnderTest("update_pull_request");
        text.Api.On($"PATCH {Pulls}/7", Pull);
        await text.DataAsync($$"""{ {{Seven}}, "title": "New", "body": "", "state": "closed", "base": "release/1" }""");
        var reviewers = new ToolUnderTest("update_pull_request");
        reviewers.Api.On($"POST {Pulls}/7/requested_reviewers", Pull, 201);
        await reviewers.DataAsync($$"""{ {{Seven}}, "reviewers": ["mei", "acme/leads"] }""");
        var draft = new ToolUnderTest("update_pull_request");
        draft.Api.On($"GET {Pulls}/7", Pull).OnGraph("""{ "data": { "convertPullRequestToDraft": { "pullRequest": { "number": 7, "url": "h", "databaseId": 900 } } } }""");
        var drafted = await draft.DataAsync($$"""{ {{Seven}}, "draft": true }""");

        Assert.AreEqual("""{"title":"New","body":"","state":"closed","base":"release/1"}""", text.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"reviewers":["mei"],"team_reviewers":["leads"]}""", reviewers.Changed!.Body!.ToJsonString());
        Assert.AreEqual("PR_7", (string?)draft.Api.Variables["id"]);
        Assert.AreEqual("""{"id":"900","url":"h","number":7}""", drafted.ToJsonString());
        StringAssert.Contains(await new ToolUnderTest("update_pull_request").ProblemAsync($$"""{ {{Seven}}, "title": "New", "draft": true }"""), "call of their own");
        StringAssert.Contains(await new ToolUnderTest("update_pull_request").ProblemAsync($$"""{ {{Seven}} }"""), "nothing would change");
    }

    [TestMethod]
    public async Task Draft_ThatIsOneAlready_IsNotMadeOneAgain()
    {
        var tool = new ToolUnderTest("update_pull_request");
        tool.Api.On($"GET {Pulls}/7", Pull);
        await tool.DataAsync($$"""{ {{Seven}}, "draft": false }""");

        Assert.IsNull(tool.Changed);
    }

    [TestMethod]
    public async Task Merge_IsOfTheHeadThatWasLookedUp()
    {
        var tool = new ToolUnderTest("merge_pull_request");
        tool.Api.On($"GET {Pulls}/7", Pull).On($"PUT {Pulls}/7/merge", """{ "sha": "c9", "merged": true, "message": "Pull Request successfully merged" }""");
        var data = await tool.DataAsync($$"""{ {{Seven}}, "merge_method": "squash", "commit_title": "One" }""");

        Assert.AreEqual("""{"sha":"c7","merge_method":"squash","commit_title":"One"}""", tool.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"merged":true,"sha":"c9","message":"Pull Request successfully merged"}""", data.ToJsonString());
    }

    [TestMethod]
    [DataRow("""{ "state": "closed", "merged": true }""", "merged already")]
    [DataRow("""{ "state": "closed", "merged": false }""", "is closed")]
    [DataRow("""{ "state": "open", "draft": true }""", "is a draft")]
    public async Task Merge_OfWhatCannotBeMerged_IsNotTried(string pull, string why)
    {
        var tool = new ToolUnderTest("merge_pull_request");
        tool.Api.On($"GET {Pulls}/7", pull);

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{Seven}} }"""), why);
        Assert.IsNull(tool.Changed);
    }

    [TestMethod]
    public async Task Review_IsSubmittedAtOnce_OrWaits()
    {
        var once = new ToolUnderTest("pull_request_review_write");
        once.Api.On($"POST {Pulls}/7/reviews", """{ "id": 3, "state": "COMMENTED", "html_url": "h" }""");
        var submitted = await once.DataAsync($$"""{ "method": "create", {{Seven}}, "event": "COMMENT", "body": "Fine", "commitID": "c7" }""");
        var later = new ToolUnderTest("pull_request_review_write");
        later.Api.On($"POST {Pulls}/7/reviews", """{ "id": 3, "state": "PENDING", "html_url": "h" }""");
        var waits = await later.DataAsync($$"""{ "method": "create", {{Seven}} }""");

        Assert.AreEqual("""{"body":"Fine","event":"COMMENT","commit_id":"c7"}""", once.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"message":"The review is submitted.","id":3,"state":"COMMENTED","url":"h"}""", submitted.ToJsonString());
        StringAssert.Contains((string)waits["message"]!, "everybody's");
    }

    [TestMethod]
    public async Task WaitingReview_IsFoundOnAnyPage_ThenEnded()
    {
        const string others = """[{ "id": 1, "state": "APPROVED" }]""";
        const string waiting = """[{ "id": 3, "state": "PENDING" }]""";
        var submit = new ToolUnderTest("pull_request_review_write");
        submit.Api.On($"GET {Pulls}/7/reviews?page=1&per_page=100", others, hasNext: true).On($"GET {Pulls}/7/reviews?page=2&per_page=100", waiting)
            .On($"POST {Pulls}/7/reviews/3/events", """{ "id": 3, "state": "APPROVED", "html_url": "h" }""");
        await submit.DataAsync($$"""{ "method": "submit_pending", {{Seven}}, "event": "APPROVE" }""");
        var delete = new ToolUnderTest("pull_request_review_write");
        delete.Api.On($"GET {Pulls}/7/reviews?page=1&per_page=100", waiting).On($"DELETE {Pulls}/7/reviews/3", """{ "id": 3, "state": "PENDING", "html_url": "h" }""");
        var none = new ToolUnderTest("pull_request_review_write");
        none.Api.On($"GET {Pulls}/7/reviews?page=1&per_page=100", others);

        Assert.AreEqual("""{"event":"APPROVE"}""", submit.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"message":"The waiting review is deleted.","id":3,"url":"h"}""", (await delete.DataAsync($$"""{ "method": "delete_pending", {{Seven}} }""")).ToJsonString());
        StringAssert.Contains(await none.ErrorAsync($$"""{ "method": "submit_pending", {{Seven}}, "event": "COMMENT" }"""), "No review waits");
        StringAssert.Contains(await new ToolUnderTest("pull_request_review_write").ProblemAsync($$"""{ "method": "submit_pending", {{Seven}} }"""), "event");
    }

    [TestMethod]
    [DataRow("resolve_thread", "resolveReviewThread", true)]
    [DataRow("unresolve_thread", "unresolveReviewThread", false)]
    public async Task Thread_IsSettledOrOpened(string method, string mutation, bool isResolved)
    {
        var tool = new ToolUnderTest("pull_request_review_write");
        tool.Api.OnGraph($$"""{ "data": { "{{mutation}}": { "thread": { "id": "PRRT_1", "isResolved": {{(isResolved ? "true" : "false")}} } } } }""");
        var data = await tool.DataAsync($$"""{ "method": "{{method}}", {{Seven}}, "threadId": "PRRT_1" }""");

        StringAssert.Contains((string)tool.Api.Body["query"]!, $"{mutation}(");
        Assert.AreEqual("PRRT_1", (string?)tool.Api.Variables["id"]);
        Assert.AreEqual(isResolved, (bool)data["is_resolved"]!);
    }
}
