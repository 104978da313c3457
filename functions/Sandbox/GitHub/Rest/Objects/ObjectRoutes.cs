using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Objects;

/// <summary>Blobs and trees of the git database.</summary>
internal sealed class ObjectRoutes(GitReader git, GitWriter writer) : IRestGroup
{
    private const int MostEntries = 100_000;

    private static readonly string[] Modes = ["100644", "100755", "040000", "160000", "120000"];

    public void Add(RestTable table)
    {
        table.Get("git/blobs/{sha}", "contents=read", BlobAsync);
        table.Post("git/blobs", "contents=write", CreateBlobAsync);
        table.Get("git/trees/{sha*}", "contents=read", TreeAsync);
        table.Post("git/trees", "contents=write", CreateTreeAsync);
    }

    private async Task<RestAnswer> BlobAsync(RestCall call)
    {
        var sha = call["sha"];
        if (!RefNames.IsId(sha))
        {
            return RestAnswer.Unprocessable("The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
        }

        var blob = await git.ObjectAsync(call.Repository, sha, call.Cancelled).ConfigureAwait(false);
        return blob is not { Type: "blob" } ? RestAnswer.NotFound
            : call.Media.Form == "raw" ? new RestAnswer.Raw("application/vnd.github.raw; charset=utf-8", blob.Content)
            : RestAnswer.Of(new JsonObject
            {
                ["sha"] = blob.Id,
                ["node_id"] = NodeIds.Of("B", call.Repository.Id, blob.Id),
                ["size"] = blob.Content.Length,
                ["url"] = call.Here.Api("git/blobs/" + blob.Id),
                ["content"] = Base64Lines.Of(blob.Content),
                ["encoding"] = "base64",
            });
    }

    private async Task<RestAnswer> CreateBlobAsync(RestCall call)
    {
        var (content, encoding) = (call.Body.RequiredText("content"), call.Body.Text("encoding") ?? "utf-8");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        var bytes = encoding == "base64" ? Base64Lines.Read(content) : Encoding.UTF8.GetBytes(content);
        if (bytes is null || encoding is not ("base64" or "utf-8"))
        {
            return RestAnswer.Unprocessable("content is not valid " + encoding);
        }

        var sha = await writer.BlobAsync(call.Repository, bytes, call.Cancelled).ConfigureAwait(false);
        var url = call.Here.Api("git/blobs/" + sha);
        return RestAnswer.Created(new JsonObject { ["sha"] = sha, ["url"] = url }, new Uri(url));
    }

    private async Task<RestAnswer> TreeAsync(RestCall call)
    {
        var name = call["sha"];
        var tree = RefNames.IsId(name) && (await git.CheckAsync(call.Repository, [name], call.Cancelled).ConfigureAwait(false))[0] is { Type: "tree" }
            ? name
            : await git.CommitAsync(call.Repository, name, call.Cancelled).ConfigureAwait(false) is { } commit
                ? (await git.EntryAsync(call.Repository, commit, string.Empty, call.Cancelled).ConfigureAwait(false))!.Id
                : null;
        return tree is null
            ? RestAnswer.NotFound
            : RestAnswer.Of(await JsonAsync(call, tree, call.Query("recursive") is not null).ConfigureAwait(false));
    }

    private async Task<RestAnswer> CreateTreeAsync(RestCall call)
    {
        var (entries, baseTree) = (call.Body.Parts("tree"), call.Body.Text("base_tree"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (entries is null)
        {
            return RestAnswer.Unprocessable("Invalid request.\n\n\"tree\" wasn't supplied.");
        }

        if (baseTree is not null && (!RefNames.IsId(baseTree) || (await git.CheckAsync(call.Repository, [baseTree + "^{tree}"], call.Cancelled).ConfigureAwait(false))[0] is null))
        {
            return RestAnswer.Unprocessable("base_tree is not a valid tree oid");
        }

        var changes = new List<TreeChange>();
        foreach (var entry in entries)
        {
            if (await ChangeAsync(call, entry).ConfigureAwait(false) is not { } change)
            {
                return RestAnswer.Unprocessable("tree.path, tree.mode and one of tree.sha and tree.content make an entry");
            }

            changes.Add(change);
        }

        return await writer.TreeAsync(call.Repository, baseTree, changes, call.Cancelled).ConfigureAwait(false) is { } tree
            ? RestAnswer.Created(await JsonAsync(call, tree, recursive: false).ConfigureAwait(false), new Uri(call.Here.Api("git/trees/" + tree)))
            : RestAnswer.Unprocessable("tree.sha is not a valid object of this repository, or tree.path is malformed");
    }

    private async Task<TreeChange?> ChangeAsync(RestCall call, RestBody entry)
    {
        var (path, mode, sha, content) = (entry.Text("path"), entry.Text("mode") ?? "100644", entry.Text("sha"), entry.Text("content"));
        if (path is null || entry.Refusal is not null || !Modes.Contains(mode) || (sha is not null && !RefNames.IsId(sha)))
        {
            return null;
        }

        if (content is not null)
        {
            sha = await writer.BlobAsync(call.Repository, Encoding.UTF8.GetBytes(content), call.Cancelled).ConfigureAwait(false);
        }
        else if (sha is null && !entry.Names("sha"))
        {
            return null;
        }

        return new TreeChange(path, mode, sha);
    }

    private async Task<JsonObject> JsonAsync(RestCall call, string tree, bool recursive)
    {
        var entries = await git.TreeAsync(call.Repository, tree, recursive, call.Cancelled).ConfigureAwait(false);
        return new JsonObject
        {
            ["sha"] = tree,
            ["url"] = call.Here.Api("git/trees/" + tree),
            ["tree"] = new JsonArray([.. entries.Take(MostEntries).Select(entry => (JsonNode?)Entry(entry, call))]),
            ["truncated"] = entries.Count > MostEntries,
        };
    }

    private static JsonObject Entry(GitEntry entry, RestCall call)
    {
        var json = new JsonObject { ["path"] = entry.Path, ["mode"] = entry.Mode, ["type"] = entry.Type, ["sha"] = entry.Id };
        if (entry.Size is { } size)
        {
            json["size"] = size;
        }

        if (entry.Type != "commit")
        {
            json["url"] = call.Here.Api($"git/{entry.Type}s/{entry.Id}");
        }

        return json;
    }
}
