using System.Net;
using System.Text.Json;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Rest;

/// <summary>Pull requests: opened on real branches, merged for real.</summary>
[TestClass]
public sealed class PullTests
{
    private RestUnderTest _rest = null!;

    [TestInitialize]
    public async Task StartAsync() => _rest = await RestUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _rest.GitHub.DisposeAsync();

    [TestMethod]
    [DataRow("merge", 2, "Merge pull request #")]
    [DataRow("squash", 1, "Two files (#")]
    [DataRow("rebase", 1, "Write two.txt")]
    public async Task Merge_ByEachMethod_MovesTheBase(string method, int parents, string subject)
    {
        var (number, head) = await OpenAsync();
        await _rest.PutAsync("meanwhile.txt", "main\n", "main");
        var before = await _rest.GitAsync("rev-parse", "main");

        var stale = await _rest.JsonAsync("PUT", $"/pulls/{number}/merge", HttpStatusCode.Conflict, $$"""{"sha":"{{before}}"}""");
        Assert.AreEqual("Head branch was modified. Review and try the merge again.", stale.GetProperty("message").GetString());
        Assert.AreEqual(before, await _rest.GitAsync("rev-parse", "main"));
        var merged = await _rest.JsonAsync("PUT", $"/pulls/{number}/merge", HttpStatusCode.OK, $$"""{"sha":"{{head}}","merge_method":"{{method}}"}""");

        var tip = await _rest.GitAsync("rev-parse", "main");
        Assert.AreEqual(tip, merged.GetProperty("sha").GetString());
        Assert.HasCount(parents, (await _rest.GitAsync("log", "-1", "--format=%P", "main")).Split(' '));
        Assert.StartsWith(subject, await _rest.GitAsync("log", "-1", "--format=%s", "main"));
        Assert.AreEqual(method == "rebase" ? "2" : "1", await _rest.GitAsync("rev-list", "--count", "--first-parent", $"{before}..main"));
        var files = await _rest.GitAsync("ls-tree", "--name-only", "main");
        Assert.Contains("one.txt", files);
        Assert.Contains("two.txt", files);
        Assert.Contains("meanwhile.txt", files);
        var pull = await _rest.GetAsync($"/pulls/{number}");
        Assert.IsTrue(pull.GetProperty("merged").GetBoolean());
        Assert.AreEqual("closed", pull.GetProperty("state").GetString());
        Assert.AreEqual(2, pull.GetProperty("changed_files").GetInt32());
        using var isMerged = await _rest.SendAsync("GET", $"/pulls/{number}/merge");
        Assert.AreEqual(HttpStatusCode.NoContent, isMerged.StatusCode);
        await _rest.JsonAsync("PUT", $"/pulls/{number}/merge", HttpStatusCode.MethodNotAllowed, "{}");
        await _rest.GitAsync("fsck", "--strict", "--no-dangling");
    }

    [TestMethod]
    public async Task Pull_WithAConflict_IsDirty_AndNotMerged()
    {
        var (number, _) = await OpenAsync();
        await _rest.PutAsync("one.txt", "otherwise\n", "main");

        var pull = await _rest.GetAsync($"/pulls/{number}");
        Assert.IsFalse(pull.GetProperty("mergeable").GetBoolean());
        Assert.AreEqual("dirty", pull.GetProperty("mergeable_state").GetString());
        await _rest.JsonAsync("PUT", $"/pulls/{number}/merge", HttpStatusCode.MethodNotAllowed, "{}");
        await _rest.JsonAsync("PUT", $"/pulls/{number}/merge", HttpStatusCode.MethodNotAllowed, """{"merge_method":"rebase"}""");
        await _rest.JsonAsync("PUT", $"/pulls/{number}/update-branch", HttpStatusCode.UnprocessableEntity, "{}");
    }

