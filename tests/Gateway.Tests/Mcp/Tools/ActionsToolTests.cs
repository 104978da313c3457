namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Tools about GitHub Actions.</summary>
[TestClass]
public sealed class ActionsToolTests
{
    private const string App = """ "owner": "acme", "repo": "app" """;

    private const string Actions = "/api/v3/repos/acme/app/actions";

    [TestMethod]
    [DataRow("list_workflows", "", "/workflows?page=1&per_page=30", "workflows", """{ "id": 1, "name": "ci", "path": "p", "state": "active", "badge_url": "b" }""", """{"id":1,"name":"ci","path":"p","state":"active"}""")]
    [DataRow("list_workflow_runs", "", "/runs?page=1&per_page=30", "workflow_runs", """{ "id": 2, "name": "ci", "status": "completed", "conclusion": "failure", "pull_requests": [{ "number": 7 }], "repository": {} }""", """{"id":2,"name":"ci","status":"completed","conclusion":"failure","pull_requests":[7]}""")]
    [DataRow("list_workflow_runs", """, "resource_id": "ci.yml", "workflow_runs_filter": { "branch": "cursor/x", "status": "completed" } """, "/workflows/ci.yml/runs?branch=cursor%2Fx&status=completed&page=1&per_page=30", "workflow_runs", """{ "id": 2 }""", """{"id":2}""")]
    [DataRow("list_workflow_jobs", """, "resource_id": "2", "workflow_jobs_filter": { "filter": "all" }, "per_page": 5 """, "/runs/2/jobs?filter=all&page=1&per_page=5", "jobs", """{ "id": 3, "name": "test", "steps": [{ "name": "s", "number": 1, "status": "completed" }], "runner_id": 9 }""", """{"id":3,"name":"test","steps":[{"name":"s","status":"completed","number":1}]}""")]
    [DataRow("list_workflow_run_artifacts", """, "resource_id": "2" """, "/runs/2/artifacts?page=1&per_page=30", "artifacts", """{ "id": 4, "name": "logs", "size_in_bytes": 5, "expired": false, "archive_download_url": "u" }""", """{"id":4,"name":"logs","size_in_bytes":5,"expired":false}""")]
    public async Task Actions_AreListed(string method, string rest, string route, string name, string item, string expected)
    {
        var tool = new ToolUnderTest("actions_list");
        tool.Api.On($"GET {Actions}{route}", $$"""{ "total_count": 1, "{{name}}": [{{item}}] }""");

        Assert.AreEqual($$"""{"total_count":1,"{{name}}":[{{expected}}]}""", (await tool.DataAsync($$"""{ "method": "{{method}}", {{App}}{{rest}} }""")).ToJsonString());
    }

    [TestMethod]
    [DataRow(""" "method": "list_workflow_jobs" """, "resource_id")]
    [DataRow(""" "method": "list_workflow_jobs", "resource_id": "../1" """, "resource_id")]
    [DataRow(""" "method": "list_workflows", "resource_id": "1" """, "resource_id")]
    [DataRow(""" "method": "list_workflow_runs", "workflow_runs_filter": { "sha": "x" } """, "workflow_runs_filter.sha")]
    [DataRow(""" "method": "list_workflow_runs", "workflow_runs_filter": "x" """, "workflow_runs_filter")]
    public async Task Actions_ThatMakeNoSense_SayWhy(string arguments, string why) =>
        StringAssert.Contains(await new ToolUnderTest("actions_list").ProblemAsync($$"""{ {{App}}, {{arguments}} }"""), why);

    [TestMethod]
    public async Task Log_IsReadFromItsEndUpwards()
    {
        var log = string.Concat(Enumerable.Range(1, 25).Select(static line => $"line {line}\n"));
        var read = new List<string>();
        string? before = null;
        do
        {
            var tool = new ToolUnderTest("get_job_logs");
            tool.Api.On($"GET {Actions}/jobs/3/logs", log);
            var data = await tool.DataAsync($$"""{ {{App}}, "job_id": 3, "tail_lines": 10{{(before is null ? "" : $", \"before_line\": {before}")}} }""");
            read.Insert(0, (string)data["logs_content"]!);
            before = data["before_line"]?.ToJsonString();
            Assert.AreEqual(25, (int)data["original_length"]!);
        }
        while (before is not null);

        Assert.HasCount(3, read);
        Assert.AreEqual(log.TrimEnd('\n'), string.Join('\n', read));
    }

