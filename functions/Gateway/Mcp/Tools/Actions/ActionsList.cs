using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Actions;

/// <summary><c>actions_list</c>: workflows, and what came of them.</summary>
internal sealed class ActionsList : IBrokerTool
{
    private const string Root = "/repos/{owner}/{repo}/actions";

    private static readonly string[] Methods = ["list_workflows", "list_workflow_runs", "list_workflow_jobs", "list_workflow_run_artifacts"];

    private static readonly string[] Statuses = ["queued", "in_progress", "completed", "requested", "waiting"];

    private static readonly string[] Filters = ["latest", "all"];

    public Tool Definition { get; } = Define.Read(
        "actions_list",
        "List Actions",
        "Lists what GitHub Actions has: the workflows of a repository, the runs of one or of all, the jobs of a run, the artifacts of a run. What a job printed get_job_logs shows.",
        Schema.Input(
            $$"""
            "method": {{Schema.Choice("What to list", Methods)}},
            {{Schema.Repository}},
            "resource_id": { "type": "string", "description": "list_workflow_runs: id or file name (ci.yml) of a workflow, or nothing for all; list_workflow_jobs and list_workflow_run_artifacts: id of a run" },
            "workflow_runs_filter": {
              "type": "object",
              "description": "For list_workflow_runs",
              "properties": {
                "actor": { "type": "string", "description": "Login of who set it off" },
                "branch": { "type": "string", "description": "Name of a branch" },
                "event": { "type": "string", "description": "What set it off, such as push or pull_request" },
                "status": {{Schema.Choice("How far it is", Statuses)}}
              },
              "additionalProperties": false
            },
            "workflow_jobs_filter": {
              "type": "object",
              "description": "For list_workflow_jobs",
              "properties": { "filter": {{Schema.Choice("Of the latest attempt, or of all", Filters)}} },
              "additionalProperties": false
            },
            "page": { "type": "integer", "minimum": 1, "description": "Which page, from 1" },
            "per_page": { "type": "integer", "minimum": 1, "maximum": 100, "description": "Entries per page; 30 unless you say otherwise" }
            """,
            "method",
            "owner",
            "repo"),
        Schema.Output(
            $$"""
            "total_count": { "type": "integer" },
            "workflows": {{Schema.List(RunShape.WorkflowSchema)}}, "workflow_runs": {{Schema.List(RunShape.RunSchema)}},
            "jobs": {{Schema.List(RunShape.JobSchema)}}, "artifacts": {{Schema.List(RunShape.ArtifactSchema)}},
            {{Schema.NextPage}}
            """,
            "total_count"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.ActionsRead);

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var method = arguments.Choice("method", Methods);
        var resource = arguments.OptionalText("resource_id") is { Length: > 0 } id ? id : null;
        return method switch
        {
            "list_workflows" => resource is null
                ? ListAsync(call, Path("/workflows"), "workflows", RunShape.Workflow, [], cancellationToken)
                : throw arguments.Problem("resource_id", "is not for list_workflows, which lists all of a repository."),
            "list_workflow_runs" => ListAsync(
                call,
                resource is null ? Path("/runs") : Path("/workflows/{workflow_id}/runs", resource),
                "workflow_runs",
                RunShape.Run,
                Within(arguments, "workflow_runs_filter", static filter =>
                [
                    new("actor", filter.OptionalText("actor") ?? ""), new("branch", filter.OptionalText("branch") ?? ""), new("event", filter.OptionalText("event") ?? ""),
                    new("status", filter.Has("status") ? filter.Choice("status", Statuses) : ""),
                ]),
                cancellationToken),
            "list_workflow_jobs" => ListAsync(
                call,
                Path("/runs/{run_id}/jobs", Run(arguments, resource)),
                "jobs",
                RunShape.Job,
                Within(arguments, "workflow_jobs_filter", static filter => [new("filter", filter.Has("filter") ? filter.Choice("filter", Filters) : "")]),
                cancellationToken),
            _ => ListAsync(call, Path("/runs/{run_id}/artifacts", Run(arguments, resource)), "artifacts", RunShape.Artifact, [], cancellationToken),
        };

        ApiPath Path(string below, params ReadOnlySpan<string> rest) => ApiPath.Of(Root + below, [repository.Owner, repository.Name, .. rest]);
    }

    private IEnumerable<KeyValuePair<string, string>> Within(ToolArguments arguments, string name, Func<ToolArguments, KeyValuePair<string, string>[]> read) =>
        arguments.OptionalObject(name, Definition.InputSchema) is { } filter ? read(filter).Where(static pair => pair.Value.Length > 0) : [];

    private static string Run(ToolArguments arguments, string? resource) => long.TryParse(resource, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id.ToString(CultureInfo.InvariantCulture)
        : throw arguments.Problem("resource_id", "must be the id of a run, a number; list_workflow_runs shows them.");

    private static async ValueTask<ToolAnswer> ListAsync(
        ToolCall call, ApiPath path, string name, Func<JsonObject, JsonObject> shape, IEnumerable<KeyValuePair<string, string>> filter, CancellationToken cancellationToken)
    {
        var page = Page.Of(call.Arguments, "per_page");
        var request = ApiCallRequest.Get(path, ("page", page.Number), ("per_page", page.Size));
        var asked = await call.AskAsync(request with { Query = [.. filter, .. request.Query] }, cancellationToken);
        return asked.Succeeded(out var found, out var failure)
            ? page.Answer(Json.Of(("total_count", found.Copy("total_count"))), name, Json.List(found.At(name).Objects().Select(shape)), asked.Answer.HasNextPage)
            : failure;
    }
}
