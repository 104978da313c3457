namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Tools about issues, and searches.</summary>
[TestClass]
public sealed class IssueToolTests
{
    private const string App = """ "owner": "acme", "repo": "app" """;

    private const string Issues = "/api/v3/repos/acme/app/issues";

    private const string Issue = """
        { "id": 900, "number": 7, "title": "T", "body": "B", "state": "open", "locked": false, "html_url": "h", "user": { "login": "ana", "id": 5 }, "labels": [{ "id": 1, "name": "bug" }],
          "assignees": [{ "login": "mei" }], "comments": 0, "reactions": { "url": "u", "total_count": 2, "+1": 2, "-1": 0 }, "created_at": "c", "updated_at": "u", "closed_at": null,
          "repository_url": "http://b/api/v3/repos/acme/app", "sub_issues_summary": { "total": 2, "completed": 1, "percent_completed": 50 }, "parent_issue_url": "http://b/x/3", "timeline_url": "t" }
        """;

    [TestMethod]
    public async Task Issue_IsShown_WithWhatItIsPartOf()
    {
        var tool = new ToolUnderTest("issue_read");
        tool.Api.On($"GET {Issues}/7", Issue);

        Assert.AreEqual(
            """{"number":7,"title":"T","body":"B","state":"open","html_url":"h","user":{"login":"ana","id":5},"labels":["bug"],"assignees":["mei"],"comments":0,"reactions":{"total_count":2,"\u002B1":2},"created_at":"c","updated_at":"u","repository":"acme/app","has_parent":true,"sub_issues_summary":{"total":2,"completed":1,"percent_completed":50},"has_children":true}""",
            (await tool.DataAsync($$"""{ "method": "get", {{App}}, "issue_number": 7 }""")).ToJsonString());
    }

    [TestMethod]
    [DataRow("get_comments", "comments", """[{ "id": 1, "body": "Hello", "html_url": "h", "user": { "login": "ana" }, "node_id": "n" }]""", """{"issue_comments":[{"id":1,"body":"Hello","html_url":"h","user":{"login":"ana"}}]}""")]
    [DataRow("get_labels", "labels", """[{ "id": 1, "name": "bug", "color": "f00", "default": true, "url": "u" }]""", """{"issue_labels":[{"id":1,"name":"bug","color":"f00"}]}""")]
    [DataRow("get_sub_issues", "sub_issues", """[{ "number": 8, "title": "P", "state": "open" }]""", """{"sub_issues":[{"number":8,"title":"P","state":"open"}]}""")]
    public async Task Issue_ListsWhatHangsOnIt(string method, string route, string answer, string expected)
    {
        var tool = new ToolUnderTest("issue_read");
        tool.Api.On($"GET {Issues}/7/{route}?page=1&per_page=30", answer);

        Assert.AreEqual(expected, (await tool.DataAsync($$"""{ "method": "{{method}}", {{App}}, "issue_number": 7 }""")).ToJsonString());
    }

    [TestMethod]
    public async Task Parent_IsNull_WhereThereIsNone_AndAnErrorWhereThereIsNoIssue()
    {
        const string arguments = $$"""{ "method": "get_parent", {{App}}, "issue_number": 7 }""";
        var none = new ToolUnderTest("issue_read");
        none.Api.On($"GET {Issues}/7/parent", """{ "message": "Not Found" }""", 404).On($"GET {Issues}/7", Issue);
        var absent = new ToolUnderTest("issue_read");
        absent.Api.On($"GET {Issues}/7/parent", """{ "message": "Not Found" }""", 404).On($"GET {Issues}/7", """{ "message": "Not Found" }""", 404);
        var there = new ToolUnderTest("issue_read");
        there.Api.On($"GET {Issues}/7/parent", """{ "number": 3, "title": "P", "state": "open" }""");

        Assert.AreEqual("""{"parent":null}""", (await none.DataAsync(arguments)).ToJsonString());
        StringAssert.Contains(await absent.ErrorAsync(arguments), "Not Found");
        Assert.AreEqual("""{"parent":{"number":3,"title":"P","state":"open"}}""", (await there.DataAsync(arguments)).ToJsonString());
    }

    [TestMethod]
    public async Task Issue_IsOpened()
    {
        var tool = new ToolUnderTest("issue_write");
        tool.Api.On($"POST {Issues}", Issue, 201);
        var data = await tool.DataAsync($$"""{ "method": "create", {{App}}, "title": "T", "body": "B", "labels": ["bug"], "assignees": [], "milestone": 2 }""");

        Assert.AreEqual("""{"title":"T","body":"B","assignees":[],"labels":["bug"],"milestone":2}""", tool.Changed!.Body!.ToJsonString());
        Assert.AreEqual("""{"id":"900","url":"h","number":7}""", data.ToJsonString());
    }

