using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>Branches and tags.</summary>
internal sealed class RefTypes : IGraphTypes
{
    public void Add(GraphTable table) => table.Type<RefSource>("Ref", "contents=read")
        .Field("id", static source => NodeIds.Of("REF", source.Repository.Id, source.Ref.Name))
        .Field("name", static source => source.Ref.Short)
        .Field("prefix", static source => source.Ref.Name[..^source.Ref.Short.Length])
        .FieldAsync("target", static async (source, field) => await CommitTypes.ObjectAsync(field.Call, source.Repository, source.Ref.Id).ConfigureAwait(false))
        .Field("repository", static source => new RepositorySource(source.Repository))
        .FieldAsync("associatedPullRequests", static (source, field) => PullTypes.ListAsync(source.Repository, field, source.Ref.Short))
        .Constant(null, "branchProtectionRule");

    public static async Task<object?> FindAsync(SandboxRepository repository, string name, GraphField field) =>
        await field.Call.Services.Git.RefAsync(repository, name, field.Call.Cancelled).ConfigureAwait(false) is { } found ? new RefSource(repository, found) : null;

    /// <summary>A ref by its whole name, or a branch's or tag's by its short one.</summary>
    public static async Task<object?> NamedAsync(SandboxRepository repository, string name, GraphField field)
    {
        foreach (var whole in name.StartsWith("refs/", StringComparison.Ordinal) ? [name] : new[] { "refs/heads/" + name, "refs/tags/" + name, "refs/" + name })
        {
            if (await FindAsync(repository, whole, field).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public static async Task<object?> ListAsync(SandboxRepository repository, GraphField field)
    {
        var prefix = field.Arguments.Text("refPrefix")!;
        if (!prefix.StartsWith("refs/", StringComparison.Ordinal) || !prefix.EndsWith('/') || !RefNames.IsPlain(prefix.TrimEnd('/')))
        {
            throw GraphRefusal.Unprocessable($"Invalid refPrefix: {prefix}");
        }

        var refs = (await field.Call.Services.Git.RefsAsync(repository, prefix, field.Call.Cancelled).ConfigureAwait(false))
            .Where(one => one.Short.Contains(field.Arguments.Text("query") ?? string.Empty, StringComparison.OrdinalIgnoreCase));
        return GraphConnection.Of(field, [.. field.Arguments.Text("direction") == "DESC" ? refs.Reverse() : refs], one => new RefSource(repository, one));
    }
}
