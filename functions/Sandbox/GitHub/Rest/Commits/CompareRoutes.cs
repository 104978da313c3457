using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Commits;

/// <summary>Two commits compared, as pull requests do: from their merge base to the head.</summary>
internal sealed class CompareRoutes(GitReader git, GitDiff diff) : IRestGroup
{
    private const int MostFiles = 300;

    public void Add(RestTable table) => table.Get("compare/{basehead*}", "contents=read", CompareAsync);

    private async Task<RestAnswer> CompareAsync(RestCall call)
    {
        if (call["basehead"].Split("...", 2) is not [var left, var right])
        {
            return RestAnswer.NotFound;
        }

        var from = await git.CommitAsync(call.Repository, Own(left, call), call.Cancelled).ConfigureAwait(false);
        var to = await git.CommitAsync(call.Repository, Own(right, call), call.Cancelled).ConfigureAwait(false);
        if (from is null || to is null || await git.MergeBaseAsync(call.Repository, from, to, call.Cancelled).ConfigureAwait(false) is not { } middle)
        {
            return from is null || to is null ? RestAnswer.NotFound : new RestAnswer.Refused(404, $"No common ancestor between {left} and {right}.");
        }

        return call.Media.Form switch
        {
            "diff" => new RestAnswer.Raw("application/vnd.github.diff; charset=utf-8", (await diff.TextAsync(call.Repository, middle, to, call.Cancelled).ConfigureAwait(false)).Bytes),
            "patch" => new RestAnswer.Raw("application/vnd.github.patch; charset=utf-8", (await diff.MailAsync(call.Repository, $"{middle}..{to}", call.Cancelled).ConfigureAwait(false)).Bytes),
            _ => await JsonAsync(call, from, to, middle).ConfigureAwait(false),
        };
    }

    // OWNER:BRANCH means a fork's; there are none, so the owner can only be this one.
    private static string Own(string name, RestCall call) =>
        name.StartsWith(call.Repository.Owner + ":", StringComparison.OrdinalIgnoreCase) ? name[(call.Repository.Owner.Length + 1)..] : name;

    private async Task<RestAnswer> JsonAsync(RestCall call, string from, string to, string middle)
    {
        var ahead = await git.ListAsync(call.Repository, ["--reverse", "--topo-order", to, "^" + from], call.Cancelled).ConfigureAwait(false);
        var behind = await git.ListAsync(call.Repository, [from, "^" + to], call.Cancelled).ConfigureAwait(false);
        var asked = PageAsked.Of(call.Http.Request);
        var isPaged = call.Query("page") is not null || call.Query("per_page") is not null;
        var shown = await git.ReadCommitsAsync(
            call.Repository, isPaged ? ahead.Skip(asked.Skip).Take(asked.Size) : ahead.TakeLast(250), call.Cancelled).ConfigureAwait(false);
        var files = isPaged && asked.Number > 1 ? [] : await diff.FilesAsync(call.Repository, middle, to, call.Cancelled).ConfigureAwait(false);
        var name = Links.Path(call["basehead"]);
        return RestAnswer.Of(new JsonObject
        {
            ["url"] = call.Here.Api("compare/" + name),
            ["html_url"] = call.Here.Page("compare/" + name),
            ["permalink_url"] = call.Here.Page($"compare/{call.Repository.Owner}:{from[..7]}...{call.Repository.Owner}:{to[..7]}"),
            ["diff_url"] = call.Here.Page($"compare/{name}.diff"),
            ["patch_url"] = call.Here.Page($"compare/{name}.patch"),
            ["base_commit"] = CommitJson.Of(await git.ReadCommitAsync(call.Repository, from, call.Cancelled).ConfigureAwait(false), call),
            ["merge_base_commit"] = CommitJson.Of(await git.ReadCommitAsync(call.Repository, middle, call.Cancelled).ConfigureAwait(false), call),
            ["status"] = (ahead.Length, behind.Length) switch { (0, 0) => "identical", (_, 0) => "ahead", (0, _) => "behind", _ => "diverged" },
            ["ahead_by"] = ahead.Length,
            ["behind_by"] = behind.Length,
            ["total_commits"] = ahead.Length,
            ["commits"] = new JsonArray([.. shown.Select(commit => (JsonNode?)CommitJson.Of(commit, call))]),
            ["files"] = CommitJson.Files(files.Take(MostFiles), to, call),
        });
    }
}