    [TestMethod]
    public async Task Issue_IsClosed_WithEverythingElse_InOneCall()
    {
        var tool = new ToolUnderTest("issue_write");
        tool.Api.On($"PATCH {Issues}/7", Issue);
        await tool.DataAsync($$"""{ "method": "update", {{App}}, "issue_number": 7, "title": "New", "state": "closed", "state_reason": "duplicate" }""");

        Assert.AreEqual("""{"title":"New","state":"closed","state_reason":"duplicate"}""", tool.Changed!.Body!.ToJsonString());
    }

    [TestMethod]
    [DataRow("""{ "method": "create", "owner": "acme", "repo": "app" }""", "title")]
    [DataRow("""{ "method": "create", "owner": "acme", "repo": "app", "title": "T", "issue_number": 7 }""", "use update")]
    [DataRow("""{ "method": "update", "owner": "acme", "repo": "app", "title": "T" }""", "issue_number")]
    [DataRow("""{ "method": "update", "owner": "acme", "repo": "app", "issue_number": 7 }""", "changes something")]
    [DataRow("""{ "method": "update", "owner": "acme", "repo": "app", "issue_number": 7, "state_reason": "completed" }""", "state")]
    [DataRow("""{ "method": "delete", "owner": "acme", "repo": "app", "issue_number": 7 }""", "create, update")]
    [DataRow("""{ "method": "update", "owner": "acme", "repo": "app", "issue_number": 7, "issue_fields": [] }""", "issue_fields")]
    public async Task IssueWrite_ThatMakesNoSense_SaysWhy(string arguments, string why) => StringAssert.Contains(await new ToolUnderTest("issue_write").ProblemAsync(arguments), why);

    [TestMethod]
    public async Task Issues_AreListedByCursor()
    {
        var tool = new ToolUnderTest("list_issues");
        tool.Api.OnGraph("""
            { "data": { "repository": { "issues": { "totalCount": 9, "pageInfo": { "hasNextPage": true, "hasPreviousPage": false, "startCursor": "s", "endCursor": "e" },
              "nodes": [{ "number": 7, "title": "T", "body": "long", "state": "OPEN", "createdAt": "c", "updatedAt": "u", "author": { "login": "ana" }, "labels": { "nodes": [{ "name": "bug" }] }, "assignees": { "nodes": [] }, "comments": { "totalCount": 3 } }] } } } }
            """);
        var data = await tool.DataAsync($$"""{ {{App}}, "state": "OPEN", "labels": ["bug"], "since": "2026-03-01", "orderBy": "UPDATED_AT", "direction": "ASC", "perPage": 1, "after": "a" }""");

        Assert.AreEqual(
            """{"owner":"acme","name":"app","first":1,"after":"a","states":["OPEN"],"labels":["bug"],"filter":{"since":"2026-03-01T00:00:00Z"},"order":{"field":"UPDATED_AT","direction":"ASC"}}""",
            tool.Api.Variables.ToJsonString());
        Assert.AreEqual(
            """{"issues":[{"number":7,"title":"T","state":"OPEN","user":{"login":"ana"},"labels":["bug"],"comments":3,"updated_at":"u"}],"totalCount":9,"pageInfo":{"hasNextPage":true,"hasPreviousPage":false,"startCursor":"s","endCursor":"e"}}""",
            data.ToJsonString());
    }

    [TestMethod]
    public async Task GraphQlError_IsAnError()
    {
        var tool = new ToolUnderTest("list_issues");
        tool.Api.OnGraph("""{ "data": { "repository": null }, "errors": [{ "type": "NOT_FOUND", "message": "Could not resolve to a Repository with the name 'acme/app'." }] }""");

        StringAssert.Contains(await tool.ErrorAsync($$"""{ {{App}} }"""), "Could not resolve");
    }

