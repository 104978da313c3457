using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Objects;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Graph.Mutations;

/// <summary>Refs made, moved and deleted, and commits made on them.</summary>
internal sealed class RefMutations : IGraphTypes
{
    private const string Write = "contents=write";
    private const string Heads = "refs/heads/";

    public void Add(GraphTable table) => table.Type<RootSource>("Mutation")
        .Mutation("createCommitOnBranch", Write, CommitAsync)
        .Mutation("createRef", Write, CreateAsync)
        .Mutation("updateRef", Write, UpdateAsync)
        .Mutation("deleteRef", Write, DeleteAsync)
        .Mutation("mergeBranch", Write, MergeAsync);

    private static async Task<Dictionary<string, object?>> CommitAsync(GraphField field)
    {
        var input = field.Input;
        var (repository, branch) = await BranchAsync(field, input.Part("branch")!).ConfigureAwait(false);
        if (branch.Id != input.Text("expectedHeadOid"))
        {
            throw new GraphRefusal("STALE_DATA", $"Expected branch to point to \"{input.Text("expectedHeadOid")}\" but it did not. Pull and try again.");
        }

        var services = field.Call.Services;
        var tree = await services.Writer.TreeAsync(repository, branch.Id, await ChangesAsync(field, repository, branch.Id).ConfigureAwait(false), field.Call.Cancelled).ConfigureAwait(false)
            ?? throw GraphRefusal.Unprocessable("A path is malformed.");
        var (now, message) = (field.Call.Records(repository).Now, input.Part("message")!);
        var text = message.Text("body") is { Length: > 0 } body ? $"{message.Text("headline")}\n\n{body}" : message.Text("headline")!;
        var id = await services.Writer.CommitAsync(repository, tree, [branch.Id], Accounts.BotPerson(now), Accounts.GitHub(now), text, field.Call.Cancelled).ConfigureAwait(false);
        var moved = await MoveAsync(field, repository, branch.Name, branch.Id, id).ConfigureAwait(false);
        var payload = GraphMutations.Payload("ref", moved);
        payload["commit"] = new CommitSource(repository, await services.Git.ReadCommitAsync(repository, id, field.Call.Cancelled).ConfigureAwait(false));
        return payload;
    }

    // The branch by its node id, or by names.
    private static async Task<(SandboxRepository Repository, GitRef Branch)> BranchAsync(GraphField field, GraphArguments branch)
    {
        if (branch.Text("id") is { } id)
        {
            return await GraphNodes.FindAsync(field.Call, id).ConfigureAwait(false) is RefSource found && found.Ref.Name.StartsWith(Heads, StringComparison.Ordinal)
                ? (GraphNodes.Written(field.Call, found).Repository, found.Ref)
                : throw GraphRefusal.NotFound($"a branch with the global id of '{id}'");
        }

        var names = (branch.Text("repositoryNameWithOwner") ?? string.Empty).Split('/');
        var repository = GraphNodes.Written(field.Call, field.Call.Repository(names[0], names[^1])).Repository;
        var name = branch.Text("branchName") ?? string.Empty;
        return await field.Call.Services.Git.RefAsync(repository, name.StartsWith(Heads, StringComparison.Ordinal) ? name : Heads + name, field.Call.Cancelled).ConfigureAwait(false) is { } there
            ? (repository, there)
            : throw GraphRefusal.NotFound($"a branch with the name '{name}'");
    }

    private static async Task<List<TreeChange>> ChangesAsync(GraphField field, SandboxRepository repository, string tip)
    {
        var (services, changes) = (field.Call.Services, new List<TreeChange>());
        var files = field.Input.Part("fileChanges");
        foreach (var deletion in files?.Parts("deletions") ?? [])
        {
            var path = deletion.Text("path")!;
            changes.Add(await services.Git.EntryAsync(repository, tip, path, field.Call.Cancelled).ConfigureAwait(false) is { Type: "blob" }
                ? new TreeChange(path, "100644", null)
                : throw GraphRefusal.Unprocessable($"A path was requested for deletion which does not exist as of commit oid `{tip}`: {path}"));
        }

        foreach (var addition in files?.Parts("additions") ?? [])
        {
            var path = addition.Text("path")!;
            var content = Base64Lines.Read(addition.Text("contents")!) ?? throw GraphRefusal.Unprocessable($"The contents of {path} are not base64.");
            var mode = await services.Git.EntryAsync(repository, tip, path, field.Call.Cancelled).ConfigureAwait(false) is { Type: "blob" } there ? there.Mode : "100644";
            changes.Add(new TreeChange(path, mode, await services.Writer.BlobAsync(repository, content, field.Call.Cancelled).ConfigureAwait(false)));
        }

        return changes;
    }

