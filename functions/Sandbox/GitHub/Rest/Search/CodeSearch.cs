using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Commits;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Search;

/// <summary>Files and commits of default branches, by words and qualifiers.</summary>
internal sealed class CodeSearch(GitReader git, GitRunner runner, WorldRecords world)
{
    public Task<IReadOnlyList<JsonObject>> FilesAsync(SearchScope scope) => EachAsync(scope, async (repository, main) =>
    {
        var fitting = (await git.TreeAsync(repository, main, recursive: true, scope.Cancelled).ConfigureAwait(false))
            .Where(entry => entry.Type == "blob" && FitsPath(entry, scope.Query));
        if (scope.Query.Words.Count > 0)
        {
            var words = scope.Query.Words.SelectMany(static word => new[] { "-e", word });
            var hits = await runner.RunAsync(
                repository, ["grep", "-I", "-l", "-z", "-i", "-F", "--full-name", "--all-match", .. words, main], default, null, scope.Cancelled).ConfigureAwait(false);
            var paths = hits.Parts.Select(part => part[(main.Length + 1)..]).ToHashSet(StringComparer.Ordinal);
            fitting = fitting.Where(entry => paths.Contains(entry.Path));
        }

        var found = new List<JsonObject>();
        foreach (var entry in fitting)
        {
            var file = File(entry, main, repository, scope);
            if (scope.ShowsMatches)
            {
                file["text_matches"] = await MatchesAsync(entry, repository, file, scope).ConfigureAwait(false);
            }

            found.Add(file);
        }

        return found;
    });

    // The first line that each word is in.
    private async Task<JsonArray> MatchesAsync(GitEntry entry, SandboxRepository repository, JsonObject file, SearchScope scope)
    {
        var content = await git.ObjectAsync(repository, entry.Id, scope.Cancelled).ConfigureAwait(false);
        var lines = Encoding.UTF8.GetString(content?.Content ?? []).Split('\n');
        return [.. scope.Query.Words.Select(word =>
        {
            var line = lines.FirstOrDefault(one => one.Contains(word, StringComparison.OrdinalIgnoreCase)) ?? string.Empty;
            var at = line.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            return (JsonNode?)new JsonObject
            {
                ["object_url"] = (string?)file["url"],
                ["object_type"] = "FileContent",
                ["property"] = "content",
                ["fragment"] = line,
                ["matches"] = at < 0 ? [] : new JsonArray(new JsonObject { ["text"] = line.Substring(at, word.Length), ["indices"] = new JsonArray(at, at + word.Length) }),
            };
        })];
    }

    public Task<IReadOnlyList<JsonObject>> CommitsAsync(SearchScope scope) => EachAsync(scope, async (repository, main) =>
    {
        var ids = await git.ListAsync(repository, [main], scope.Cancelled).ConfigureAwait(false);
        return (await git.ReadCommitsAsync(repository, ids, scope.Cancelled).ConfigureAwait(false))
            .Where(commit => scope.Query.Words.All(word => commit.Message.Contains(word, StringComparison.OrdinalIgnoreCase))
                && scope.Query.All("author", value => Accounts.Login(commit.Author.Email) == value)
                && scope.Query.All("hash", value => commit.Id.StartsWith(value, StringComparison.OrdinalIgnoreCase)))
            .Select(commit =>
            {
                var json = CommitJson.Of(commit, repository, scope.Links);
                json["repository"] = RepositoryJson.Of(repository, world.Of(repository), scope.Links);
                return json;
            });
    });

    private async Task<IReadOnlyList<JsonObject>> EachAsync(SearchScope scope, Func<SandboxRepository, string, Task<IEnumerable<JsonObject>>> find)
    {
        var found = new List<JsonObject>();
        foreach (var repository in scope.Repositories)
        {
            if (scope.Token.Allows("contents", PermissionLevel.Read)
                && await git.CommitAsync(repository, RepositoryJson.DefaultBranch(repository), scope.Cancelled).ConfigureAwait(false) is { } main)
            {
                found.AddRange(await find(repository, main).ConfigureAwait(false));
            }
        }

        return found;
    }

    private static bool FitsPath(GitEntry entry, SearchQuery query) =>
        query.All("path", value => entry.Path.StartsWith(value.Trim('/'), StringComparison.OrdinalIgnoreCase))
        && query.All("filename", value => entry.Name.Contains(value, StringComparison.OrdinalIgnoreCase))
        && query.All("extension", value => Path.GetExtension(entry.Name).TrimStart('.').Equals(value.TrimStart('.'), StringComparison.OrdinalIgnoreCase))
        && query.All("language", value => string.Equals(Languages.Of(entry.Name), value, StringComparison.OrdinalIgnoreCase));

    private JsonObject File(GitEntry entry, string commit, SandboxRepository repository, SearchScope scope)
    {
        var here = scope.Links.To(repository);
        var path = Links.Path(entry.Path);
        return new JsonObject
        {
            ["name"] = entry.Name,
            ["path"] = entry.Path,
            ["sha"] = entry.Id,
            ["url"] = here.Api($"contents/{path}?ref={commit}"),
            ["git_url"] = here.Api("git/blobs/" + entry.Id),
            ["html_url"] = here.Page($"blob/{commit}/{path}"),
            ["repository"] = RepositoryJson.Of(repository, world.Of(repository), scope.Links),
        };
    }
}
