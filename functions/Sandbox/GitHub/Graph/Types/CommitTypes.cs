using System.Globalization;
using System.Text;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>git's objects: commits, trees, blobs, tags.</summary>
internal sealed class CommitTypes : IGraphTypes
{
    private const string MayRead = "contents=read";

    public void Add(GraphTable table)
    {
        Commits(table.Type<CommitSource>("Commit", MayRead));
        Object(table.Type<TreeSource>("Tree", MayRead), "T", static source => source.Id).FieldAsync("entries", static (source, field) => EntriesAsync(source, field));
        Object(table.Type<BlobSource>("Blob", MayRead), "B", static source => source.Id)
            .FieldAsync("byteSize", static async (source, field) => (await ContentAsync(source, field).ConfigureAwait(false)).Length)
            .FieldAsync("isBinary", static async (source, field) => IsBinary(await ContentAsync(source, field).ConfigureAwait(false)))
            .Constant(false, "isTruncated")
            .FieldAsync("text", static async (source, field) => await ContentAsync(source, field).ConfigureAwait(false) is var content && !IsBinary(content) ? Encoding.UTF8.GetString(content) : null);
        Object(table.Type<TagSource>("Tag", MayRead), "TA", static source => source.Tag.Id)
            .Field("name", static source => source.Tag.Name)
            .Field("message", static source => source.Tag.Message)
            .Field("tagger", static (source, field) => Actor(source.Tag.Tagger, field))
            .FieldAsync("target", static async (source, field) => await ObjectAsync(field.Call, source.Repository, source.Tag.Object).ConfigureAwait(false));
    }

    /// <summary>An object by its id; null when there is none.</summary>
    public static async Task<GraphSource?> ObjectAsync(GraphCall call, SandboxRepository repository, string id, string path = "") =>
        await call.Services.Git.ObjectAsync(repository, id, call.Cancelled).ConfigureAwait(false) switch
        {
            { Type: "commit" } found => new CommitSource(repository, GitCommit.Parse(found)),
            { Type: "tree" } found => new TreeSource(repository, found.Id, path),
            { Type: "blob" } found => new BlobSource(repository, found.Id),
            { Type: "tag" } found => new TagSource(repository, GitTag.Parse(found)),
            _ => null,
        };

    /// <summary><c>oid</c>, or an <c>expression</c>: <c>REF</c> or <c>REF:PATH</c>.</summary>
    public static async Task<object?> ExpressionAsync(SandboxRepository repository, GraphField field)
    {
        if (field.Arguments.Text("oid") is { } oid)
        {
            return RefNames.IsId(oid) ? await ObjectAsync(field.Call, repository, oid).ConfigureAwait(false) : null;
        }

        var parts = (field.Arguments.Text("expression") ?? string.Empty).Split(':', 2);
        if (RefNames.IsId(parts[0]) && parts.Length == 1)
        {
            return await ObjectAsync(field.Call, repository, parts[0]).ConfigureAwait(false);
        }

        if (await field.Call.Services.Git.CommitAsync(repository, parts[0], field.Call.Cancelled).ConfigureAwait(false) is not { } commit)
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return await ObjectAsync(field.Call, repository, commit).ConfigureAwait(false);
        }

