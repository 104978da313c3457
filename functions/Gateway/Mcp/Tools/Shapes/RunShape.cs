using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Shapes;

/// <summary>Workflows of GitHub Actions, their runs, jobs and artifacts.</summary>
internal static class RunShape
{
    public const string WorkflowSchema = """
        {
          "type": "object",
          "properties": { "id": { "type": "integer" }, "name": { "type": "string" }, "path": { "type": "string" }, "state": { "type": "string" }, "html_url": { "type": "string" } },
          "required": ["id"]
        }
        """;

    public const string RunSchema = $$"""
        {
          "type": "object",
          "properties": {
            "id": { "type": "integer" }, "name": { "type": "string" }, "display_title": { "type": "string" }, "workflow_id": { "type": "integer" }, "run_number": { "type": "integer" },
            "run_attempt": { "type": "integer" }, "event": { "type": "string" }, "status": { "type": "string" }, "conclusion": { "type": "string" }, "head_branch": { "type": "string" },
            "head_sha": { "type": "string" }, "path": { "type": "string" }, "html_url": { "type": "string" }, "pull_requests": { "type": "array", "items": { "type": "integer" } },
            "actor": {{UserShape.Schema}}, "created_at": { "type": "string" }, "updated_at": { "type": "string" }, "run_started_at": { "type": "string" }
          },
          "required": ["id"]
        }
        """;

    public const string JobSchema = """
        {
          "type": "object",
          "properties": {
            "id": { "type": "integer" }, "run_id": { "type": "integer" }, "name": { "type": "string" }, "workflow_name": { "type": "string" }, "status": { "type": "string" },
            "conclusion": { "type": "string" }, "head_branch": { "type": "string" }, "head_sha": { "type": "string" }, "html_url": { "type": "string" }, "run_attempt": { "type": "integer" },
            "labels": { "type": "array", "items": { "type": "string" } },
            "steps": {
              "type": "array",
              "items": {
                "type": "object",
                "properties": { "name": { "type": "string" }, "status": { "type": "string" }, "conclusion": { "type": "string" }, "number": { "type": "integer" } }
              }
            },
            "started_at": { "type": "string" }, "completed_at": { "type": "string" }
          },
          "required": ["id"]
        }
        """;

    public const string ArtifactSchema = """
        {
          "type": "object",
          "properties": {
            "id": { "type": "integer" }, "name": { "type": "string" }, "size_in_bytes": { "type": "integer" }, "expired": { "type": "boolean" }, "created_at": { "type": "string" },
            "expires_at": { "type": "string" }
          },
          "required": ["id"]
        }
        """;

    public static JsonObject Workflow(JsonNode workflow) => Json.Of(
        ("id", workflow.Copy("id")),
        ("name", workflow.Text("name")),
        ("path", workflow.Text("path")),
        ("state", workflow.Text("state")),
        ("html_url", workflow.Text("html_url")));

    public static JsonObject Run(JsonNode run) => Json.Of(
        ("id", run.Copy("id")),
        ("name", run.Text("name")),
        ("display_title", run.Text("display_title")),
        ("workflow_id", run.Copy("workflow_id")),
        ("run_number", run.Copy("run_number")),
        ("run_attempt", run.Copy("run_attempt")),
        ("event", run.Text("event")),
        ("status", run.Text("status")),
        ("conclusion", run.Text("conclusion")),
        ("head_branch", run.Text("head_branch")),
        ("head_sha", run.Text("head_sha")),
        ("path", run.Text("path")),
        ("html_url", run.Text("html_url")),
        ("pull_requests", Json.List(run.At("pull_requests").Objects().Select(static pull => pull.Copy("number")))),
        ("actor", UserShape.Of(run.At("actor"))),
        ("created_at", run.Text("created_at")),
        ("updated_at", run.Text("updated_at")),
        ("run_started_at", run.Text("run_started_at")));

    public static JsonObject Job(JsonNode job) => Json.Of(
        ("id", job.Copy("id")),
        ("run_id", job.Copy("run_id")),
        ("name", job.Text("name")),
        ("workflow_name", job.Text("workflow_name")),
        ("status", job.Text("status")),
        ("conclusion", job.Text("conclusion")),
        ("head_branch", job.Text("head_branch")),
        ("head_sha", job.Text("head_sha")),
        ("html_url", job.Text("html_url")),
        ("run_attempt", job.Copy("run_attempt")),
        ("labels", job.Copy("labels")),
        ("steps", Json.List(job.At("steps").Objects().Select(static step => Json.Of(
            ("name", step.Text("name")), ("status", step.Text("status")), ("conclusion", step.Text("conclusion")), ("number", step.Copy("number")))))),
        ("started_at", job.Text("started_at")),
        ("completed_at", job.Text("completed_at")));

    public static JsonObject Artifact(JsonNode artifact) => Json.Of(
        ("id", artifact.Copy("id")),
        ("name", artifact.Text("name")),
        ("size_in_bytes", artifact.Copy("size_in_bytes")),
        ("expired", artifact.Copy("expired")),
        ("created_at", artifact.Text("created_at")),
        ("expires_at", artifact.Text("expires_at")));
}
