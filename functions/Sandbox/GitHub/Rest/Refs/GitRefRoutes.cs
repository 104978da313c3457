using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Refs;

/// <summary>Refs of the git database: read, made, moved, deleted.</summary>
internal sealed class GitRefRoutes(GitReader git, GitWriter writer, WorkflowRule workflows) : IRestGroup
{
    private const string MayMove = "contents=write; contents=write,workflows=write";

    public void Add(RestTable table)
    {
        table.Get("git/ref/{ref*}", "contents=read", OneAsync);
        table.Get("git/refs", "contents=read", MatchingAsync);
        table.Get("git/refs/{ref*}", "contents=read", OneAsync);
        table.Get("git/matching-refs/{ref*}", "contents=read", MatchingAsync);
        table.Get("git/matching-refs", "contents=read", MatchingAsync);
        table.Post("git/refs", MayMove, CreateAsync);
        table.Patch("git/refs/{ref*}", MayMove, UpdateAsync);
        table.Delete("git/refs/{ref*}", "contents=write", DeleteAsync);
    }

    public static JsonObject Json(GitRef one, RestCall call) => new()
    {
        ["ref"] = one.Name,
        ["node_id"] = NodeIds.Of("REF", call.Repository.Id, one.Name),
        ["url"] = call.Here.Api("git/" + Links.Path(one.Name)),
        ["object"] = new JsonObject
        {
            ["sha"] = one.Id,
            ["type"] = one.Type,
            ["url"] = call.Here.Api($"git/{one.Type}s/{one.Id}"),
        },
    };

    private static string Whole(string name) => name.StartsWith("refs/", StringComparison.Ordinal) ? name : "refs/" + name;

    private async Task<RestAnswer> OneAsync(RestCall call) =>
        await git.RefAsync(call.Repository, Whole(call["ref"]), call.Cancelled).ConfigureAwait(false) is { } found
            ? RestAnswer.Of(Json(found, call))
            : RestAnswer.NotFound;

    private async Task<RestAnswer> MatchingAsync(RestCall call)
    {
        var prefix = Whole(call.Parameters.GetValueOrDefault("ref", string.Empty));
        var refs = await git.RefsAsync(call.Repository, "refs/", call.Cancelled).ConfigureAwait(false);
        return RestAnswer.List([.. refs.Where(one => one.Name.StartsWith(prefix, StringComparison.Ordinal))], one => Json(one, call));
    }

    private async Task<RestAnswer> CreateAsync(RestCall call)
    {
        var (name, sha) = (call.Body.RequiredText("ref"), call.Body.RequiredText("sha"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!name.StartsWith("refs/", StringComparison.Ordinal) || name.Count(static one => one == '/') < 2 || !RefNames.IsPlain(name))
        {
            return RestAnswer.Unprocessable($"{name} is not a valid ref name");
        }

        if (await TargetAsync(call, name, sha).ConfigureAwait(false) is { } wrong)
        {
            return wrong;
        }

        if (!await workflows.AllowsAsync(call.Repository, call.Token, null, sha, call.Cancelled).ConfigureAwait(false))
        {
            return RestAnswer.Forbidden;
        }

        return await writer.MoveAsync(call.Repository, [new RefMove(name, sha, GitWriter.NoObject)], call.Cancelled).ConfigureAwait(false)
            ? RestAnswer.Created(
                Json((await git.RefAsync(call.Repository, name, call.Cancelled).ConfigureAwait(false))!, call), new Uri(call.Here.Api("git/" + Links.Path(name))))
            : RestAnswer.Unprocessable("Reference already exists");
    }

    private async Task<RestAnswer> UpdateAsync(RestCall call)
    {
        var (sha, force) = (call.Body.RequiredText("sha"), call.Body.Flag("force") ?? false);
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        var name = Whole(call["ref"]);
        var old = await git.RefAsync(call.Repository, name, call.Cancelled).ConfigureAwait(false);
        if (old is null)
        {
            return RestAnswer.Unprocessable("Reference does not exist");
        }

        if (await TargetAsync(call, name, sha).ConfigureAwait(false) is { } wrong)
        {
            return wrong;
        }

        if (!force && (old.Commit is null || await git.MergeBaseAsync(call.Repository, old.Commit, sha, call.Cancelled).ConfigureAwait(false) != old.Commit))
        {
            return RestAnswer.Unprocessable("Update is not a fast forward");
        }

        if (!await workflows.AllowsAsync(call.Repository, call.Token, old.Commit, sha, call.Cancelled).ConfigureAwait(false))
        {
            return RestAnswer.Forbidden;
        }

        return await writer.MoveAsync(call.Repository, [new RefMove(name, sha, old.Id)], call.Cancelled).ConfigureAwait(false)
            ? RestAnswer.Of(Json((await git.RefAsync(call.Repository, name, call.Cancelled).ConfigureAwait(false))!, call))
            : RestAnswer.Unprocessable("Reference cannot be updated");
    }

    private async Task<RestAnswer> DeleteAsync(RestCall call)
    {
        var name = Whole(call["ref"]);
        if (await git.RefAsync(call.Repository, name, call.Cancelled).ConfigureAwait(false) is not { } old)
        {
            return RestAnswer.Unprocessable("Reference does not exist");
        }

        return old.Short == Repositories.RepositoryJson.DefaultBranch(call.Repository) && old.Name.StartsWith("refs/heads/", StringComparison.Ordinal)
            ? RestAnswer.Unprocessable("Cannot delete the default branch")
            : await writer.MoveAsync(call.Repository, [new RefMove(name, null, old.Id)], call.Cancelled).ConfigureAwait(false)
                ? RestAnswer.NoContent
                : RestAnswer.Unprocessable("Reference cannot be deleted");
    }

    // A branch names a commit; any other ref an object.
    private async Task<RestAnswer?> TargetAsync(RestCall call, string name, string sha)
    {
        if (!RefNames.IsId(sha))
        {
            return RestAnswer.Unprocessable("The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
        }

        var target = (await git.CheckAsync(call.Repository, [sha], call.Cancelled).ConfigureAwait(false))[0];
        return target is null || (target.Type != "commit" && name.StartsWith("refs/heads/", StringComparison.Ordinal))
            ? RestAnswer.Unprocessable("Object does not exist")
            : null;
    }
}