    [TestMethod]
    public async Task Comment_AndReaction_AreOneCallEach()
    {
        var comment = new ToolUnderTest("add_issue_comment");
        comment.Api.On($"POST {Issues}/7/comments", """{ "id": 44, "html_url": "h#44" }""", 201);
        var reaction = new ToolUnderTest("add_issue_comment");
        reaction.Api.On($"POST {Issues}/7/reactions", """{ "id": 45, "content": "heart" }""", 201);

        Assert.AreEqual("""{"id":"44","url":"h#44"}""", (await comment.DataAsync($$"""{ {{App}}, "issue_number": 7, "body": "Hello" }""")).ToJsonString());
        Assert.AreEqual("""{"id":"45"}""", (await reaction.DataAsync($$"""{ {{App}}, "issue_number": 7, "reaction": "heart" }""")).ToJsonString());
        StringAssert.Contains(await new ToolUnderTest("add_issue_comment").ProblemAsync($$"""{ {{App}}, "issue_number": 7, "body": "Hello", "reaction": "heart" }"""), "one at a time");
        StringAssert.Contains(await new ToolUnderTest("add_issue_comment").ProblemAsync($$"""{ {{App}}, "issue_number": 7 }"""), "one of them is needed");
        StringAssert.Contains(await new ToolUnderTest("add_issue_comment").ProblemAsync($$"""{ {{App}}, "issue_number": 7, "body": "Hello", "comment_id": 4 }"""), "comment_id");
    }

    [TestMethod]
    public async Task Reaction_ToACommentUnderAnotherIssue_IsNotGiven()
    {
        const string arguments = $$"""{ {{App}}, "issue_number": 7, "reaction": "+1", "comment_id": 44 }""";
        var here = new ToolUnderTest("add_issue_comment");
        here.Api.On($"GET {Issues}/comments/44", """{ "issue_url": "http://b/api/v3/repos/acme/app/issues/7" }""").On($"POST {Issues}/comments/44/reactions", """{ "id": 45 }""", 201);
        var elsewhere = new ToolUnderTest("add_issue_comment");
        elsewhere.Api.On($"GET {Issues}/comments/44", """{ "issue_url": "http://b/api/v3/repos/acme/app/issues/17" }""");

        await here.DataAsync(arguments);
        StringAssert.Contains(await elsewhere.ErrorAsync(arguments), "does not stand under #7");
        Assert.IsNull(elsewhere.Changed);
    }

    [TestMethod]
    [DataRow("search_issues", "is%3Aissue")]
    [DataRow("search_pull_requests", "is%3Apr")]
    public async Task Search_IsForOneKind_AndWhereItIsTold(string name, string kind)
    {
        var tool = new ToolUnderTest(name);
        tool.Api.On($"GET /api/v3/search/issues?q=repo%3Aacme%2Fapp%20{kind}%20refund%20%22a%20b%22&sort=updated&order=asc&page=1&per_page=30", $$"""{ "total_count": 1, "incomplete_results": false, "items": [{{Issue}}] }""");

        Assert.AreEqual(
            """{"total_count":1,"incomplete_results":false,"items":[{"number":7,"title":"T","state":"open","html_url":"h","user":{"login":"ana","id":5},"labels":["bug"],"comments":0,"updated_at":"u","repository":"acme/app"}]}""",
            (await tool.DataAsync($$"""{ {{App}}, "query": "refund \"a b\"", "sort": "updated", "order": "asc" }""")).ToJsonString());
        StringAssert.Contains(await new ToolUnderTest(name).ProblemAsync("""{ "query": "x", "owner": "acme" }"""), "go together");
    }

    [TestMethod]
    public async Task CodeSearch_ShowsWhatWasFound()
    {
        const string found = """
            { "total_count": 1, "incomplete_results": true, "items": [{ "name": "a.cs", "path": "src/a.cs", "sha": "s", "url": "u", "repository": { "id": 1, "full_name": "acme/app", "owner": {} },
              "text_matches": [{ "property": "content", "fragment": "class A", "object_url": "o", "matches": [] }] }] }
            """;
        var tool = new ToolUnderTest("search_code");
        tool.Api.On("GET /api/v3/search/code?q=A%20repo%3Aacme%2Fapp&page=1&per_page=30", found);
        var data = await tool.DataAsync("""{ "query": "A repo:acme/app" }""");
        var few = new ToolUnderTest("search_code");
        few.Api.On("GET /api/v3/search/code?q=A&page=1&per_page=30", found);
        await few.DataAsync("""{ "query": "A", "fields": ["path"] }""");

        Assert.AreEqual("application/vnd.github.text-match+json", tool.Api.Sent[0].Accept);
        Assert.AreEqual("application/vnd.github+json", few.Api.Sent[0].Accept);
        Assert.AreEqual(
            """{"total_count":1,"incomplete_results":true,"items":[{"name":"a.cs","path":"src/a.cs","sha":"s","repository":"acme/app","text_matches":[{"property":"content","fragment":"class A"}]}]}""",
            data.ToJsonString());
    }
}
