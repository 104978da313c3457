using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary>How the checks of a pull request's head went.</summary>
internal static class PullChecks
{
    /// <summary>What services said of it (commit statuses).</summary>
    public static async ValueTask<ToolAnswer> StatusAsync(ToolCall call, PullName pull, Page page, CancellationToken cancellationToken)
    {
        var (asked, failure) = await OfHeadAsync(call, pull, "/status", page, cancellationToken);
        if (failure is not null || !asked!.Succeeded(out var status, out failure))
        {
            return failure;
        }

        return page.Answer(
            Json.Of(("state", status.Text("state")), ("sha", status.Text("sha")), ("total_count", status.Copy("total_count"))),
            "statuses",
            Json.List(status.At("statuses").Objects().Select(static one => Json.Of(
                ("state", one.Text("state")),
                ("context", one.Text("context")),
                ("description", one.Text("description")),
                ("target_url", one.Text("target_url")),
                ("created_at", one.Text("created_at")),
                ("updated_at", one.Text("updated_at"))))),
            asked.Answer.HasNextPage);
    }

    /// <summary>Its check runs.</summary>
    public static async ValueTask<ToolAnswer> RunsAsync(ToolCall call, PullName pull, Page page, CancellationToken cancellationToken)
    {
        var (asked, failure) = await OfHeadAsync(call, pull, "/check-runs", page, cancellationToken);
        if (failure is not null || !asked!.Succeeded(out var runs, out failure))
        {
            return failure;
        }

        return page.Answer(
            Json.Of(("total_count", runs.Copy("total_count"))),
            "check_runs",
            Json.List(runs.At("check_runs").Objects().Select(static run => Json.Of(
                ("id", run.Copy("id")),
                ("name", run.Text("name")),
                ("status", run.Text("status")),
                ("conclusion", run.Text("conclusion")),
                ("html_url", run.Text("html_url")),
                ("details_url", run.Text("details_url")),
                ("started_at", run.Text("started_at")),
                ("completed_at", run.Text("completed_at"))))),
            asked.Answer.HasNextPage);
    }

    private static async ValueTask<(Asked? Asked, ToolAnswer? Failure)> OfHeadAsync(ToolCall call, PullName pull, string what, Page page, CancellationToken cancellationToken)
    {
        if (!(await pull.AskAsync(call, cancellationToken)).Succeeded(out var found, out var failure))
        {
            return (null, failure);
        }

        var head = found.At("head").Text("sha") ?? throw new InvalidOperationException("GitHub tells of a pull request without a head.");
        var path = ApiPath.Of("/repos/{owner}/{repo}/commits/{ref}" + what, pull.Repository.Owner, pull.Repository.Name, head);
        return (await call.AskAsync(ApiCallRequest.Get(path, ("page", page.Number), ("per_page", page.Size)), cancellationToken), null);
    }
}
