using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Repositories;

/// <summary>GitHub's JSON for a repository.</summary>
internal static class RepositoryJson
{
    // name of the field without _url, and what follows the repository's address
    private static readonly (string Name, string Below)[] Templates =
    [
        ("archive", "{archive_format}{/ref}"), ("assignees", "assignees{/user}"), ("blobs", "git/blobs{/sha}"), ("branches", "branches{/branch}"),
        ("collaborators", "collaborators{/collaborator}"), ("comments", "comments{/number}"), ("commits", "commits{/sha}"), ("compare", "compare/{base}...{head}"),
        ("contents", "contents/{+path}"), ("contributors", "contributors"), ("deployments", "deployments"), ("downloads", "downloads"), ("events", "events"),
        ("forks", "forks"), ("git_commits", "git/commits{/sha}"), ("git_refs", "git/refs{/sha}"), ("git_tags", "git/tags{/sha}"), ("hooks", "hooks"),
        ("issue_comment", "issues/comments{/number}"), ("issue_events", "issues/events{/number}"), ("issues", "issues{/number}"), ("keys", "keys{/key_id}"),
        ("labels", "labels{/name}"), ("languages", "languages"), ("merges", "merges"), ("milestones", "milestones{/number}"),
        ("notifications", "notifications{?since,all,participating}"), ("pulls", "pulls{/number}"), ("releases", "releases{/id}"), ("stargazers", "stargazers"),
        ("statuses", "statuses/{sha}"), ("subscribers", "subscribers"), ("subscription", "subscription"), ("tags", "tags"), ("teams", "teams"), ("trees", "git/trees{/sha}"),
    ];

    /// <summary>As it stands in lists and inside other things.</summary>
    public static JsonObject Of(SandboxRepository repository, RepositoryRecords records, Links links)
    {
        var here = links.To(repository);
        var settings = records.Settings;
        var open = records.Issues.Values.Count(static issue => issue.IsOpen);
        var json = new JsonObject
        {
            ["id"] = repository.Id,
            ["node_id"] = NodeIds.Of("R", repository.Id, repository.Id),
            ["name"] = repository.Name,
            ["full_name"] = repository.FullName,
            ["private"] = !repository.IsPublic,
            ["owner"] = Accounts.Json(repository.Owner, links, "Organization"),
            ["html_url"] = here.Page(),
            ["description"] = settings.Description,
            ["fork"] = false,
            ["url"] = here.Api(),
        };
        foreach (var (name, below) in Templates)
        {
            json[name + "_url"] = name == "archive" ? here.Api() + "/" + below : here.Api(below);
        }

        var touched = GitHubAnswer.Time(PushedAt(repository));
        json["created_at"] = GitHubAnswer.Time(new DateTimeOffset(Directory.GetCreationTimeUtc(repository.Path)));
        json["updated_at"] = touched;
        json["pushed_at"] = touched;
        json["git_url"] = $"git:{here.Page()[(here.Page().IndexOf(':', StringComparison.Ordinal) + 1)..]}.git";
        json["ssh_url"] = $"git@{new Uri(here.Page()).Host}:{repository.FullName}.git";
        json["clone_url"] = here.Page() + ".git";
        json["svn_url"] = here.Page();
        json["homepage"] = settings.Homepage;
        json["size"] = Size(repository);
        json["stargazers_count"] = 0;
        json["watchers_count"] = 0;
        json["language"] = null;
        json["has_issues"] = settings.HasIssues;
        json["has_projects"] = settings.HasProjects;
        json["has_downloads"] = true;
        json["has_wiki"] = settings.HasWiki;
        json["has_pages"] = false;
        json["has_discussions"] = false;
        json["forks_count"] = 0;
        json["mirror_url"] = null;
        json["archived"] = settings.IsArchived;
        json["disabled"] = false;
        json["open_issues_count"] = open;
        json["license"] = null;
        json["allow_forking"] = true;
        json["is_template"] = false;
        json["web_commit_signoff_required"] = false;
        json["topics"] = new JsonArray([.. settings.Topics.Select(static topic => (JsonNode?)topic)]);
        json["visibility"] = repository.IsPublic ? "public" : "private";
        json["forks"] = 0;
        json["open_issues"] = open;
        json["watchers"] = 0;
        json["default_branch"] = DefaultBranch(repository);
        return json;
    }

    /// <summary>As it stands alone.</summary>
    public static JsonObject Whole(SandboxRepository repository, RepositoryRecords records, Links links)
    {
        var json = Of(repository, records, links);
        json["organization"] = Accounts.Json(repository.Owner, links, "Organization");
        json["network_count"] = 0;
        json["subscribers_count"] = 0;
        return json;
    }

    /// <summary>The branch that a bare repository's HEAD names.</summary>
    public static string DefaultBranch(SandboxRepository repository)
    {
        const string Prefix = "ref: refs/heads/";
        var head = File.ReadAllText(Path.Combine(repository.Path, "HEAD")).Trim();
        return head.StartsWith(Prefix, StringComparison.Ordinal) ? head[Prefix.Length..] : "main";
    }

    /// <summary>When a branch was last written.</summary>
    public static DateTimeOffset PushedAt(SandboxRepository repository) => new(Directory.GetLastWriteTimeUtc(Path.Combine(repository.Path, "refs", "heads")));

    // Kilobytes, as GitHub counts: what the packs hold, and never 0 for something.
    private static long Size(SandboxRepository repository)
    {
        var packs = Path.Combine(repository.Path, "objects", "pack");
        return 1 + (Directory.Exists(packs) ? Directory.EnumerateFiles(packs, "*.pack").Sum(static file => new FileInfo(file).Length) / 1024 : 0);
    }
}
