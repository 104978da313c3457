using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Commits;
using CursorBroker.Sandbox.GitHub.Rest.Objects;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Contents;

/// <summary>Files written and deleted, each as a commit on a branch.</summary>
internal sealed class ContentWriteRoutes(GitReader git, GitWriter writer) : IRestGroup
{
    private const string MayWrite = "contents=write; contents=write,workflows=write";

    public void Add(RestTable table)
    {
        table.Put("contents/{path*}", MayWrite, PutAsync);
        table.Delete("contents/{path*}", MayWrite, DeleteAsync);
    }

    private async Task<RestAnswer> PutAsync(RestCall call)
    {
        var (message, text, sha) = (call.Body.RequiredText("message"), call.Body.RequiredText("content"), call.Body.Text("sha"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (Base64Lines.Read(text) is not { } content)
        {
            return RestAnswer.Unprocessable("content is not valid Base64");
        }

        var (target, wrong) = await TargetAsync(call).ConfigureAwait(false);
        if (target is null)
        {
            return wrong!;
        }

        if (target.Entry is { } there && sha is null)
        {
            return RestAnswer.Unprocessable(there.Type == "blob" ? "Invalid request.\n\n\"sha\" wasn't supplied." : $"{target.Path} is a directory");
        }

        if (target.Entry is { } known && sha != known.Id)
        {
            return new RestAnswer.Refused(409, $"{target.Path} does not match {sha}");
        }

        var blob = await writer.BlobAsync(call.Repository, content, call.Cancelled).ConfigureAwait(false);
        var mode = target.Entry is { Type: "blob" } old ? old.Mode : "100644";
        return await CommitAsync(call, target, new TreeChange(target.Path, mode, blob), message).ConfigureAwait(false);
    }

    private async Task<RestAnswer> DeleteAsync(RestCall call)
    {
        // Deletes may say it all in the query, since not every client sends a body with one.
        var message = call.Body.Text("message") ?? call.Query("message");
        var sha = call.Body.Text("sha") ?? call.Query("sha");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (message is null || sha is null)
        {
            return RestAnswer.Unprocessable($"Invalid request.\n\n\"{(message is null ? "message" : "sha")}\" wasn't supplied.");
        }

        var (target, wrong) = await TargetAsync(call).ConfigureAwait(false);
        return target is null ? wrong!
            : target.Entry is not { Type: "blob" } ? RestAnswer.NotFound
            : target.Entry.Id != sha ? new RestAnswer.Refused(409, $"{target.Path} does not match {sha}")
            : await CommitAsync(call, target, new TreeChange(target.Path, "100644", null), message).ConfigureAwait(false);
    }

    private async Task<(WriteTarget? Target, RestAnswer? Wrong)> TargetAsync(RestCall call)
    {
        var path = call["path"];
        if (!GitWriter.IsPath(path))
        {
            return (null, RestAnswer.Unprocessable("path contains a malformed path component"));
        }

        if (path.StartsWith(WorkflowRule.Directory, StringComparison.Ordinal) && call.Token?.Allows("workflows", PermissionLevel.Write) != true)
        {
            return (null, RestAnswer.Forbidden);
        }

        var branch = call.Body.Text("branch") ?? call.Query("branch") ?? RepositoryJson.DefaultBranch(call.Repository);
        var tip = await git.RefAsync(call.Repository, "refs/heads/" + branch, call.Cancelled).ConfigureAwait(false);
        if (tip is null)
        {
            return (null, new RestAnswer.Refused(404, $"Branch {branch} not found"));
        }

        return (new WriteTarget(path, branch, tip.Id, await git.EntryAsync(call.Repository, tip.Id, path, call.Cancelled).ConfigureAwait(false)), null);
    }

    private async Task<RestAnswer> CommitAsync(RestCall call, WriteTarget target, TreeChange change, string message)
    {
        var now = call.Records.Now;
        var author = CommitObjectRoutes.Person(call.Body.Part("author") ?? call.Body.Part("committer"), Accounts.BotPerson(now));
        var committer = CommitObjectRoutes.Person(call.Body.Part("committer"), Accounts.GitHub(now));
        if (await writer.TreeAsync(call.Repository, target.Tip, [change], call.Cancelled).ConfigureAwait(false) is not { } tree)
        {
            return RestAnswer.Unprocessable("path contains a malformed path component");
        }

        var id = await writer.CommitAsync(call.Repository, tree, [target.Tip], author, committer, message, call.Cancelled).ConfigureAwait(false);
        if (!await writer.MoveAsync(call.Repository, [new RefMove("refs/heads/" + target.Branch, id, target.Tip)], call.Cancelled).ConfigureAwait(false))
        {
            return new RestAnswer.Refused(409, $"{target.Branch} moved meanwhile; is at another commit but expected {target.Tip}");
        }

        var commit = CommitJson.Git(await git.ReadCommitAsync(call.Repository, id, call.Cancelled).ConfigureAwait(false), call.Repository, call.Links);
        var entry = change.Id is null ? null : await git.EntryAsync(call.Repository, id, target.Path, call.Cancelled).ConfigureAwait(false);
        var answer = new JsonObject { ["content"] = entry is null ? null : ContentRoutes.Json(entry, target.Branch, call), ["commit"] = commit };
        return target.Entry is null ? RestAnswer.Created(answer) : RestAnswer.Of(answer);
    }

    private sealed record WriteTarget(string Path, string Branch, string Tip, GitEntry? Entry);
}
