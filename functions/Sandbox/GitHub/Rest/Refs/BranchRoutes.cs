using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Commits;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Refs;

/// <summary>Branches, and tags as a list.</summary>
internal sealed class BranchRoutes(GitReader git, GitWriter writer, GitRunner runner) : IRestGroup
{
    private const string Heads = "refs/heads/";

    public void Add(RestTable table)
    {
        table.Get("branches", "contents=read", BranchesAsync);
        table.Get("branches/{branch*}", "contents=read", BranchAsync);
        table.Post("branches/{branch*}/rename", "contents=write", RenameAsync);
        table.Get("tags", "metadata=read", TagsAsync);
        table.Get("commits/{sha}/branches-where-head", "contents=read", WhereHeadAsync);
    }

    private static JsonObject Short(GitRef branch, RestCall call) => new()
    {
        ["name"] = branch.Short,
        ["commit"] = new JsonObject { ["sha"] = branch.Id, ["url"] = call.Here.Api("commits/" + branch.Id) },
        ["protected"] = false,
    };

    private async Task<RestAnswer> BranchesAsync(RestCall call)
    {
        var branches = await git.RefsAsync(call.Repository, Heads, call.Cancelled).ConfigureAwait(false);

        // None is protected here.
        return RestAnswer.List(call.Query("protected") == "true" ? [] : branches, branch => Short(branch, call));
    }

    private async Task<RestAnswer> WhereHeadAsync(RestCall call)
    {
        var branches = await git.RefsAsync(call.Repository, Heads, call.Cancelled).ConfigureAwait(false);
        return RestAnswer.List([.. branches.Where(branch => branch.Id == call["sha"])], branch => Short(branch, call));
    }

    private async Task<RestAnswer> BranchAsync(RestCall call) =>
        await git.RefAsync(call.Repository, Heads + call["branch"], call.Cancelled).ConfigureAwait(false) is { } branch
            ? RestAnswer.Of(await JsonAsync(branch, call).ConfigureAwait(false))
            : new RestAnswer.Refused(404, "Branch not found");

    private async Task<JsonObject> JsonAsync(GitRef branch, RestCall call)
    {
        var commit = await git.ReadCommitAsync(call.Repository, branch.Id, call.Cancelled).ConfigureAwait(false);
        var path = Links.Path(branch.Short);
        return new JsonObject
        {
            ["name"] = branch.Short,
            ["commit"] = CommitJson.Of(commit, call),
            ["_links"] = new JsonObject { ["self"] = call.Here.Api("branches/" + path), ["html"] = call.Here.Page("tree/" + path) },
            ["protected"] = false,
            ["protection"] = new JsonObject
            {
                ["enabled"] = false,
                ["required_status_checks"] = new JsonObject { ["enforcement_level"] = "off", ["contexts"] = new JsonArray(), ["checks"] = new JsonArray() },
            },
            ["protection_url"] = call.Here.Api($"branches/{path}/protection"),
        };
    }

    private async Task<RestAnswer> RenameAsync(RestCall call)
    {
        var name = call.Body.RequiredText("new_name");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        var old = await git.RefAsync(call.Repository, Heads + call["branch"], call.Cancelled).ConfigureAwait(false);
        if (old is null)
        {
            return new RestAnswer.Refused(404, "Branch not found");
        }

        var isDefault = RepositoryJson.DefaultBranch(call.Repository) == old.Short;
        if (isDefault && call.Token?.Allows("administration", App.PermissionLevel.Write) != true)
        {
            return RestAnswer.Forbidden;
        }

        if (!RefNames.IsPlain(Heads + name)
            || !await writer.MoveAsync(call.Repository, [new RefMove(Heads + name, old.Id, GitWriter.NoObject), new RefMove(old.Name, null, old.Id)], call.Cancelled).ConfigureAwait(false))
        {
            return RestAnswer.Unprocessable("Sorry, that branch name cannot be used: it is invalid or taken.");
        }

        if (isDefault)
        {
            await runner.MustAsync(call.Repository, ["symbolic-ref", "HEAD", Heads + name], default, null, call.Cancelled).ConfigureAwait(false);
        }

        Retarget(call.Records, old.Short, name);
        return RestAnswer.Created(await JsonAsync(old with { Name = Heads + name }, call).ConfigureAwait(false));
    }

    // Open pull requests follow a branch to its new name.
    private static void Retarget(RepositoryRecords records, string old, string name)
    {
        foreach (var issue in records.Issues.Values.Where(static issue => issue is { IsOpen: true, Pull: not null }))
        {
            records.ChangeIssue(issue.Number, now => now with
            {
                Pull = now.Pull! with
                {
                    HeadRef = now.Pull.HeadRef == old ? name : now.Pull.HeadRef,
                    BaseRef = now.Pull.BaseRef == old ? name : now.Pull.BaseRef,
                },
            });
        }
    }

    private async Task<RestAnswer> TagsAsync(RestCall call)
    {
        var tags = await git.RefsAsync(call.Repository, "refs/tags/", call.Cancelled).ConfigureAwait(false);
        return RestAnswer.List([.. tags.Where(static tag => tag.Commit is not null).Reverse()], tag => new JsonObject
        {
            ["name"] = tag.Short,
            ["zipball_url"] = call.Here.Api("zipball/" + tag.Name),
            ["tarball_url"] = call.Here.Api("tarball/" + tag.Name),
            ["commit"] = new JsonObject { ["sha"] = tag.Commit, ["url"] = call.Here.Api("commits/" + tag.Commit) },
            ["node_id"] = NodeIds.Of("REF", call.Repository.Id, tag.Name),
        });
    }
}
