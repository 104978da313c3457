using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Repositories;

/// <summary>The repository itself: what it is, what it is called, what is said about it.</summary>
internal sealed class RepositoryRoutes(RepositoryCatalog catalog, GitReader git, GitRunner runner) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("", "metadata=read", static call => Task.FromResult(RestAnswer.Of(RepositoryJson.Whole(call.Repository, call.Records, call.Links))));
        table.Patch("", "administration=write", ChangeAsync);
        table.Get("topics", "metadata=read", static call => Task.FromResult(RestAnswer.Of(Topics(call))));
        table.Put("topics", "administration=write", static call => Task.FromResult(SetTopics(call)));
        table.Get("languages", "metadata=read", LanguagesAsync);
        table.Get("contributors", "metadata=read", ContributorsAsync);
    }

    private static JsonObject Topics(RestCall call) =>
        new() { ["names"] = new JsonArray([.. call.Records.Settings.Topics.Select(static topic => (JsonNode?)topic)]) };

    private static RestAnswer SetTopics(RestCall call)
    {
        var names = call.Body.Texts("names");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (names is null)
        {
            return RestAnswer.Unprocessable("Invalid request.\n\n\"names\" wasn't supplied.");
        }

        call.Records.Set(call.Records.Settings with { Topics = [.. names.Select(static name => name.ToLowerInvariant())] });
        return RestAnswer.Of(Topics(call));
    }

    private async Task<RestAnswer> ChangeAsync(RestCall call)
    {
        var body = call.Body;
        var old = call.Records.Settings;
        var settings = old with
        {
            Description = body.Names("description") ? body.Text("description") : old.Description,
            Homepage = body.Names("homepage") ? body.Text("homepage") : old.Homepage,
            IsArchived = body.Flag("archived") ?? old.IsArchived,
            HasIssues = body.Flag("has_issues") ?? old.HasIssues,
            HasWiki = body.Flag("has_wiki") ?? old.HasWiki,
            HasProjects = body.Flag("has_projects") ?? old.HasProjects,
        };
        var (name, branch) = (body.Text("name"), body.Text("default_branch"));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (body.Has("private") || body.Has("visibility"))
        {
            return RestAnswer.Unprocessable("The sandbox does not change a repository's visibility over HTTP.");
        }

        if (branch is not null)
        {
            if (await git.RefAsync(call.Repository, "refs/heads/" + branch, call.Cancelled).ConfigureAwait(false) is null)
            {
                return RestAnswer.Invalid("Repository", "default_branch", "invalid", $"The branch {branch} was not found. Please push that ref first or create it via the Git Data API.");
            }

            await runner.MustAsync(call.Repository, ["symbolic-ref", "HEAD", "refs/heads/" + branch], default, null, call.Cancelled).ConfigureAwait(false);
        }

        call.Records.Set(settings);
        if (name is not null && name != call.Repository.Name)
        {
            if (catalog.Find(call.Repository.Owner, name) is { Moved: false } there && there.Repository.Id != call.Repository.Id)
            {
                return RestAnswer.Invalid("Repository", "name", "custom", "name already exists on this account");
            }

            catalog.Rename(call.Repository.FullName, $"{call.Repository.Owner}/{name}");
        }

        return RestAnswer.Of(RepositoryJson.Whole(catalog.WithId(call.Repository.Id)!, call.Records, call.Links));
    }

    private async Task<RestAnswer> LanguagesAsync(RestCall call)
    {
        var sizes = await Languages.SizesAsync(git, call.Repository, call.Cancelled).ConfigureAwait(false);
        return RestAnswer.Of(new JsonObject(sizes.Select(static one => KeyValuePair.Create(one.Language, (JsonNode?)one.Size))));
    }

    private async Task<RestAnswer> ContributorsAsync(RestCall call)
    {
        var main = await git.CommitAsync(call.Repository, RepositoryJson.DefaultBranch(call.Repository), call.Cancelled).ConfigureAwait(false);
        if (main is null)
        {
            return RestAnswer.NoContent;
        }

        var ids = await git.ListAsync(call.Repository, ["--no-merges", main], call.Cancelled).ConfigureAwait(false);
        var counts = (await git.ReadCommitsAsync(call.Repository, ids, call.Cancelled).ConfigureAwait(false))
            .Select(static commit => Accounts.Login(commit.Author.Email))
            .OfType<string>()
            .GroupBy(static login => login)
            .Select(static group => (Login: group.Key, Count: group.Count()))
            .OrderByDescending(static one => one.Count)
            .ThenBy(static one => one.Login, StringComparer.Ordinal)
            .ToImmutableArray();
        return RestAnswer.List(counts, one =>
        {
            var json = Accounts.Json(one.Login, call.Links);
            json["contributions"] = one.Count;
            return json;
        });
    }
}