    [TestMethod]
    public async Task Pull_FollowsItsBranch_AndKnowsItsFilesCommitsAndDiff()
    {
        var (number, head) = await OpenAsync();
        var pushed = await _rest.PutAsync("three.txt", "three\n", "topic");

        Assert.AreNotEqual(head, pushed);
        Assert.AreEqual(pushed, (await _rest.GetAsync($"/pulls/{number}")).GetProperty("head").GetProperty("sha").GetString());
        Assert.AreEqual("one.txt three.txt two.txt", string.Join(' ', Names(await _rest.GetAsync($"/pulls/{number}/files"), "filename")));
        Assert.AreEqual(3, (await _rest.GetAsync($"/pulls/{number}/commits")).GetArrayLength());
        Assert.Contains("+three", await _rest.TextAsync($"/pulls/{number}", "application/vnd.github.v3.diff"));
        Assert.Contains("Subject: [PATCH 3/3] Write three.txt", await _rest.TextAsync($"/pulls/{number}", "application/vnd.github.patch"));
        Assert.AreEqual($"{number}", (await _rest.GetAsync($"/commits/{pushed}/pulls"))[0].GetProperty("number").GetRawText());
        using var deleted = await _rest.SendAsync("DELETE", "/git/refs/heads/topic");
        Assert.AreEqual("closed", (await _rest.GetAsync($"/pulls/{number}")).GetProperty("state").GetString());
    }

    [TestMethod]
    public async Task Pull_MergedByAPush_IsMerged()
    {
        var (number, head) = await OpenAsync();
        await _rest.JsonAsync("PATCH", "/git/refs/heads/main", HttpStatusCode.OK, $$"""{"sha":"{{head}}"}""");

        Assert.IsTrue((await _rest.GetAsync($"/pulls/{number}")).GetProperty("merged").GetBoolean());
    }

    [TestMethod]
    public async Task UpdateBranch_MergesTheBaseIntoTheHead()
    {
        var (number, head) = await OpenAsync();
        await _rest.JsonAsync("PUT", $"/pulls/{number}/update-branch", HttpStatusCode.UnprocessableEntity, "{}");
        await _rest.PutAsync("meanwhile.txt", "main\n", "main");
        var main = await _rest.GitAsync("rev-parse", "main");

        await _rest.JsonAsync("PUT", $"/pulls/{number}/update-branch", HttpStatusCode.UnprocessableEntity, $$"""{"expected_head_sha":"{{main}}"}""");
        await _rest.JsonAsync("PUT", $"/pulls/{number}/update-branch", HttpStatusCode.Accepted, $$"""{"expected_head_sha":"{{head}}"}""");

        Assert.AreEqual($"{head} {main}", await _rest.GitAsync("log", "-1", "--format=%P", "topic"));
    }

    [TestMethod]
    [DataRow("""{"title":"x","head":"no-such","base":"main"}""", "invalid")]
    [DataRow("""{"title":"x","head":"main","base":"main"}""", "No commits between main and main")]
    [DataRow("""{"title":"x","head":"acme:cursor/example","base":"main"}""", "A pull request already exists for acme:cursor/example.")]
    [DataRow("""{"head":"cursor/example","base":"main"}""", "missing_field")]
    public async Task Pull_ThatMakesNoSense_IsRefused(string body, string why)
    {
        using var response = await _rest.SendAsync("POST", "/pulls", body);

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(why, await response.Content.ReadAsStringAsync());
    }

    private static IEnumerable<string> Names(JsonElement list, string property) => list.EnumerateArray().Select(one => one.GetProperty(property).GetString()!);

    private async Task<(int Number, string Head)> OpenAsync()
    {
        await _rest.BranchAsync("topic");
        await _rest.PutAsync("one.txt", "one\n", "topic");
        var head = await _rest.PutAsync("two.txt", "two\n", "topic");
        var pull = await _rest.JsonAsync("POST", "/pulls", HttpStatusCode.Created, """{"title":"Two files","head":"topic","base":"main","body":"Please"}""");
        return (pull.GetProperty("number").GetInt32(), head);
    }
}
