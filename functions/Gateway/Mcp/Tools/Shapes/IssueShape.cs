using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Shapes;

/// <summary>An issue, and what hangs on it.</summary>
internal static class IssueShape
{
    /// <summary>The signs that one can react with.</summary>
    public static readonly string[] Signs = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

    public const string Properties = $$"""
        "number": { "type": "integer" }, "title": { "type": "string" }, "body": { "type": "string" }, "state": { "type": "string" }, "state_reason": { "type": "string" },
        "draft": { "type": "boolean" }, "locked": { "type": "boolean" }, "html_url": { "type": "string" }, "user": {{UserShape.Schema}}, "author_association": { "type": "string" },
        "labels": { "type": "array", "items": { "type": "string" } }, "assignees": { "type": "array", "items": { "type": "string" } }, "milestone": { "type": "string" },
        "comments": { "type": "integer" }, "reactions": { "type": "object" }, "created_at": { "type": "string" }, "updated_at": { "type": "string" }, "closed_at": { "type": "string" },
        "closed_by": { "type": "string" }, "type": { "type": "string" }, "repository": { "type": "string" }, "is_pull_request": { "type": "boolean" },
        "has_parent": { "type": "boolean" }, "has_children": { "type": "boolean" },
        "sub_issues_summary": { "type": "object", "properties": { "total": { "type": "integer" }, "completed": { "type": "integer" }, "percent_completed": { "type": "integer" } } }
        """;

    public const string CommentSchema = $$"""
        {
          "type": "object",
          "properties": {
            "id": { "type": "integer" }, "body": { "type": "string" }, "html_url": { "type": "string" }, "user": {{UserShape.Schema}}, "author_association": { "type": "string" },
            "reactions": { "type": "object" }, "created_at": { "type": "string" }, "updated_at": { "type": "string" }
          }
        }
        """;

    /// <summary>As REST has it.</summary>
    public static JsonObject Of(JsonNode issue) => Json.Of(
        ("number", issue.Copy("number")),
        ("title", issue.Text("title")),
        ("body", issue.Text("body")),
        ("state", issue.Text("state")),
        ("state_reason", issue.Text("state_reason")),
        ("draft", True(issue, "draft")),
        ("locked", True(issue, "locked")),
        ("html_url", issue.Text("html_url")),
        ("user", UserShape.Of(issue.At("user"))),
        ("author_association", issue.Text("author_association")),
        ("labels", issue.At("labels").Texts(static label => label.Text("name"))),
        ("assignees", UserShape.Logins(issue.At("assignees"))),
        ("milestone", issue.At("milestone").Text("title")),
        ("comments", issue.Copy("comments")),
        ("reactions", Reactions(issue.At("reactions"))),
        ("created_at", issue.Text("created_at")),
        ("updated_at", issue.Text("updated_at")),
        ("closed_at", issue.Text("closed_at")),
        ("closed_by", issue.At("closed_by").Text("login")),
        ("type", issue.At("type").Text("name")),
        ("repository", RepositoryOf(issue.Text("repository_url"))),
        ("is_pull_request", issue.At("pull_request") is null ? null : true));

    /// <summary>As GraphQL has it, with states as it writes them.</summary>
    public static JsonObject OfGraph(JsonNode issue) => Json.Of(
        ("number", issue.Copy("number")),
        ("title", issue.Text("title")),
        ("body", issue.Text("body")),
        ("state", issue.Text("state")),
        ("user", issue.At("author").Text("login") is { } login ? Json.Of(("login", login)) : null),
        ("labels", issue.At("labels").At("nodes").Texts(static label => label.Text("name"))),
        ("assignees", issue.At("assignees").At("nodes").Texts(static user => user.Text("login"))),
        ("comments", issue.At("comments").Copy("totalCount")),
        ("created_at", issue.Text("createdAt")),
        ("updated_at", issue.Text("updatedAt")));

    public static JsonObject Comment(JsonNode comment) => Json.Of(
        ("id", comment.Copy("id")),
        ("body", comment.Text("body")),
        ("html_url", comment.Text("html_url")),
        ("user", UserShape.Of(comment.At("user"))),
        ("author_association", comment.Text("author_association")),
        ("reactions", Reactions(comment.At("reactions"))),
        ("created_at", comment.Text("created_at")),
        ("updated_at", comment.Text("updated_at")));

    /// <summary>How many there are of each; null when there are none.</summary>
    private static JsonObject? Reactions(JsonNode? reactions)
    {
        if (reactions.Number("total_count") is not > 0)
        {
            return null;
        }

        var made = new JsonObject { ["total_count"] = reactions.Copy("total_count") };
        foreach (var name in Signs.Where(name => reactions.Number(name) > 0))
        {
            made[name] = reactions.Copy(name);
        }

        return made;
    }

    private static JsonNode? True(JsonNode issue, string name) => issue.IsTrue(name) ? true : null;

    /// <summary>OWNER/NAME of an address below <c>/repos/</c>.</summary>
    private static string? RepositoryOf(string? url) => url?.LastIndexOf("/repos/", StringComparison.Ordinal) is >= 0 and var at ? url[(at + "/repos/".Length)..] : null;
}
