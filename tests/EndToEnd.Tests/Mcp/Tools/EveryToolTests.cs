using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CursorBroker.EndToEnd.Tests.Support;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CursorBroker.EndToEnd.Tests.Mcp.Tools;

/// <summary>Every tool, every method of it, against the broker and the sandbox, by the SDK's client: a day's work from an issue to a merged pull request.</summary>
[TestClass]
public sealed class EveryToolTests : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private World _world = null!;
    private Scene _scene = null!;
    private McpScene _mcp = null!;
    private McpClient _sdk = null!;
    private ToolClient _tools = null!;

    public required TestContext TestContext { get; set; }

    private string Repo => _scene.Repository.Name;

    [TestInitialize]
    public async Task StartAsync()
    {
        _world = await World.StartAsync(TestContext.CancellationToken);
        _scene = await Scene.CopyAsync(_world, TestContext);
        _mcp = new McpScene(_world, TestContext.CancellationToken);
        _sdk = await _mcp.ClientAsync("developer");
        _tools = new ToolClient(_sdk, TestContext.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _mcp.DisposeAsync();
        await _world.DisposeAsync();
    }

    [TestMethod]
    public async Task EveryTool_Works()
    {
        await LookAroundAsync();
        await WriteFilesAsync();
        await TalkAboutIssuesAsync();
        await LookAtActionsAsync();
        var pull = await ProposeAsync();
        await ReviewAsync(pull);
        await MergeAsync(pull);

        string[] own = ["whoami", "explain_access", "approval_wait", "approval_list", "list_secrets", "get_secret", "set_secret"];
        var left = (await _tools.ListedAsync()).Keys.Except(_tools.Called).Except(own).Where(static name => !name.Contains("secret", StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(left, string.Join(", ", left));
        Assert.IsGreaterThanOrEqualTo(26, _tools.Called.Count);
    }

    private async Task LookAroundAsync()
    {
        Assert.IsNotNull((await _tools.DataAsync("get_me", new { }))["login"]);
        var branches = await _tools.DataAsync("list_branches", new { owner = "acme", repo = Repo, perPage = 100 });
        Assert.Contains("main", branches["branches"]!.AsArray().Select(static branch => (string)branch!["name"]!));
        await _tools.DataAsync("list_tags", new { owner = "acme", repo = Repo });
        var commits = await _tools.DataAsync("list_commits", new { owner = "acme", repo = Repo, perPage = 2, until = "2100-01-01" });
        Assert.AreEqual(2, (int)commits["next_page"]!);
        var sha = (string)commits["commits"]![0]!["sha"]!;
        Assert.AreEqual(sha, (string?)(await _tools.DataAsync("get_commit", new { owner = "acme", repo = Repo, sha = "main", detail = "full_patch" }))["sha"]);
        var tree = await _tools.DataAsync("get_repository_tree", new { owner = "acme", repo = Repo, recursive = true });
        var path = tree["tree"]!.AsArray().Select(static entry => entry!).First(static entry => (string)entry["type"]! == "blob" && ((string)entry["path"]!).Contains('/', StringComparison.Ordinal))["path"]!.GetValue<string>();
        Assert.AreEqual("file", (string?)(await _tools.DataAsync("get_file_contents", new { owner = "acme", repo = Repo, path, sha }))["type"]);
        Assert.AreEqual("dir", (string?)(await _tools.DataAsync("get_file_contents", new { owner = "acme", repo = Repo }))["type"]);
        Assert.IsGreaterThan(0, (int)(await _tools.DataAsync("search_code", new { query = $"payments repo:acme/{Repo}" }))["total_count"]!);
        Assert.IsGreaterThan(0, (int)(await _tools.DataAsync("search_issues", new { query = "refunds", owner = "acme", repo = Repo }))["total_count"]!);
        Assert.IsGreaterThan(0, (int)(await _tools.DataAsync("search_pull_requests", new { query = "is:open", owner = "acme", repo = Repo }))["total_count"]!);
    }

    private async Task WriteFilesAsync()
    {
        var main = await _scene.RefAtGitHubAsync("refs/heads/main");
        Assert.AreEqual(main, (string?)(await _tools.DataAsync("create_branch", new { owner = "acme", repo = Repo, branch = "cursor/tools" }))["object"]!["sha"]);
        var made = await _tools.DataAsync("create_or_update_file", new { owner = "acme", repo = Repo, branch = "cursor/tools", path = "notes/a.md", content = "one\n", message = "Begin" });
        var sha = (string)made["content"]!["sha"]!;
        StringAssert.Contains(await _tools.ErrorAsync("create_or_update_file", new { owner = "acme", repo = Repo, branch = "cursor/tools", path = "notes/a.md", content = "x", message = "Blind" }), "is there already");
        await _tools.DataAsync("create_or_update_file", new { owner = "acme", repo = Repo, branch = "cursor/tools", path = "notes/a.md", content = "two\n", message = "Go on", sha });
        StringAssert.Contains(await _tools.ErrorAsync("create_or_update_file", new { owner = "acme", repo = Repo, branch = "cursor/tools", path = "notes/a.md", content = "x", message = "Late", sha }), "has changed");
        var pushed = await _tools.DataAsync(
            "push_files",
            new { owner = "acme", repo = Repo, branch = "cursor/tools", files = new[] { new { path = "notes/b.md", content = "b\n" }, new { path = "notes/ä c.md", content = "" } }, delete = new[] { "notes/a.md" }, message = "Several\n\nAt once" });
        Assert.AreEqual(await _scene.RefAtGitHubAsync("refs/heads/cursor/tools"), (string?)pushed["object"]!["sha"]);
        Assert.AreEqual("notes/b.md\nnotes/ä c.md", await _scene.AtGitHubAsync("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "cursor/tools", "notes"));
        await _tools.DataAsync("delete_file", new { owner = "acme", repo = Repo, branch = "cursor/tools", path = "notes/ä c.md", message = "One less" });
        Assert.AreEqual("notes/b.md", await _scene.AtGitHubAsync("ls-tree", "-r", "--name-only", "cursor/tools", "notes"));
    }

    private async Task TalkAboutIssuesAsync()
    {
        var issue = (int)(await _tools.DataAsync("issue_write", new { method = "create", owner = "acme", repo = Repo, title = "Seen", body = "Here", labels = new[] { "bug" } }))["number"]!;
        await _tools.DataAsync("add_issue_comment", new { owner = "acme", repo = Repo, issue_number = issue, body = "I see it" });
        var comment = (await _tools.DataAsync("issue_read", new { method = "get_comments", owner = "acme", repo = Repo, issue_number = issue }))["issue_comments"]![0]!;
        Assert.AreEqual("I see it", (string?)comment["body"]);
        await _tools.DataAsync("add_issue_comment", new { owner = "acme", repo = Repo, issue_number = issue, reaction = "eyes" });
        await _tools.DataAsync("add_issue_comment", new { owner = "acme", repo = Repo, issue_number = issue, reaction = "heart", comment_id = (long)comment["id"]! });
        Assert.AreEqual("bug", (string?)(await _tools.DataAsync("issue_read", new { method = "get_labels", owner = "acme", repo = Repo, issue_number = issue }))["issue_labels"]![0]!["name"]);
        Assert.IsNull((await _tools.DataAsync("issue_read", new { method = "get_parent", owner = "acme", repo = Repo, issue_number = issue }))["parent"]);
        Assert.AreEqual(17, (int)(await _tools.DataAsync("issue_read", new { method = "get_parent", owner = "acme", repo = Repo, issue_number = 16 }))["parent"]!["number"]!);
        Assert.AreEqual(16, (int)(await _tools.DataAsync("issue_read", new { method = "get_sub_issues", owner = "acme", repo = Repo, issue_number = 17 }))["sub_issues"]![0]!["number"]!);
        await _tools.DataAsync("issue_write", new { method = "update", owner = "acme", repo = Repo, issue_number = issue, state = "closed", state_reason = "not_planned" });
        var read = await _tools.DataAsync("issue_read", new { method = "get", owner = "acme", repo = Repo, issue_number = issue });
        Assert.AreEqual("closed not_planned 1", $"{read["state"]} {read["state_reason"]} {read["reactions"]!["eyes"]}");
        var first = await _tools.DataAsync("list_issues", new { owner = "acme", repo = Repo, perPage = 1, state = "CLOSED", orderBy = "UPDATED_AT" });
        Assert.AreEqual(issue, (int)first["issues"]![0]!["number"]!);
        var second = await _tools.DataAsync("list_issues", new { owner = "acme", repo = Repo, perPage = 1, state = "CLOSED", orderBy = "UPDATED_AT", after = (string)first["pageInfo"]!["endCursor"]! });
        Assert.AreNotEqual(issue, (int)second["issues"]![0]!["number"]!);
    }

    private async Task LookAtActionsAsync()
    {
        var workflows = await _tools.DataAsync("actions_list", new { method = "list_workflows", owner = "acme", repo = Repo });
        Assert.IsGreaterThan(0, (int)workflows["total_count"]!);
        var runs = await _tools.DataAsync(
            "actions_list", new { method = "list_workflow_runs", owner = "acme", repo = Repo, resource_id = $"{workflows["workflows"]![0]!["id"]}", workflow_runs_filter = new { branch = "main", status = "completed" } });
        var failed = runs["workflow_runs"]!.AsArray().First(static run => (string)run!["conclusion"]! == "failure")!;
        var jobs = await _tools.DataAsync("actions_list", new { method = "list_workflow_jobs", owner = "acme", repo = Repo, resource_id = $"{failed["id"]}" });
        await _tools.DataAsync("actions_list", new { method = "list_workflow_run_artifacts", owner = "acme", repo = Repo, resource_id = $"{failed["id"]}" });
        var log = await _tools.DataAsync("get_job_logs", new { owner = "acme", repo = Repo, job_id = (long)jobs["jobs"]![0]!["id"]!, tail_lines = 1 });
        Assert.Contains("exit code 1", (string)log["logs_content"]!);
        var all = await _tools.DataAsync("get_job_logs", new { owner = "acme", repo = Repo, run_id = (long)failed["id"]!, failed_only = true });
        Assert.AreEqual(1, (int)all["failed_jobs"]!);
    }

    private async Task<int> ProposeAsync()
    {
        var pull = (int)(await _tools.DataAsync("create_pull_request", new { owner = "acme", repo = Repo, title = "Notes", head = "cursor/tools", @base = "main", body = "For you", draft = true }))["number"]!;
        StringAssert.Contains(await _tools.ErrorAsync("merge_pull_request", new { owner = "acme", repo = Repo, pullNumber = pull }), "is a draft");
        await _tools.DataAsync("update_pull_request", new { owner = "acme", repo = Repo, pullNumber = pull, draft = false });
        await _tools.DataAsync("update_pull_request", new { owner = "acme", repo = Repo, pullNumber = pull, title = "Notes, better" });
        await _tools.DataAsync("update_pull_request", new { owner = "acme", repo = Repo, pullNumber = pull, reviewers = new[] { "mei-tanaka" } });
        var listed = await _tools.DataAsync("list_pull_requests", new { owner = "acme", repo = Repo, head = "acme:cursor/tools" });
        Assert.AreEqual("Notes, better False", $"{listed["pull_requests"]![0]!["title"]} {listed["pull_requests"]![0]!["draft"]!.GetValue<bool>()}");
        var read = await ReadAsync("get");
        Assert.AreEqual("mei-tanaka", (string?)read["requested_reviewers"]![0]);
        Assert.Contains("+b", (string)(await ReadAsync("get_diff"))["diff"]!);
        Assert.AreEqual("notes/b.md", (string?)(await ReadAsync("get_files"))["files"]![0]!["filename"]);
        Assert.HasCount(4, (await ReadAsync("get_commits"))["pull_request_commits"]!.AsArray());
        Assert.IsNotNull((await ReadAsync("get_status"))["state"]);
        Assert.IsNotNull((await ReadAsync("get_check_runs"))["check_runs"]);
        Assert.IsEmpty((await ReadAsync("get_comments"))["issue_comments"]!.AsArray());
        return pull;

        Task<JsonObject> ReadAsync(string method) => _tools.DataAsync("pull_request_read", new { method, owner = "acme", repo = Repo, pullNumber = pull });
    }

    private async Task ReviewAsync(int pull)
    {
        await WriteAsync(new { method = "create", owner = "acme", repo = Repo, pullNumber = pull, @event = "COMMENT", body = "Fine" });
        await WriteAsync(new { method = "create", owner = "acme", repo = Repo, pullNumber = pull, body = "Later" });
        await WriteAsync(new { method = "submit_pending", owner = "acme", repo = Repo, pullNumber = pull, @event = "COMMENT", body = "Now" });
        await WriteAsync(new { method = "create", owner = "acme", repo = Repo, pullNumber = pull });
        await WriteAsync(new { method = "delete_pending", owner = "acme", repo = Repo, pullNumber = pull });
        var reviews = await _tools.DataAsync("pull_request_read", new { method = "get_reviews", owner = "acme", repo = Repo, pullNumber = pull });
        Assert.AreEqual("Fine, Now", string.Join(", ", reviews["reviews"]!.AsArray().Select(static review => review!["body"])));

        await CommentOnALineAsync(pull);
        var thread = (await ThreadsAsync())[0]!;
        Assert.AreEqual("Why?", (string?)thread["comments"]![0]!["body"]);
        await WriteAsync(new { method = "resolve_thread", owner = "acme", repo = Repo, pullNumber = pull, threadId = (string)thread["id"]! });
        Assert.IsTrue((bool)(await ThreadsAsync())[0]!["is_resolved"]!);
        await WriteAsync(new { method = "unresolve_thread", owner = "acme", repo = Repo, pullNumber = pull, threadId = (string)thread["id"]! });
        Assert.IsFalse((bool)(await ThreadsAsync())[0]!["is_resolved"]!);

        Task<JsonObject> WriteAsync(object arguments) => _tools.DataAsync("pull_request_review_write", arguments);

        async Task<JsonArray> ThreadsAsync() =>
            (await _tools.DataAsync("pull_request_read", new { method = "get_review_comments", owner = "acme", repo = Repo, pullNumber = pull }))["review_threads"]!.AsArray();
    }

    // No tool does this; the API does.
    private async Task CommentOnALineAsync(int pull)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_world.Url}/api/v3/repos/acme/{Repo}/pulls/{pull}/comments");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _world.TokenAsync("developer", TestContext.CancellationToken));
        request.Content = JsonContent.Create(new { body = "Why?", path = "notes/b.md", line = 1, commit_id = await _scene.RefAtGitHubAsync("refs/heads/cursor/tools") });
        using var answer = await Http.SendAsync(request, TestContext.CancellationToken);
        Assert.AreEqual(201, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.CancellationToken));
    }

    private async Task MergeAsync(int pull)
    {
        var waits = await _tools.DataAsync("merge_pull_request", new { owner = "acme", repo = Repo, pullNumber = pull });
        Assert.AreEqual("pending", (string?)waits["approval"]!["status"]);
        var main = await _scene.RefAtGitHubAsync("refs/heads/main");
        var lead = new ToolClient(await _mcp.ClientAsync("lead"), TestContext.CancellationToken);
        var merged = await lead.DataAsync("merge_pull_request", new { owner = "acme", repo = Repo, pullNumber = pull, merge_method = "squash" });

        Assert.IsTrue((bool)merged["merged"]!);
        Assert.AreNotEqual(main, await _scene.RefAtGitHubAsync("refs/heads/main"));
        StringAssert.Contains(await _tools.ErrorAsync("merge_pull_request", new { owner = "acme", repo = Repo, pullNumber = pull }), "merged already");
    }

    [TestMethod]
    public async Task Resources_AreFiles_AndPromptsAreThere()
    {
        var file = await _sdk.ReadResourceAsync(new Uri($"repo://acme/{Repo}/refs/heads/main/contents/README.md"), cancellationToken: TestContext.CancellationToken);
        var templates = await _sdk.ListResourceTemplatesAsync(cancellationToken: TestContext.CancellationToken);
        var prompts = await _sdk.ListPromptsAsync(cancellationToken: TestContext.CancellationToken);
        var prompt = await _sdk.GetPromptAsync("fix_issue", new Dictionary<string, object?> { ["owner"] = "acme", ["repo"] = Repo, ["issue_number"] = "15" }, cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual(await _scene.AtGitHubAsync("show", "main:README.md"), ((TextResourceContents)file.Contents[0]).Text.Trim());
        Assert.HasCount(5, templates);
        Assert.HasCount(2, prompts);
        Assert.Contains("#15", ((TextContentBlock)prompt.Messages[0].Content).Text);
    }
}