    private static async Task<Dictionary<string, object?>> CreateAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<RepositorySource>(field, "repositoryId").ConfigureAwait(false);
        var (name, oid) = (field.Input.Text("name")!, field.Input.Text("oid")!);
        if (!name.StartsWith("refs/", StringComparison.Ordinal) || !RefNames.IsPlain(name))
        {
            throw GraphRefusal.Unprocessable($"{name} is not a valid ref name");
        }

        await RequireCommitAsync(field, target.Repository, oid).ConfigureAwait(false);
        return GraphMutations.Payload("ref", await MoveAsync(field, target.Repository, name, null, oid).ConfigureAwait(false));
    }

    private static async Task<Dictionary<string, object?>> UpdateAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<RefSource>(field, "refId").ConfigureAwait(false);
        var oid = field.Input.Text("oid")!;
        await RequireCommitAsync(field, target.Repository, oid).ConfigureAwait(false);
        return field.Input.Flag("force") != true && await field.Call.Services.Git.MergeBaseAsync(target.Repository, target.Ref.Id, oid, field.Call.Cancelled).ConfigureAwait(false) != target.Ref.Id
            ? throw GraphRefusal.Unprocessable("Update is not a fast forward")
            : GraphMutations.Payload("ref", await MoveAsync(field, target.Repository, target.Ref.Name, target.Ref.Id, oid).ConfigureAwait(false));
    }

    private static async Task<Dictionary<string, object?>> DeleteAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<RefSource>(field, "refId").ConfigureAwait(false);
        if (target.Ref.Name == Heads + RepositoryJson.DefaultBranch(target.Repository)
            || !await field.Call.Services.Writer.MoveAsync(target.Repository, [new RefMove(target.Ref.Name, null, target.Ref.Id)], field.Call.Cancelled).ConfigureAwait(false))
        {
            throw GraphRefusal.Unprocessable("Reference cannot be deleted");
        }

        return [];
    }

    private static async Task<Dictionary<string, object?>> MergeAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<RepositorySource>(field, "repositoryId").ConfigureAwait(false);
        var (services, repository, input) = (field.Call.Services, target.Repository, field.Input);
        var into = await services.Git.RefAsync(repository, Heads + input.Text("base"), field.Call.Cancelled).ConfigureAwait(false) ?? throw GraphRefusal.NotFound("the base branch");
        var taken = await services.Git.CommitAsync(repository, input.Text("head")!, field.Call.Cancelled).ConfigureAwait(false) ?? throw GraphRefusal.NotFound("the head");
        if (await services.Git.MergeBaseAsync(repository, into.Id, taken, field.Call.Cancelled).ConfigureAwait(false) == taken)
        {
            throw GraphRefusal.Unprocessable("Already merged");
        }

        var tree = await services.Merge.TreeAsync(repository, into.Id, taken, field.Call.Cancelled).ConfigureAwait(false) ?? throw GraphRefusal.Unprocessable("Merge conflict");
        var now = field.Call.Records(repository).Now;
        var id = await services.Writer.CommitAsync(
            repository, tree, [into.Id, taken], Accounts.BotPerson(now), Accounts.GitHub(now), input.Text("commitMessage") ?? $"Merge {input.Text("head")} into {into.Short}", field.Call.Cancelled).ConfigureAwait(false);
        await MoveAsync(field, repository, into.Name, into.Id, id).ConfigureAwait(false);
        return GraphMutations.Payload("mergeCommit", new CommitSource(repository, await services.Git.ReadCommitAsync(repository, id, field.Call.Cancelled).ConfigureAwait(false)));
    }

    private static async Task RequireCommitAsync(GraphField field, SandboxRepository repository, string oid)
    {
        if (!RefNames.IsId(oid) || (await field.Call.Services.Git.CheckAsync(repository, [oid], field.Call.Cancelled).ConfigureAwait(false))[0] is not { Type: "commit" })
        {
            throw GraphRefusal.NotFound($"a commit with the oid '{oid}'");
        }
    }

    private static async Task<RefSource> MoveAsync(GraphField field, SandboxRepository repository, string name, string? old, string fresh)
    {
        var services = field.Call.Services;
        if (!await services.Workflows.AllowsAsync(repository, field.Call.Token, old, fresh, field.Call.Cancelled).ConfigureAwait(false))
        {
            throw GraphRefusal.Forbidden();
        }

        return await services.Writer.MoveAsync(repository, [new RefMove(name, fresh, old ?? GitWriter.NoObject)], field.Call.Cancelled).ConfigureAwait(false)
            ? new RefSource(repository, (await services.Git.RefAsync(repository, name, field.Call.Cancelled).ConfigureAwait(false))!)
            : throw GraphRefusal.Unprocessable(old is null ? "Reference already exists" : "Reference moved meanwhile");
    }
}
