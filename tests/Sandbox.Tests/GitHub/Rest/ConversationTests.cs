using System.Net;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Rest;

/// <summary>What people say to each other: reactions, parts of issues, reviews that wait, comments on lines.</summary>
[TestClass]
public sealed class ConversationTests
{
    private RestUnderTest _rest = null!;

    [TestInitialize]
    public async Task StartAsync() => _rest = await RestUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _rest.GitHub.DisposeAsync();

    [TestMethod]
    public async Task Reaction_GivenTwice_IsThereOnce()
    {
        await _rest.JsonAsync("POST", "/issues/15/reactions", HttpStatusCode.Created, """{"content":"heart"}""");
        await _rest.JsonAsync("POST", "/issues/15/reactions", HttpStatusCode.OK, """{"content":"heart"}""");
        await _rest.JsonAsync("POST", "/issues/15/reactions", HttpStatusCode.UnprocessableEntity, """{"content":"shrug"}""");
        await _rest.JsonAsync("POST", "/issues/999/reactions", HttpStatusCode.NotFound, """{"content":"heart"}""");

        Assert.AreEqual(1, (await _rest.GetAsync("/issues/15")).GetProperty("reactions").GetProperty("heart").GetInt32());
    }

    [TestMethod]
    public async Task Reaction_ToAComment_CountsThere()
    {
        var comment = (await _rest.GetAsync("/issues/15/comments"))[0].GetProperty("id").GetInt64();
        await _rest.JsonAsync("POST", $"/issues/comments/{comment}/reactions", HttpStatusCode.Created, """{"content":"+1"}""");

        Assert.AreEqual(1, (await _rest.GetAsync($"/issues/comments/{comment}")).GetProperty("reactions").GetProperty("+1").GetInt32());
        Assert.AreEqual(0, (await _rest.GetAsync("/issues/15")).GetProperty("reactions").GetProperty("total_count").GetInt32());
    }

    [TestMethod]
    public async Task SubIssue_HasOneParent()
    {
        Assert.AreEqual(17, (await _rest.GetAsync("/issues/16/parent")).GetProperty("number").GetInt32());
        Assert.AreEqual(16, (await _rest.GetAsync("/issues/17/sub_issues"))[0].GetProperty("number").GetInt32());
        Assert.AreEqual(1, (await _rest.GetAsync("/issues/17")).GetProperty("sub_issues_summary").GetProperty("total").GetInt32());
        await _rest.JsonAsync("GET", "/issues/15/parent", HttpStatusCode.NotFound);

        var id = (await _rest.GetAsync("/issues/16")).GetProperty("id").GetInt64();
        await _rest.JsonAsync("POST", "/issues/15/sub_issues", HttpStatusCode.UnprocessableEntity, $$"""{"sub_issue_id":{{id}}}""");
    }

    [TestMethod]
    public async Task PendingReview_IsOneAtATime_AndSubmittedOnce()
    {
        var pull = await PullAsync();
        var pending = await _rest.JsonAsync("POST", $"/pulls/{pull}/reviews", HttpStatusCode.OK, """{"body":"Draft"}""");
        var id = pending.GetProperty("id").GetInt64();
        var second = await _rest.JsonAsync("POST", $"/pulls/{pull}/reviews", HttpStatusCode.UnprocessableEntity, "{}");
        var submitted = await _rest.JsonAsync("POST", $"/pulls/{pull}/reviews/{id}/events", HttpStatusCode.OK, """{"event":"COMMENT"}""");
        await _rest.JsonAsync("POST", $"/pulls/{pull}/reviews/{id}/events", HttpStatusCode.UnprocessableEntity, """{"event":"COMMENT"}""");
        await _rest.JsonAsync("DELETE", $"/pulls/{pull}/reviews/{id}", HttpStatusCode.UnprocessableEntity);

        Assert.AreEqual("PENDING", pending.GetProperty("state").GetString());
        Assert.Contains("one pending review", second.GetProperty("message").GetString()!);
        Assert.AreEqual("COMMENTED Draft", $"{submitted.GetProperty("state")} {submitted.GetProperty("body")}");
    }

