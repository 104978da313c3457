using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary>The threads on lines of a pull request's files: only GraphQL knows which comments belong together, and whether they are settled.</summary>
internal static class PullThreads
{
    // The branches' names are asked for so that a pull request of a hidden one is not there, as everywhere else.
    private const string Query = """
        query($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
          repository(owner: $owner, name: $name) {
            pullRequest(number: $number) {
              headRefName
              baseRefName
              reviewThreads(first: $first, after: $after) {
                totalCount
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
                nodes { id isResolved isOutdated isCollapsed comments(first: 50) { totalCount nodes { body path line createdAt updatedAt url author { login } } } }
              }
            }
          }
        }
        """;

    public static async ValueTask<ToolAnswer> ReadAsync(ToolCall call, PullName pull, Page page, CancellationToken cancellationToken)
    {
        if (page.Number != 1)
        {
            throw call.Arguments.Problem("page", "is not for get_review_comments: pass the endCursor of the page before as after.");
        }

        if (!int.TryParse(pull.Number, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw call.Arguments.Problem("pullNumber", "is no number that a pull request has.");
        }

        var variables = new JsonObject
        {
            ["owner"] = pull.Repository.Owner,
            ["name"] = pull.Repository.Name,
            ["number"] = number,
            ["first"] = page.Size,
            ["after"] = call.Arguments.OptionalText("after"),
        };
        if (!(await call.AskGraphAsync(Query, variables, cancellationToken)).Succeeded(out var data, out var failure))
        {
            return failure;
        }

        if (data.At("repository").At("pullRequest") is not { } found)
        {
            return ToolAnswer.Error($"There is no pull request {pull.Number}. list_pull_requests shows those that there are.");
        }

        var threads = found.At("reviewThreads");
        return ToolAnswer.Json(new()
        {
            ["review_threads"] = Json.List(threads.At("nodes").Objects().Select(Thread)),
            ["totalCount"] = threads.Copy("totalCount"),
            ["pageInfo"] = PageInfo.Of(threads),
        });
    }

    private static JsonObject Thread(JsonObject thread) => Json.Of(
        ("id", thread.Text("id")),
        ("is_resolved", thread.IsTrue("isResolved")),
        ("is_outdated", thread.IsTrue("isOutdated")),
        ("is_collapsed", thread.IsTrue("isCollapsed")),
        ("comments", Json.List(thread.At("comments").At("nodes").Objects().Select(static comment => Json.Of(
            ("body", comment.Text("body")),
            ("path", comment.Text("path")),
            ("line", comment.Copy("line")),
            ("author", comment.At("author").Text("login")),
            ("created_at", comment.Text("createdAt")),
            ("updated_at", comment.Text("updatedAt")),
            ("html_url", comment.Text("url")))))),
        ("total_count", thread.At("comments").Copy("totalCount")));
}