        var path = parts[1].Trim('/');
        return await field.Call.Services.Git.EntryAsync(repository, commit, path, field.Call.Cancelled).ConfigureAwait(false) is { } entry
            ? await ObjectAsync(field.Call, repository, entry.Id, path).ConfigureAwait(false)
            : null;
    }

    private static GraphType<T> Object<T>(GraphType<T> type, string prefix, Func<T, string> id)
        where T : RepositoryPart => type
        .Field("id", source => NodeIds.Of(prefix, source.Repository.Id, id(source)))
        .Field("oid", source => id(source))
        .Field("abbreviatedOid", source => id(source)[..7])
        .Field("commitUrl", (source, field) => field.Call.Links.To(source.Repository).Page("commit/" + id(source)))
        .Field("repository", static source => new RepositorySource(source.Repository));

    private static void Commits(GraphType<CommitSource> type) => Object(type, "C", static source => source.Commit.Id)
        .Field("url", static (source, field) => field.Call.Links.To(source.Repository).Page("commit/" + source.Commit.Id))
        .Field("message", static source => source.Commit.Message)
        .Field("messageHeadline", static source => source.Commit.Subject)
        .Field("messageBody", static source => source.Commit.Message[source.Commit.Subject.Length..].Trim('\n'))
        .Field("authoredDate", static source => GitHubAnswer.Time(source.Commit.Author.At))
        .Field("committedDate", static source => GitHubAnswer.Time(source.Commit.Committer.At))
        .Field("author", static (source, field) => Actor(source.Commit.Author, field))
        .Field("committer", static (source, field) => Actor(source.Commit.Committer, field))
        .Field("authors", static (source, field) => GraphConnection.Of(field, [source.Commit.Author], person => Actor(person, field)))
        .Field("tree", static source => new TreeSource(source.Repository, source.Commit.Tree, string.Empty))
        .FieldAsync("parents", static async (source, field) => GraphConnection.Of(
            field,
            await field.Call.Services.Git.ReadCommitsAsync(source.Repository, source.Commit.Parents, field.Call.Cancelled).ConfigureAwait(false),
            commit => new CommitSource(source.Repository, commit)))
        .FieldAsync("history", static (source, field) => HistoryAsync(source, field))
        .FieldAsync("file", static (source, field) => FileAsync(source, field))
        .FieldAsync("additions", static async (source, field) => (await ChangesAsync(source, field).ConfigureAwait(false)).Sum(static file => file.Additions))
        .FieldAsync("deletions", static async (source, field) => (await ChangesAsync(source, field).ConfigureAwait(false)).Sum(static file => file.Deletions))
        .Field("statusCheckRollup", static (source, field) => CheckTypes.Rollup(source.Repository, source.Commit.Id, field));

    private static async Task<IReadOnlyList<FileChange>> ChangesAsync(CommitSource source, GraphField field) => await field.Call.Services.Diff.FilesAsync(
        source.Repository, source.Commit.Parents.FirstOrDefault() ?? GitDiff.EmptyTree, source.Commit.Id, field.Call.Cancelled).ConfigureAwait(false);

    private static async Task<object?> HistoryAsync(CommitSource source, GraphField field)
    {
        IEnumerable<string> path = field.Arguments.Text("path") is { Length: > 0 } given ? ["--", ":(literal)" + given.Trim('/')] : [];
        var ids = await field.Call.Services.Git.ListAsync(source.Repository, [source.Commit.Id, .. path], field.Call.Cancelled).ConfigureAwait(false);
        var page = GraphConnection.Of(field, ids, static id => id);
        var commits = await field.Call.Services.Git.ReadCommitsAsync(source.Repository, ((List<object?>)page["nodes"]!).Cast<string>(), field.Call.Cancelled).ConfigureAwait(false);
        var sources = commits.Select(commit => new CommitSource(source.Repository, commit)).ToList();
        page["nodes"] = sources;
        page["edges"] = sources.Select(static (one, index) => new Dictionary<string, object?> { ["node"] = one, ["cursor"] = index.ToString(CultureInfo.InvariantCulture) }).ToList();
        return page;
    }

    private static async Task<object?> EntriesAsync(TreeSource source, GraphField field) =>
        (await field.Call.Services.Git.TreeAsync(source.Repository, source.Id, recursive: false, field.Call.Cancelled).ConfigureAwait(false))
            .Select(entry => Entry(source.Repository, entry with { Path = source.Path.Length == 0 ? entry.Path : $"{source.Path}/{entry.Path}" })).ToList();

    private static async Task<object?> FileAsync(CommitSource source, GraphField field) =>
        await field.Call.Services.Git.EntryAsync(source.Repository, source.Commit.Id, field.Arguments.Text("path")!, field.Call.Cancelled).ConfigureAwait(false) is { } entry
            ? Entry(source.Repository, entry)
            : null;

    private static EntrySource Entry(SandboxRepository repository, GitEntry entry) => new(repository, entry);

    private static async Task<byte[]> ContentAsync(BlobSource source, GraphField field) =>
        (await field.Call.Services.Git.ObjectAsync(source.Repository, source.Id, field.Call.Cancelled).ConfigureAwait(false))!.Content;

    private static bool IsBinary(byte[] content) => content.AsSpan(0, Math.Min(content.Length, 8000)).Contains((byte)0);

    public static Dictionary<string, object?> Actor(GitPerson person, GraphField field) => new()
    {
        ["name"] = person.Name,
        ["email"] = person.Email,
        ["date"] = GitHubAnswer.Time(person.At),
        ["avatarUrl"] = field.Call.Links.Page("avatars/" + Uri.EscapeDataString(person.Email)),
        ["user"] = Accounts.Login(person.Email) is { } login && login != Accounts.Bot ? new AccountSource(login, "User") : null,
    };
}

/// <summary>An entry of a tree, whose object is read when it is asked for.</summary>
internal sealed record EntrySource(SandboxRepository Repository, GitEntry Entry) : RepositoryPart("TreeEntry", Repository);

/// <summary>Entries of trees.</summary>
internal sealed class EntryTypes : IGraphTypes
{
    public void Add(GraphTable table) => table.Type<EntrySource>("TreeEntry", "contents=read")
        .Field("name", static source => source.Entry.Name)
        .Field("path", static source => source.Entry.Path)
        .Field("mode", static source => Convert.ToInt32(source.Entry.Mode, 8))
        .Field("type", static source => source.Entry.Type)
        .Field("oid", static source => source.Entry.Id)
        .Field("size", static source => (int)(source.Entry.Size ?? 0))
        .Field("extension", static source => Path.GetExtension(source.Entry.Name))
        .FieldAsync("object", static async (source, field) => await CommitTypes.ObjectAsync(field.Call, source.Repository, source.Entry.Id, source.Entry.Path).ConfigureAwait(false));
}
