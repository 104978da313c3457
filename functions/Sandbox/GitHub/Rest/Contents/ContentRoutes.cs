using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Rest.Objects;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Contents;

/// <summary>Files and directories by path.</summary>
internal sealed class ContentRoutes(GitReader git) : IRestGroup
{
    // Above this, JSON comes without content; the raw form still has it. https://docs.github.com/rest/repos/contents
    private const int MostInline = 1024 * 1024;

    private static readonly string[] Readmes = ["README.md", "README", "readme.md", "README.txt", "README.rst"];

    public void Add(RestTable table)
    {
        table.Get("contents", "contents=read", call => ReadAsync(call, string.Empty));
        table.Get("contents/{path*}", "contents=read", call => ReadAsync(call, call["path"]));
        table.Get("readme", "contents=read", call => ReadmeAsync(call, string.Empty));
        table.Get("readme/{dir*}", "contents=read", call => ReadmeAsync(call, call["dir"] + "/"));
    }

    /// <summary>A path as JSON, without content.</summary>
    public static JsonObject Json(GitEntry entry, string reference, RestCall call)
    {
        var path = Links.Path(entry.Path);
        var type = entry.IsSymlink ? "symlink" : entry.Type switch { "tree" => "dir", "commit" => "submodule", _ => "file" };
        var url = call.Here.Api($"contents/{path}?ref={Uri.EscapeDataString(reference)}");
        var git = type == "submodule" ? null : call.Here.Api($"git/{(type == "dir" ? "trees" : "blobs")}/{entry.Id}");
        var html = type == "submodule" ? null : call.Here.Page($"{(type == "dir" ? "tree" : "blob")}/{Links.Path(reference)}/{path}");
        return new JsonObject
        {
            ["name"] = entry.Name,
            ["path"] = entry.Path,
            ["sha"] = entry.Id,
            ["size"] = entry.Size ?? 0,
            ["url"] = url,
            ["html_url"] = html,
            ["git_url"] = git,
            ["download_url"] = type is "file" or "symlink" ? call.Links.Page($"raw/{call.Repository.FullName}/{Links.Path(reference)}/{path}") : null,
            ["type"] = type,
            ["_links"] = new JsonObject { ["self"] = url, ["git"] = git, ["html"] = html },
        };
    }

    private async Task<RestAnswer> ReadmeAsync(RestCall call, string directory)
    {
        var (reference, commit) = await CommitAsync(call).ConfigureAwait(false);
        if (commit is not null)
        {
            foreach (var name in Readmes)
            {
                if (await git.EntryAsync(call.Repository, commit, directory + name, call.Cancelled).ConfigureAwait(false) is { Type: "blob" } entry)
                {
                    return await FileAsync(call, entry, reference).ConfigureAwait(false);
                }
            }
        }

        return RestAnswer.NotFound;
    }

    private async Task<RestAnswer> ReadAsync(RestCall call, string path)
    {
        var (reference, commit) = await CommitAsync(call).ConfigureAwait(false);
        if (commit is null)
        {
            return new RestAnswer.Refused(404, $"No commit found for the ref {reference}");
        }

        var entry = await git.EntryAsync(call.Repository, commit, path.TrimEnd('/'), call.Cancelled).ConfigureAwait(false);
        return entry switch
        {
            null => RestAnswer.NotFound,
            { Type: "tree" } => await DirectoryAsync(call, entry, reference).ConfigureAwait(false),
            { Type: "commit" } => RestAnswer.Of(Submodule(entry, reference, call)),
            { IsSymlink: true } => await SymlinkAsync(call, entry, reference, commit).ConfigureAwait(false),
            _ => await FileAsync(call, entry, reference).ConfigureAwait(false),
        };
    }

    private async Task<(string Reference, string? Commit)> CommitAsync(RestCall call)
    {
        var reference = call.Query("ref") is { Length: > 0 } asked ? asked : RepositoryJson.DefaultBranch(call.Repository);
        return (reference, await git.CommitAsync(call.Repository, reference, call.Cancelled).ConfigureAwait(false));
    }

    private async Task<RestAnswer> DirectoryAsync(RestCall call, GitEntry directory, string reference)
    {
        var prefix = directory.Path.Length == 0 ? string.Empty : directory.Path + "/";
        var entries = (await git.TreeAsync(call.Repository, directory.Id, recursive: false, call.Cancelled).ConfigureAwait(false))
            .Select(entry => (JsonNode?)Json(entry with { Path = prefix + entry.Path }, reference, call));
        if (call.Media.Form != "object")
        {
            return RestAnswer.Of(new JsonArray([.. entries]));
        }

        var json = Json(directory, reference, call);
        json["entries"] = new JsonArray([.. entries]);
        return RestAnswer.Of(json);
    }

    private async Task<RestAnswer> FileAsync(RestCall call, GitEntry entry, string reference)
    {
        var content = (await git.ObjectAsync(call.Repository, entry.Id, call.Cancelled).ConfigureAwait(false))!.Content;
        if (call.Media.Form == "raw")
        {
            return new RestAnswer.Raw("application/vnd.github.raw; charset=utf-8", content);
        }

        var json = Json(entry, reference, call);
        var isInline = content.Length <= MostInline;
        json["content"] = isInline ? Base64Lines.Of(content) : string.Empty;
        json["encoding"] = isInline ? "base64" : "none";
        return RestAnswer.Of(json);
    }

    // A link to a file of the repository is answered with that file.
    private async Task<RestAnswer> SymlinkAsync(RestCall call, GitEntry entry, string reference, string commit)
    {
        var target = Encoding.UTF8.GetString((await git.ObjectAsync(call.Repository, entry.Id, call.Cancelled).ConfigureAwait(false))!.Content);
        var parent = entry.Path.Contains('/', StringComparison.Ordinal) ? entry.Path[..entry.Path.LastIndexOf('/')] : string.Empty;
        var path = new Uri(new Uri($"file:///r/{parent}{(parent.Length == 0 ? string.Empty : "/")}"), Uri.EscapeDataString(target).Replace("%2F", "/", StringComparison.Ordinal)).LocalPath;
        if (path.StartsWith("/r/", StringComparison.Ordinal)
            && await git.EntryAsync(call.Repository, commit, path[3..], call.Cancelled).ConfigureAwait(false) is { Type: "blob", IsSymlink: false } file)
        {
            return await FileAsync(call, file, reference).ConfigureAwait(false);
        }

        if (call.Media.Form == "raw")
        {
            return new RestAnswer.Raw("application/vnd.github.raw; charset=utf-8", Encoding.UTF8.GetBytes(target));
        }

        var json = Json(entry, reference, call);
        json["target"] = target;
        return RestAnswer.Of(json);
    }

    private static JsonObject Submodule(GitEntry entry, string reference, RestCall call)
    {
        var json = Json(entry, reference, call);
        json["submodule_git_url"] = null;
        return json;
    }
}
