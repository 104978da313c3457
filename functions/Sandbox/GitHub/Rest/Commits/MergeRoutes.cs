using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Commits;

/// <summary>Merging a commit into a branch.</summary>
internal sealed class MergeRoutes(GitReader git, GitWriter writer, GitMerge merge, WorkflowRule workflows) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Post("merges", "contents=write", MergeAsync);
        table.Post("merge-upstream", "contents=write", static _ => Task.FromResult(RestAnswer.Unprocessable("This repository is not a fork.")));
    }

    private async Task<RestAnswer> MergeAsync(RestCall call)
    {
        var (branch, head, message) = (call.Body.RequiredText("base"), call.Body.RequiredText("head"), call.Body.Text("commit_message"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        var into = await git.RefAsync(call.Repository, "refs/heads/" + branch, call.Cancelled).ConfigureAwait(false);
        if (into is null)
        {
            return new RestAnswer.Refused(404, "Base does not exist");
        }

        if (await git.CommitAsync(call.Repository, head, call.Cancelled).ConfigureAwait(false) is not { } taken)
        {
            return new RestAnswer.Refused(404, "Head does not exist");
        }

        if (await git.MergeBaseAsync(call.Repository, into.Id, taken, call.Cancelled).ConfigureAwait(false) == taken)
        {
            return RestAnswer.NoContent;
        }

        if (await merge.TreeAsync(call.Repository, into.Id, taken, call.Cancelled).ConfigureAwait(false) is not { } tree)
        {
            return new RestAnswer.Refused(409, "Merge conflict");
        }

        var now = call.Records.Now;
        var id = await writer.CommitAsync(
            call.Repository, tree, [into.Id, taken], Accounts.BotPerson(now), Accounts.GitHub(now), message ?? $"Merge {head} into {branch}", call.Cancelled).ConfigureAwait(false);
        if (!await workflows.AllowsAsync(call.Repository, call.Token, into.Id, id, call.Cancelled).ConfigureAwait(false))
        {
            return RestAnswer.Forbidden;
        }

        return await writer.MoveAsync(call.Repository, [new RefMove(into.Name, id, into.Id)], call.Cancelled).ConfigureAwait(false)
            ? RestAnswer.Created(CommitJson.Of(await git.ReadCommitAsync(call.Repository, id, call.Cancelled).ConfigureAwait(false), call))
            : new RestAnswer.Refused(409, "Base branch was modified. Review and try the merge again.");
    }
}
