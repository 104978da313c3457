using System.Text.Json.Nodes;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>Merging a pull request, and bringing its branch up to date.</summary>
internal sealed class PullMergeRoutes(PullState state, PullMerging merging) : IRestGroup
{
    private static readonly string[] Methods = ["merge", "squash", "rebase"];

    public void Add(RestTable table)
    {
        table.Get("pulls/{number:n}/merge", "pull_requests=read", async call =>
            await state.FindAsync(call).ConfigureAwait(false) is { Pull.MergedAt: not null } ? RestAnswer.NoContent : RestAnswer.NotFound);
        table.Put("pulls/{number:n}/merge", "contents=write", MergeAsync);
        table.Put("pulls/{number:n}/update-branch", "pull_requests=write", UpdateBranchAsync);
    }

    private async Task<RestAnswer> MergeAsync(RestCall call)
    {
        var body = call.Body;
        var wish = new MergeWish(body.Text("merge_method") ?? "merge", body.Text("sha"), body.Text("commit_title"), body.Text("commit_message"));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!Methods.Contains(wish.Method))
        {
            return RestAnswer.Unprocessable($"Invalid request.\n\n{wish.Method} is not a member of [\"merge\", \"squash\", \"rebase\"].");
        }

        if (await state.FindAsync(call).ConfigureAwait(false) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        var (commit, wrong) = await merging.MergeAsync(call.Repository, call.Records, call.Token, issue, wish, call.Cancelled).ConfigureAwait(false);
        return commit is null
            ? wrong!
            : RestAnswer.Of(new JsonObject { ["sha"] = commit, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }

    private async Task<RestAnswer> UpdateBranchAsync(RestCall call)
    {
        var expected = call.Body.Text("expected_head_sha");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await state.FindAsync(call).ConfigureAwait(false) is not { Pull: { } pull } issue)
        {
            return RestAnswer.NotFound;
        }

        if (!issue.IsOpen || (expected is not null && expected != pull.HeadSha))
        {
            return RestAnswer.Unprocessable(issue.IsOpen ? "expected head sha didn't match current head ref." : "This pull request is closed.");
        }

        return await merging.UpdateBranchAsync(call.Repository, call.Records, pull, call.Cancelled).ConfigureAwait(false) switch
        {
            true => new RestAnswer.Json(202, new JsonObject { ["message"] = "Updating pull request branch.", ["url"] = call.Here.Page($"pull/{issue.Number}") }, null),
            false => RestAnswer.Unprocessable("There are no new commits on the base branch."),
            null => RestAnswer.Unprocessable("merge conflict between base and head"),
        };
    }
}