    [TestMethod]
    public async Task PendingReview_Deleted_IsGone()
    {
        var pull = await PullAsync();
        var id = (await _rest.JsonAsync("POST", $"/pulls/{pull}/reviews", HttpStatusCode.OK, "{}")).GetProperty("id").GetInt64();
        await _rest.JsonAsync("DELETE", $"/pulls/{pull}/reviews/{id}", HttpStatusCode.OK);

        Assert.AreEqual(0, (await _rest.GetAsync($"/pulls/{pull}/reviews")).GetArrayLength());
    }

    [TestMethod]
    public async Task LineComment_MakesAThread_ThatIsSettledOverGraphQl()
    {
        var pull = await PullAsync();
        var head = (await _rest.GetAsync($"/pulls/{pull}")).GetProperty("head").GetProperty("sha").GetString();
        var path = (await _rest.GetAsync($"/pulls/{pull}/files"))[0].GetProperty("filename").GetString();
        await _rest.JsonAsync("POST", $"/pulls/{pull}/comments", HttpStatusCode.UnprocessableEntity, $$"""{"body":"No","path":"elsewhere","commit_id":"{{head}}","line":1}""");
        var first = await _rest.JsonAsync("POST", $"/pulls/{pull}/comments", HttpStatusCode.Created, $$"""{"body":"Why?","path":"{{path}}","commit_id":"{{head}}","line":1}""");
        await _rest.JsonAsync("POST", $"/pulls/{pull}/comments/{first.GetProperty("id")}/replies", HttpStatusCode.Created, """{"body":"Because."}""");

        var graph = new GraphUnderTest(_rest);
        var threads = $$"""pullRequest(number: {{pull}}) { reviewThreads(first: 5) { totalCount nodes { id isResolved isOutdated path line comments(first: 5) { totalCount nodes { body author { login } url } } } } }""";
        var thread = (await graph.RepositoryAsync(threads)).GetProperty("pullRequest").GetProperty("reviewThreads").GetProperty("nodes")[0];
        var settled = await graph.MutateAsync("resolveReviewThread", new() { ["threadId"] = thread.GetProperty("id").GetString() }, "thread { isResolved resolvedBy { login } }");
        var open = await graph.MutateAsync("unresolveReviewThread", new() { ["threadId"] = thread.GetProperty("id").GetString() }, "thread { isResolved }");

        Assert.AreEqual(2, thread.GetProperty("comments").GetProperty("totalCount").GetInt32());
        Assert.IsFalse(thread.GetProperty("isOutdated").GetBoolean());
        Assert.IsTrue(settled.GetProperty("thread").GetProperty("isResolved").GetBoolean());
        Assert.IsFalse(open.GetProperty("thread").GetProperty("isResolved").GetBoolean());
        await graph.RefusedAsync("resolveReviewThread", new() { ["threadId"] = "PRRT_kwDOnone" });
    }

    [TestMethod]
    public async Task CodeSearch_AskedForItsMatches_ShowsTheLine()
    {
        await _rest.PutAsync("found.txt", "nothing\nhere is a xyzzy word\n", "main");
        var answer = await _rest.TextAsync("search/code?q=xyzzy+repo:acme/payments-api", "application/vnd.github.text-match+json");
        var found = JsonNode.Parse(answer)!;

        Assert.AreEqual("here is a xyzzy word", (string?)found["items"]![0]!["text_matches"]![0]!["fragment"]);
        Assert.AreEqual(10, (int)found["items"]![0]!["text_matches"]![0]!["matches"]![0]!["indices"]![0]!);
    }

    private async Task<int> PullAsync() => (await _rest.GetAsync("/pulls"))[0].GetProperty("number").GetInt32();
}
