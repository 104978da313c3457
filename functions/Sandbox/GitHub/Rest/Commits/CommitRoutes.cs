using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Commits;

/// <summary>Commits: a list, one by any name, and what it changed.</summary>
internal sealed class CommitRoutes(GitReader git, GitDiff diff) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("commits", "contents=read", ListAsync);
        table.Get("commits/{ref*}", "contents=read", OneAsync);
        table.Get("commits/{sha}/comments", "metadata=read", static _ => Task.FromResult(RestAnswer.List<string>([], static one => one)));
    }

    private async Task<RestAnswer> ListAsync(RestCall call)
    {
        var name = call.Query("sha") is { Length: > 0 } asked ? asked : RepositoryJson.DefaultBranch(call.Repository);
        if (await git.CommitAsync(call.Repository, name, call.Cancelled).ConfigureAwait(false) is not { } start)
        {
            return RestAnswer.NotFound;
        }

        var arguments = new List<string>();
        foreach (var (query, option) in new[] { ("since", "--since="), ("until", "--until=") })
        {
            if (call.Query(query) is { Length: > 0 } text)
            {
                if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                {
                    return RestAnswer.Unprocessable($"{query} is not a time");
                }

                arguments.Add(option + at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            }
        }

        arguments.Add(start);
        if (call.Query("path") is { Length: > 0 } path)
        {
            arguments.AddRange(["--", ":(literal)" + path.Trim('/')]);
        }

        var ids = await git.ListAsync(call.Repository, arguments, call.Cancelled).ConfigureAwait(false);
        if (call.Query("author") is { Length: > 0 } author)
        {
            var all = await git.ReadCommitsAsync(call.Repository, ids, call.Cancelled).ConfigureAwait(false);
            ids = [.. all.Where(commit => commit.Author.Email.Equals(author, StringComparison.OrdinalIgnoreCase) || Records.Accounts.Login(commit.Author.Email) == author).Select(static commit => commit.Id)];
        }

        return await PageAsync(call, ids).ConfigureAwait(false);
    }

    // Only the commits of the page are read.
    private async Task<RestAnswer> PageAsync(RestCall call, ImmutableArray<string> ids)
    {
        var asked = PageAsked.Of(call.Http.Request);
        var page = await git.ReadCommitsAsync(call.Repository, ids.Skip(asked.Skip).Take(asked.Size), call.Cancelled).ConfigureAwait(false);
        return new RestAnswer.Page(ids.Length, (_, _) => [.. page.Select(commit => CommitJson.Of(commit, call))], null);
    }

    private async Task<RestAnswer> OneAsync(RestCall call)
    {
        if (await git.CommitAsync(call.Repository, call["ref"], call.Cancelled).ConfigureAwait(false) is not { } id)
        {
            return RestAnswer.Unprocessable($"No commit found for SHA: {call["ref"]}");
        }

        var commit = await git.ReadCommitAsync(call.Repository, id, call.Cancelled).ConfigureAwait(false);
        var before = commit.Parents.FirstOrDefault() ?? GitDiff.EmptyTree;
        switch (call.Media.Form)
        {
            case "sha":
                return new RestAnswer.Raw("application/vnd.github.sha; charset=utf-8", System.Text.Encoding.ASCII.GetBytes(id));
            case "diff":
                return new RestAnswer.Raw(
                    "application/vnd.github.diff; charset=utf-8", (await diff.TextAsync(call.Repository, before, id, call.Cancelled).ConfigureAwait(false)).Bytes);
            case "patch":
                return new RestAnswer.Raw(
                    "application/vnd.github.patch; charset=utf-8", (await diff.MailAsync(call.Repository, id, call.Cancelled).ConfigureAwait(false)).Bytes);
            default:
                var files = await diff.FilesAsync(call.Repository, before, id, call.Cancelled).ConfigureAwait(false);
                return RestAnswer.Of(CommitJson.WithFiles(commit, files, call));
        }
    }
}
