using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Downloads;

namespace CursorBroker.Sandbox.GitHub.Rest.Actions;

/// <summary>Workflows, their runs, jobs and logs.</summary>
internal sealed class RunRoutes(MadeUpRuns runs, DownloadTickets tickets) : IRestGroup
{
    private const string MayRead = "actions=read";

    public void Add(RestTable table)
    {
        table.Get("actions/workflows", MayRead, WorkflowsAsync);
        table.Get("actions/workflows/{workflow}", MayRead, WorkflowAsync);
        table.Get("actions/workflows/{workflow}/runs", MayRead, RunsAsync);
        table.Get("actions/runs", MayRead, RunsAsync);
        table.Get("actions/runs/{id:n}", MayRead, call => WithRunAsync(call, run => RestAnswer.Of(RunJson.Of(run, call))));
        table.Get("actions/runs/{id:n}/jobs", MayRead, call => WithRunAsync(call, run => Jobs(run, call)));
        table.Get("actions/runs/{id:n}/attempts/{attempt:n}/jobs", MayRead, call => WithRunAsync(call, run => call.Number("attempt") == 1 ? Jobs(run, call) : RestAnswer.NotFound));
        table.Get("actions/runs/{id:n}/artifacts", MayRead, call => WithRunAsync(call, static _ => RestAnswer.List<string>(
            [], static one => one, static (count, page) => new JsonObject { ["total_count"] = count, ["artifacts"] = page })));
        table.GetPrivate("actions/runs/{id:n}/logs", MayRead, call => WithRunAsync(call, run => new RestAnswer.Redirect(tickets.Sign(
            $"actions-results/{run.Id}/logs.zip", new Download($"logs_{run.Id}.zip", "application/zip", _ => Task.FromResult(Zip(run)))))));
        table.Get("actions/jobs/{id:n}", MayRead, call => WithJobAsync(call, run => RestAnswer.Of(RunJson.Job(run, call))));
        table.GetPrivate("actions/jobs/{id:n}/logs", MayRead, call => WithJobAsync(call, run => new RestAnswer.Redirect(tickets.Sign(
            $"actions-results/{run.Id}/job-logs/{run.JobId}.txt",
            new Download($"job_{run.JobId}.txt", "text/plain; charset=utf-8", _ => Task.FromResult(Encoding.UTF8.GetBytes(RunJson.Log(run))))))));
    }

    private static RestAnswer Jobs(WorkflowRun run, RestCall call) => RestAnswer.List(
        [run], one => RunJson.Job(one, call), static (count, page) => new JsonObject { ["total_count"] = count, ["jobs"] = page });

    private static byte[] Zip(WorkflowRun run)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("0_test.txt").Open();
            entry.Write(Encoding.UTF8.GetBytes(RunJson.Log(run)));
        }

        return bytes.ToArray();
    }

    // By id or by the name of its file.
    private static bool IsNamed(Workflow workflow, string name) =>
        workflow.Id.ToString(CultureInfo.InvariantCulture) == name || Path.GetFileName(workflow.Path) == name;

    private async Task<RestAnswer> WorkflowsAsync(RestCall call) => RestAnswer.List(
        await runs.WorkflowsAsync(call.Repository, call.Cancelled).ConfigureAwait(false),
        workflow => RunJson.Of(workflow, call),
        static (count, page) => new JsonObject { ["total_count"] = count, ["workflows"] = page });

    private async Task<RestAnswer> WorkflowAsync(RestCall call)
    {
        var all = await runs.WorkflowsAsync(call.Repository, call.Cancelled).ConfigureAwait(false);
        return all.FirstOrDefault(workflow => IsNamed(workflow, call["workflow"])) is { } found ? RestAnswer.Of(RunJson.Of(found, call)) : RestAnswer.NotFound;
    }

    private async Task<RestAnswer> RunsAsync(RestCall call)
    {
        var (branch, sha, status, workflow) = (call.Query("branch"), call.Query("head_sha"), call.Query("status"), call.Parameters.GetValueOrDefault("workflow"));
        var found = (await runs.RunsAsync(call.Repository, call.Cancelled).ConfigureAwait(false)).Where(run =>
            (workflow is null || IsNamed(run.Workflow, workflow))
            && (branch is null || run.Branch == branch)
            && (sha is null || run.Commit.Id == sha)
            && (status is null or "completed" || run.Conclusion == status)
            && call.Query("event") is null or "push");
        return RestAnswer.List([.. found], run => RunJson.Of(run, call), static (count, page) => new JsonObject { ["total_count"] = count, ["workflow_runs"] = page });
    }

    private async Task<RestAnswer> WithRunAsync(RestCall call, Func<WorkflowRun, RestAnswer> answer) =>
        (await runs.RunsAsync(call.Repository, call.Cancelled).ConfigureAwait(false)).FirstOrDefault(run => run.Id == call.Number("id")) is { } found
            ? answer(found)
            : RestAnswer.NotFound;

    private async Task<RestAnswer> WithJobAsync(RestCall call, Func<WorkflowRun, RestAnswer> answer) =>
        (await runs.RunsAsync(call.Repository, call.Cancelled).ConfigureAwait(false)).FirstOrDefault(run => run.JobId == call.Number("id")) is { } found
            ? answer(found)
            : RestAnswer.NotFound;
}
