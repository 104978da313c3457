using System.Text.Json.Nodes;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>Of which ref, and of which path, the things are that GitHub has beside contents.</summary>
internal static class Showings
{
    /// <summary>A workflow run: of its branch, or of the tag that was released. A fork's has none here; it is shown with a pull request that is.</summary>
    public static bool Run(JsonObject run, Sight sight)
    {
        var isOwn = Sight.Number(run["head_repository"]?["id"]) is { } head && head == Sight.Number(run["repository"]?["id"]);
        var pulls = PullsOf(run, sight);
        (run["referenced_workflows"] as JsonArray)?.RemoveAll(used => !sight.Full(used?["ref"]));
        return (!isOwn ? pulls > 0 : Sight.Text(run["event"]) == "release" ? sight.Tag(run["head_branch"]) : sight.Branch(run["head_branch"]))
            && (Sight.Text(run["path"]) is not { } path || sight.Path(path.Split('@')[0]));
    }

    /// <summary>An artifact: of its run's branch. Nothing in it tells which pull request a fork's is for.</summary>
    public static bool Artifact(JsonObject artifact, Sight sight) =>
        artifact["workflow_run"] is JsonObject run
        && Sight.Number(run["repository_id"]) is { } repository && Sight.Number(run["head_repository_id"]) == repository && sight.Branch(run["head_branch"]);

    /// <summary>A workflow: of its file.</summary>
    public static bool Workflow(JsonObject workflow, Sight sight) => sight.Path(workflow["path"]);

    /// <summary>An entry of the cache of workflows.</summary>
    public static bool Cache(JsonObject cache, Sight sight) => sight.Full(cache["ref"]);

    /// <summary>A check suite: of its branch.</summary>
    public static bool CheckSuite(JsonObject suite, Sight sight)
    {
        _ = PullsOf(suite, sight);
        return sight.Branch(suite["head_branch"]);
    }

    /// <summary>A check run, whose suite may be known.</summary>
    public static bool CheckRun(JsonObject run, Sight sight)
    {
        _ = PullsOf(run, sight);
        return true;
    }

    /// <summary>What a check says of lines of a file.</summary>
    public static bool Annotation(JsonObject annotation, Sight sight) => sight.Path(annotation["path"]);

    /// <summary>A pull request: of its base, and of its head where that is no fork's.</summary>
    public static bool Pull(JsonObject pull, Sight sight) =>
        sight.Branch(pull["base"]?["ref"])
        && ((Sight.Number(pull["base"]?["repo"]?["id"]) is { } repository && Sight.Number(pull["head"]?["repo"]?["id"]) != repository) || sight.Branch(pull["head"]?["ref"]));

    /// <summary>A release: of its tag. What the tag was made at may be another matter.</summary>
    public static bool Release(JsonObject release, Sight sight)
    {
        if (release.ContainsKey("target_commitish") && !sight.Any(release["target_commitish"]))
        {
            release["target_commitish"] = "";
        }

        return sight.Tag(release["tag_name"]);
    }

    /// <summary>An asset: of its release's tag, which only the address of its page tells (<c>.../releases/download/TAG/NAME</c>).</summary>
    public static bool Asset(JsonObject asset, Sight sight)
    {
        const string before = "/releases/download/";
        return Sight.Text(asset["browser_download_url"]) is { } url
            && url.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at
            && url[(at + before.Length)..] is var rest
            && rest.LastIndexOf('/') is > 0 and var end
            && sight.Tag(Uri.UnescapeDataString(rest[..end]));
    }

    /// <summary>A deployment.</summary>
    public static bool Deployment(JsonObject deployment, Sight sight) => sight.Any(deployment["ref"]);

    /// <summary>From where may be deployed. A pattern is not told: it may be about hidden refs as well.</summary>
    public static bool BranchPolicy(JsonObject policy, Sight sight) => Sight.Text(policy["type"]) == "tag" ? sight.Tag(policy["name"]) : sight.Branch(policy["name"]);

    /// <summary>What became of a push under the rules.</summary>
    public static bool RuleSuite(JsonObject suite, Sight sight) => sight.Full(suite["ref"]);

    /// <summary>An alert of code scanning: where it was found last.</summary>
    public static bool CodeAlert(JsonObject alert, Sight sight)
    {
        _ = alert.Remove("linked_pull_requests");
        return alert["most_recent_instance"] is JsonObject instance && CodeInstance(instance, sight);
    }

    /// <summary>A place where code scanning found something.</summary>
    public static bool CodeInstance(JsonObject instance, Sight sight) => sight.Full(instance["ref"]) && sight.Path(instance["location"]?["path"]);

    /// <summary>A run of code scanning.</summary>
    public static bool CodeAnalysis(JsonObject analysis, Sight sight) => sight.Full(analysis["ref"]);

    /// <summary>An alert about a dependency: of the file that names it.</summary>
    public static bool DependencyAlert(JsonObject alert, Sight sight) => sight.Path(alert["dependency"]?["manifest_path"]);

    /// <summary>A comment on a commit, or on a line of it.</summary>
    public static bool CommitComment(JsonObject comment, Sight sight) => comment["path"] is null || sight.Path(comment["path"]);

    /// <summary>The site of a repository, without where it is built from.</summary>
    public static bool Site(JsonObject site, Sight sight)
    {
        if (site.ContainsKey("source") && !sight.Branch(site["source"]?["branch"]))
        {
            site["source"] = null;
        }

        return true;
    }

    /// <summary>Leaves out of a thing the pull requests that may not be known; how many are left.</summary>
    private static int PullsOf(JsonObject thing, Sight sight)
    {
        if (thing["pull_requests"] is not JsonArray pulls)
        {
            return 0;
        }

        _ = pulls.RemoveAll(entry => entry is not JsonObject pull || !Pull(pull, sight));
        return pulls.Count;
    }
}
