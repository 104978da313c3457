using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Commits;

/// <summary>GitHub's JSON for commits and changed files.</summary>
internal static class CommitJson
{
    /// <summary>As the commits API shows it.</summary>
    public static JsonObject Of(GitCommit commit, RestCall call) => Of(commit, call.Repository, call.Links);

    public static JsonObject Of(GitCommit commit, SandboxRepository repository, Links links)
    {
        var here = links.To(repository);
        return new JsonObject
        {
            ["sha"] = commit.Id,
            ["node_id"] = NodeIds.Of("C", repository.Id, commit.Id),
            ["commit"] = new JsonObject
            {
                ["author"] = Person(commit.Author),
                ["committer"] = Person(commit.Committer),
                ["message"] = commit.Message,
                ["tree"] = new JsonObject { ["sha"] = commit.Tree, ["url"] = here.Api("git/trees/" + commit.Tree) },
                ["url"] = here.Api("git/commits/" + commit.Id),
                ["comment_count"] = 0,
                ["verification"] = Verification(),
            },
            ["url"] = here.Api("commits/" + commit.Id),
            ["html_url"] = here.Page("commit/" + commit.Id),
            ["comments_url"] = here.Api($"commits/{commit.Id}/comments"),
            ["author"] = Accounts.ForCommit(commit.Author, links),
            ["committer"] = Accounts.ForCommit(commit.Committer, links),
            ["parents"] = new JsonArray([.. commit.Parents.Select(parent => (JsonNode?)new JsonObject
            {
                ["sha"] = parent,
                ["url"] = here.Api("commits/" + parent),
                ["html_url"] = here.Page("commit/" + parent),
            })]),
        };
    }

    /// <summary>As the git database shows it.</summary>
    public static JsonObject Git(GitCommit commit, SandboxRepository repository, Links links)
    {
        var here = links.To(repository);
        return new JsonObject
        {
            ["sha"] = commit.Id,
            ["node_id"] = NodeIds.Of("C", repository.Id, commit.Id),
            ["url"] = here.Api("git/commits/" + commit.Id),
            ["html_url"] = here.Page("commit/" + commit.Id),
            ["author"] = Person(commit.Author),
            ["committer"] = Person(commit.Committer),
            ["tree"] = new JsonObject { ["sha"] = commit.Tree, ["url"] = here.Api("git/trees/" + commit.Tree) },
            ["message"] = commit.Message,
            ["parents"] = new JsonArray([.. commit.Parents.Select(parent => (JsonNode?)new JsonObject
            {
                ["sha"] = parent,
                ["url"] = here.Api("git/commits/" + parent),
                ["html_url"] = here.Page("commit/" + parent),
            })]),
            ["verification"] = Verification(),
        };
    }

    /// <summary>A commit with what it changed.</summary>
    public static JsonObject WithFiles(GitCommit commit, ImmutableArray<FileChange> files, RestCall call)
    {
        var json = Of(commit, call);
        json["stats"] = new JsonObject
        {
            ["total"] = files.Sum(static file => file.Additions + file.Deletions),
            ["additions"] = files.Sum(static file => file.Additions),
            ["deletions"] = files.Sum(static file => file.Deletions),
        };
        json["files"] = Files(files, commit.Id, call);
        return json;
    }

    public static JsonArray Files(IEnumerable<FileChange> files, string commit, RestCall call) =>
        [.. files.Select(file => (JsonNode?)File(file, commit, call.Here))];

    public static JsonObject File(FileChange file, string commit, RepositoryLinks here)
    {
        var path = Links.Path(file.Path);
        var json = new JsonObject
        {
            ["sha"] = file.Blob,
            ["filename"] = file.Path,
            ["status"] = file.Status,
            ["additions"] = file.Additions,
            ["deletions"] = file.Deletions,
            ["changes"] = file.Additions + file.Deletions,
            ["blob_url"] = here.Page($"blob/{commit}/{path}"),
            ["raw_url"] = here.Page($"raw/{commit}/{path}"),
            ["contents_url"] = here.Api($"contents/{path}?ref={commit}"),
        };
        if (file.Patch is not null)
        {
            json["patch"] = file.Patch;
        }

        if (file.OldPath is not null)
        {
            json["previous_filename"] = file.OldPath;
        }

        return json;
    }

    public static JsonObject Person(GitPerson person) => new()
    {
        ["name"] = person.Name,
        ["email"] = person.Email,
        ["date"] = GitHubAnswer.Time(person.At),
    };

    public static JsonObject Verification() => new()
    {
        ["verified"] = false,
        ["reason"] = "unsigned",
        ["signature"] = null,
        ["payload"] = null,
        ["verified_at"] = null,
    };
}