    [TestMethod]
    public async Task Log_OfLongLines_StaysSmall()
    {
        var tool = new ToolUnderTest("get_job_logs");
        tool.Api.On($"GET {Actions}/jobs/3/logs", $"{new string('a', 100_000)}\n{new string('b', 50_000)}\n{new string('c', 20_000)}\n");
        var data = await tool.DataAsync($$"""{ {{App}}, "job_id": 3 }""");
        var next = new ToolUnderTest("get_job_logs");
        next.Api.On($"GET {Actions}/jobs/3/logs", $"{new string('a', 100_000)}\nb\n");
        var cut = await next.DataAsync($$"""{ {{App}}, "job_id": 3, "before_line": 2 }""");

        Assert.AreEqual(20_000, ((string)data["logs_content"]!).Length);
        Assert.AreEqual(3, (int)data["before_line"]!);
        Assert.AreEqual(60_001, ((string)cut["logs_content"]!).Length);
    }

    [TestMethod]
    public async Task FailedJobs_AreShown_AndOneThatCannotBeReadSaysWhy()
    {
        var tool = new ToolUnderTest("get_job_logs");
        tool.Api.On($"GET {Actions}/runs/2/jobs?filter=latest&per_page=100", """{ "total_count": 3, "jobs": [{ "id": 3, "name": "a", "conclusion": "failure" }, { "id": 4, "name": "b", "conclusion": "success" }, { "id": 5, "name": "c", "conclusion": "failure" }] }""")
            .On($"GET {Actions}/jobs/3/logs", "one\n")
            .On($"GET {Actions}/jobs/5/logs", """{ "message": "Gone" }""", 410);
        var data = await tool.DataAsync($$"""{ {{App}}, "run_id": 2, "failed_only": true, "return_content": true }""");

        Assert.AreEqual("3 2", $"{data["total_jobs"]} {data["failed_jobs"]}");
        Assert.AreEqual("one", (string?)data["logs"]![0]!["logs_content"]);
        StringAssert.Contains((string)data["logs"]![1]!["error"]!, "Gone");
    }

    [TestMethod]
    public async Task FailedJobs_BeyondFive_AreNamed()
    {
        var tool = new ToolUnderTest("get_job_logs");
        tool.Api.On($"GET {Actions}/runs/2/jobs?filter=latest&per_page=100", $$"""{ "total_count": 7, "jobs": [{{string.Join(',', Enumerable.Range(1, 7).Select(static id => $$"""{ "id": {{id}}, "conclusion": "failure" }"""))}}] }""");
        foreach (var id in Enumerable.Range(1, 5))
        {
            tool.Api.On($"GET {Actions}/jobs/{id}/logs", "x");
        }

        StringAssert.Contains((string)(await tool.DataAsync($$"""{ {{App}}, "run_id": 2, "failed_only": true }"""))["message"]!, "by job_id: 6, 7.");
    }

    [TestMethod]
    public async Task FailedJobs_WhereNoneFailed_AreNone()
    {
        var tool = new ToolUnderTest("get_job_logs");
        tool.Api.On($"GET {Actions}/runs/2/jobs?filter=latest&per_page=100", """{ "total_count": 1, "jobs": [{ "id": 4, "conclusion": "success" }] }""");

        Assert.AreEqual("No job of this run failed.", (string?)(await tool.DataAsync($$"""{ {{App}}, "run_id": 2, "failed_only": true }"""))["message"]);
        StringAssert.Contains(await new ToolUnderTest("get_job_logs").ProblemAsync($$"""{ {{App}}, "failed_only": true }"""), "run_id");
        StringAssert.Contains(await new ToolUnderTest("get_job_logs").ProblemAsync($$"""{ {{App}} }"""), "job_id");
    }
}
