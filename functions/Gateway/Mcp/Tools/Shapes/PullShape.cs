using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Shapes;

/// <summary>A pull request, and reviews of it.</summary>
internal static class PullShape
{
    /// <summary>The members that can be asked for.</summary>
    public static readonly string[] All =
    [
        "number", "title", "body", "state", "draft", "merged", "mergeable_state", "html_url", "user", "labels", "assignees", "requested_reviewers", "merged_by", "head", "base",
        "additions", "deletions", "changed_files", "commits", "comments", "created_at", "updated_at", "closed_at", "merged_at", "milestone",
    ];

    private const string Side = """
        { "type": "object", "properties": { "ref": { "type": "string" }, "sha": { "type": "string" }, "repo": { "type": "object", "properties": { "full_name": { "type": "string" } } } } }
        """;

    public const string Properties = $$"""
        "number": { "type": "integer" }, "title": { "type": "string" }, "body": { "type": "string" }, "state": { "type": "string" }, "draft": { "type": "boolean" },
        "merged": { "type": "boolean" }, "mergeable_state": { "type": "string" }, "html_url": { "type": "string" }, "user": {{UserShape.Schema}},
        "labels": { "type": "array", "items": { "type": "string" } }, "assignees": { "type": "array", "items": { "type": "string" } },
        "requested_reviewers": { "type": "array", "items": { "type": "string" } }, "merged_by": { "type": "string" }, "head": {{Side}}, "base": {{Side}},
        "additions": { "type": "integer" }, "deletions": { "type": "integer" }, "changed_files": { "type": "integer" }, "commits": { "type": "integer" },
        "comments": { "type": "integer" }, "created_at": { "type": "string" }, "updated_at": { "type": "string" }, "closed_at": { "type": "string" },
        "merged_at": { "type": "string" }, "milestone": { "type": "string" }
        """;

    public const string ReviewSchema = $$"""
        {
          "type": "object",
          "properties": {
            "id": { "type": "integer" }, "state": { "type": "string" }, "body": { "type": "string" }, "html_url": { "type": "string" }, "user": {{UserShape.Schema}},
            "commit_id": { "type": "string" }, "submitted_at": { "type": "string" }, "author_association": { "type": "string" }
          }
        }
        """;

    public static JsonObject Of(JsonNode pull) => Json.Of(
        ("number", pull.Copy("number")),
        ("title", pull.Text("title")),
        ("body", pull.Text("body")),
        ("state", pull.Text("state")),
        ("draft", pull.IsTrue("draft")),
        ("merged", pull.IsTrue("merged") || pull.Text("merged_at") is not null),
        ("mergeable_state", pull.Text("mergeable_state")),
        ("html_url", pull.Text("html_url")),
        ("user", UserShape.Of(pull.At("user"))),
        ("labels", pull.At("labels").Texts(static label => label.Text("name"))),
        ("assignees", UserShape.Logins(pull.At("assignees"))),
        ("requested_reviewers", UserShape.Logins(pull.At("requested_reviewers"))),
        ("merged_by", pull.At("merged_by").Text("login")),
        ("head", SideOf(pull.At("head"))),
        ("base", SideOf(pull.At("base"))),
        ("additions", pull.Copy("additions")),
        ("deletions", pull.Copy("deletions")),
        ("changed_files", pull.Copy("changed_files")),
        ("commits", pull.Copy("commits")),
        ("comments", pull.Copy("comments")),
        ("created_at", pull.Text("created_at")),
        ("updated_at", pull.Text("updated_at")),
        ("closed_at", pull.Text("closed_at")),
        ("merged_at", pull.Text("merged_at")),
        ("milestone", pull.At("milestone").Text("title")));

    public static JsonObject Review(JsonNode review) => Json.Of(
        ("id", review.Copy("id")),
        ("state", review.Text("state")),
        ("body", review.Text("body")),
        ("html_url", review.Text("html_url")),
        ("user", UserShape.Of(review.At("user"))),
        ("commit_id", review.Text("commit_id")),
        ("submitted_at", review.Text("submitted_at")),
        ("author_association", review.Text("author_association")));

    private static JsonObject? SideOf(JsonNode? side) => side.Text("ref") is { } name
        ? Json.Of(("ref", name), ("sha", side.Text("sha")), ("repo", side.At("repo").Text("full_name") is { } full ? Json.Of(("full_name", full)) : null))
        : null;
}
