using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;

namespace CursorBroker.Sandbox.GitHub.Rest.Actions;

/// <summary>GitHub's JSON for workflows, runs and jobs.</summary>
internal static class RunJson
{
    private static readonly TimeSpan Took = TimeSpan.FromMinutes(2);

    public static JsonObject Of(Workflow workflow, RestCall call)
    {
        var at = GitHubAnswer.Time(DateTimeOffset.UnixEpoch.AddYears(55));
        return new JsonObject
        {
            ["id"] = workflow.Id,
            ["node_id"] = NodeIds.Of("W", call.Repository.Id, workflow.Id),
            ["name"] = workflow.Name,
            ["path"] = workflow.Path,
            ["state"] = "active",
            ["created_at"] = at,
            ["updated_at"] = at,
            ["url"] = call.Here.Api($"actions/workflows/{workflow.Id}"),
            ["html_url"] = call.Here.Page("blob/HEAD/" + Links.Path(workflow.Path)),
            ["badge_url"] = call.Here.Page($"workflows/{Uri.EscapeDataString(workflow.Name)}/badge.svg"),
        };
    }

    public static JsonObject Of(WorkflowRun run, RestCall call)
    {
        var url = call.Here.Api($"actions/runs/{run.Id}");
        var suite = StableId.Of("suite/" + run.Commit.Id);
        return new JsonObject
        {
            ["id"] = run.Id,
            ["name"] = run.Workflow.Name,
            ["node_id"] = NodeIds.Of("WFR", call.Repository.Id, run.Id),
            ["head_branch"] = run.Branch,
            ["head_sha"] = run.Commit.Id,
            ["path"] = run.Workflow.Path,
            ["display_title"] = run.Commit.Subject,
            ["run_number"] = run.Number,
            ["event"] = "push",
            ["status"] = "completed",
            ["conclusion"] = run.Conclusion,
            ["workflow_id"] = run.Workflow.Id,
            ["check_suite_id"] = suite,
            ["check_suite_node_id"] = NodeIds.Of("CS", call.Repository.Id, suite),
            ["url"] = url,
            ["html_url"] = call.Here.Page($"actions/runs/{run.Id}"),
            ["pull_requests"] = new JsonArray(),
            ["created_at"] = GitHubAnswer.Time(run.Commit.Committer.At),
            ["updated_at"] = GitHubAnswer.Time(run.Commit.Committer.At + Took),
            ["actor"] = Actor(run, call),
            ["run_attempt"] = 1,
            ["referenced_workflows"] = new JsonArray(),
            ["run_started_at"] = GitHubAnswer.Time(run.Commit.Committer.At),
            ["triggering_actor"] = Actor(run, call),
            ["jobs_url"] = url + "/jobs",
            ["logs_url"] = url + "/logs",
            ["check_suite_url"] = call.Here.Api($"check-suites/{suite}"),
            ["artifacts_url"] = url + "/artifacts",
            ["cancel_url"] = url + "/cancel",
            ["rerun_url"] = url + "/rerun",
            ["previous_attempt_url"] = null,
            ["workflow_url"] = call.Here.Api($"actions/workflows/{run.Workflow.Id}"),
            ["head_commit"] = new JsonObject
            {
                ["id"] = run.Commit.Id,
                ["tree_id"] = run.Commit.Tree,
                ["message"] = run.Commit.Message,
                ["timestamp"] = GitHubAnswer.Time(run.Commit.Committer.At),
                ["author"] = new JsonObject { ["name"] = run.Commit.Author.Name, ["email"] = run.Commit.Author.Email },
                ["committer"] = new JsonObject { ["name"] = run.Commit.Committer.Name, ["email"] = run.Commit.Committer.Email },
            },
            ["repository"] = RepositoryJson.Of(call.Repository, call.Records, call.Links),
            ["head_repository"] = RepositoryJson.Of(call.Repository, call.Records, call.Links),
        };
    }

    public static JsonObject Job(WorkflowRun run, RestCall call)
    {
        var started = run.Commit.Committer.At;
        return new JsonObject
        {
            ["id"] = run.JobId,
            ["run_id"] = run.Id,
            ["workflow_name"] = run.Workflow.Name,
            ["head_branch"] = run.Branch,
            ["run_url"] = call.Here.Api($"actions/runs/{run.Id}"),
            ["run_attempt"] = 1,
            ["node_id"] = NodeIds.Of("CR", call.Repository.Id, run.JobId),
            ["head_sha"] = run.Commit.Id,
            ["url"] = call.Here.Api($"actions/jobs/{run.JobId}"),
            ["html_url"] = call.Here.Page($"actions/runs/{run.Id}/job/{run.JobId}"),
            ["status"] = "completed",
            ["conclusion"] = run.Conclusion,
            ["created_at"] = GitHubAnswer.Time(started),
            ["started_at"] = GitHubAnswer.Time(started),
            ["completed_at"] = GitHubAnswer.Time(started + Took),
            ["name"] = "test",
            ["steps"] = new JsonArray(new JsonObject
            {
                ["name"] = "Run the tests",
                ["status"] = "completed",
                ["conclusion"] = run.Conclusion,
                ["number"] = 1,
                ["started_at"] = GitHubAnswer.Time(started),
                ["completed_at"] = GitHubAnswer.Time(started + Took),
            }),
            ["check_run_url"] = call.Here.Api($"check-runs/{run.JobId}"),
            ["labels"] = new JsonArray("ubuntu-latest"),
            ["runner_id"] = 1,
            ["runner_name"] = "GitHub Actions 1",
            ["runner_group_id"] = 1,
            ["runner_group_name"] = "GitHub Actions",
        };
    }

    /// <summary>What the job printed.</summary>
    public static string Log(WorkflowRun run)
    {
        var at = GitHubAnswer.Time(run.Commit.Committer.At)[..^1] + ".0000000Z";
        return $"{at} ##[group]Run the tests\n{at} {run.Workflow.Path} on {run.Commit.Id}\n{at} ##[endgroup]\n"
            + (run.Conclusion == "success" ? $"{at} ok\n" : $"{at} FAIL: the refund was counted twice\n{at} ##[error]Process completed with exit code 1.\n");
    }

    private static JsonObject Actor(WorkflowRun run, RestCall call) => Accounts.Json(Accounts.Login(run.Commit.Author.Email) ?? Accounts.Members[0], call.Links);
}
