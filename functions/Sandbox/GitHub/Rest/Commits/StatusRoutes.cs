using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Commits;

/// <summary>Statuses that others set on commits.</summary>
internal sealed class StatusRoutes(GitReader git) : IRestGroup
{
    private static readonly string[] States = ["error", "failure", "pending", "success"];

    public void Add(RestTable table)
    {
        table.Get("commits/{ref*}/statuses", "statuses=read", ListAsync);
        table.Get("commits/{ref*}/status", "statuses=read", CombinedAsync);
        table.Post("statuses/{sha}", "statuses=write", CreateAsync);
    }

    private static JsonObject Json(StatusRecord status, RestCall call, bool isWhole)
    {
        var json = new JsonObject
        {
            ["url"] = call.Here.Api("statuses/" + status.Sha),
            ["avatar_url"] = call.Links.Page("avatars/" + Uri.EscapeDataString(status.Creator)),
            ["id"] = status.Id,
            ["node_id"] = NodeIds.Of("SC", call.Repository.Id, status.Id),
            ["state"] = status.State,
            ["description"] = status.Description,
            ["target_url"] = status.TargetUrl,
            ["context"] = status.Context,
            ["created_at"] = GitHubAnswer.Time(status.CreatedAt),
            ["updated_at"] = GitHubAnswer.Time(status.CreatedAt),
        };
        if (isWhole)
        {
            json["creator"] = Accounts.Json(status.Creator, call.Links);
        }

        return json;
    }

    private async Task<RestAnswer> ListAsync(RestCall call) =>
        await git.CommitAsync(call.Repository, call["ref"], call.Cancelled).ConfigureAwait(false) is { } sha
            ? RestAnswer.List([.. call.Records.Statuses.Where(status => status.Sha == sha).Reverse()], status => Json(status, call, isWhole: true))
            : RestAnswer.NotFound;

    private async Task<RestAnswer> CombinedAsync(RestCall call)
    {
        if (await git.CommitAsync(call.Repository, call["ref"], call.Cancelled).ConfigureAwait(false) is not { } sha)
        {
            return RestAnswer.NotFound;
        }

        var latest = call.Records.Statuses.Where(status => status.Sha == sha).GroupBy(static status => status.Context).Select(static group => group.Last()).ToList();
        return RestAnswer.List(latest, status => Json(status, call, isWhole: false), (count, page) => new JsonObject
        {
            ["state"] = Combined(latest),
            ["statuses"] = page,
            ["sha"] = sha,
            ["total_count"] = count,
            ["repository"] = RepositoryJson.Of(call.Repository, call.Records, call.Links),
            ["commit_url"] = call.Here.Api("commits/" + sha),
            ["url"] = call.Here.Api($"commits/{sha}/status"),
        });
    }

    private static string Combined(List<StatusRecord> latest) =>
        latest.Any(static status => status.State is "error" or "failure") ? "failure"
        : latest.Count > 0 && latest.All(static status => status.State == "success") ? "success"
        : "pending";

    private async Task<RestAnswer> CreateAsync(RestCall call)
    {
        var body = call.Body;
        var (state, context, description, target) = (body.RequiredText("state"), body.Text("context") ?? "default", body.Text("description"), body.Text("target_url"));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!States.Contains(state))
        {
            return RestAnswer.Invalid("Status", "state", "custom", "State is not included in the list");
        }

        return RefNames.IsId(call["sha"]) && (await git.CheckAsync(call.Repository, [call["sha"]], call.Cancelled).ConfigureAwait(false))[0] is { Type: "commit" } commit
            ? RestAnswer.Created(Json(
                call.Records.AddStatus(new StatusRecord(
                    call.Records.NextId("status"), commit.Id, state, context, description, target, Accounts.Bot, call.Records.Now)),
                call,
                isWhole: true))
            : RestAnswer.Unprocessable($"No commit found for SHA: {call["sha"]}");
    }
}
