using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Commits;

/// <summary>Check runs, which Apps set on commits.</summary>
internal sealed class CheckRoutes(GitReader git, GitHubApp app) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("commits/{ref*}/check-runs", "checks=read", ListAsync);
        table.Get("commits/{ref*}/check-suites", "checks=read", static _ => Task.FromResult(RestAnswer.List<string>(
            [], static one => one, static (count, page) => new JsonObject { ["total_count"] = count, ["check_suites"] = page })));
        table.Get("check-runs/{id:n}", "checks=read", call => Task.FromResult(
            Find(call) is { } check ? RestAnswer.Of(Json(check, call)) : RestAnswer.NotFound));
        table.Post("check-runs", "checks=write", CreateAsync);
        table.Patch("check-runs/{id:n}", "checks=write", call => Task.FromResult(Change(call)));
    }

    private static CheckRecord? Find(RestCall call) => call.Records.Checks.FirstOrDefault(check => check.Id == call.Number("id"));

    private async Task<RestAnswer> ListAsync(RestCall call) =>
        await git.CommitAsync(call.Repository, call["ref"], call.Cancelled).ConfigureAwait(false) is { } sha
            ? RestAnswer.List(
                [.. call.Records.Checks.Where(check => check.Sha == sha)],
                check => Json(check, call),
                static (count, page) => new JsonObject { ["total_count"] = count, ["check_runs"] = page })
            : RestAnswer.Unprocessable($"No commit found for SHA: {call["ref"]}");

    private async Task<RestAnswer> CreateAsync(RestCall call)
    {
        var body = call.Body;
        var (name, sha, conclusion, output) = (body.RequiredText("name"), body.RequiredText("head_sha"), body.Text("conclusion"), body.Part("output"));
        var status = body.Text("status") ?? (conclusion is null ? "queued" : "completed");
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!RefNames.IsId(sha) || (await git.CheckAsync(call.Repository, [sha], call.Cancelled).ConfigureAwait(false))[0] is not { Type: "commit" } commit)
        {
            return RestAnswer.Unprocessable($"No commit found for SHA: {sha}");
        }

        var now = call.Records.Now;
        return RestAnswer.Created(Json(
            call.Records.PutCheck(new CheckRecord(
                call.Records.NextId("check"), commit.Id, name, status, conclusion, now, conclusion is null ? null : now, output?.Text("title"), output?.Text("summary"))),
            call));
    }

    private RestAnswer Change(RestCall call)
    {
        var (name, status, conclusion, output) = (call.Body.Text("name"), call.Body.Text("status"), call.Body.Text("conclusion"), call.Body.Part("output"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        return Find(call) is not { } check
            ? RestAnswer.NotFound
            : RestAnswer.Of(Json(
                call.Records.PutCheck(check with
                {
                    Name = name ?? check.Name,
                    Status = conclusion is null ? status ?? check.Status : "completed",
                    Conclusion = conclusion ?? check.Conclusion,
                    CompletedAt = conclusion is null ? check.CompletedAt : call.Records.Now,
                    Title = output?.Text("title") ?? check.Title,
                    Summary = output?.Text("summary") ?? check.Summary,
                }),
                call));
    }

    private JsonObject Json(CheckRecord check, RestCall call) => new()
    {
        ["id"] = check.Id,
        ["name"] = check.Name,
        ["node_id"] = NodeIds.Of("CR", call.Repository.Id, check.Id),
        ["head_sha"] = check.Sha,
        ["external_id"] = string.Empty,
        ["url"] = call.Here.Api($"check-runs/{check.Id}"),
        ["html_url"] = call.Here.Page($"runs/{check.Id}"),
        ["details_url"] = call.Here.Page($"runs/{check.Id}"),
        ["status"] = check.Status,
        ["conclusion"] = check.Conclusion,
        ["started_at"] = GitHubAnswer.Time(check.StartedAt),
        ["completed_at"] = check.CompletedAt is { } at ? GitHubAnswer.Time(at) : null,
        ["output"] = new JsonObject
        {
            ["title"] = check.Title,
            ["summary"] = check.Summary,
            ["text"] = null,
            ["annotations_count"] = 0,
            ["annotations_url"] = call.Here.Api($"check-runs/{check.Id}/annotations"),
        },
        ["check_suite"] = new JsonObject { ["id"] = StableId.Of("suite/" + check.Sha) },
        ["app"] = AppJson.Of(app, call.Repository.Owner, call.Links),
        ["pull_requests"] = new JsonArray(),
    };
}
