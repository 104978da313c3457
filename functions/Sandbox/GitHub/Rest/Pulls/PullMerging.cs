using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>How a merge is asked for.</summary>
/// <param name="Method"><c>merge</c>, <c>squash</c> or <c>rebase</c>.</param>
/// <param name="Head">The commit that the head must be at; null for any.</param>
/// <param name="Title">The new commit's first line; null for GitHub's own.</param>
/// <param name="Message">What follows it; null for GitHub's own.</param>
internal sealed record MergeWish(string Method, string? Head, string? Title, string? Message);

/// <summary>Merges pull requests in the bare repository, or says in GitHub's words why not.</summary>
internal sealed class PullMerging(GitReader git, GitWriter writer, GitMerge merge, WorkflowRule workflows, PullState state)
{
    /// <summary>The merge commit's id, or the refusal.</summary>
    public async Task<(string? Commit, RestAnswer? Wrong)> MergeAsync(
        SandboxRepository repository, RepositoryRecords records, InstallationToken? token, IssueRecord issue, MergeWish wish, CancellationToken cancellationToken)
    {
        var pull = issue.Pull!;
        if (!issue.IsOpen || pull.Draft)
        {
            return (null, new RestAnswer.Refused(405, pull.Draft ? "Pull Request is still a draft" : "Pull Request is not mergeable"));
        }

        if (wish.Head is not null && wish.Head != pull.HeadSha)
        {
            return (null, new RestAnswer.Refused(409, "Head branch was modified. Review and try the merge again."));
        }

        if (await TipAsync(repository, records, issue, wish, cancellationToken).ConfigureAwait(false) is not { } tip)
        {
            return (null, new RestAnswer.Refused(405, wish.Method == "rebase" ? "This branch can't be rebased" : "Pull Request is not mergeable"));
        }

        if (!await workflows.AllowsAsync(repository, token, pull.BaseSha, tip, cancellationToken).ConfigureAwait(false))
        {
            return (null, RestAnswer.Forbidden);
        }

        if (!await writer.MoveAsync(repository, [new RefMove("refs/heads/" + pull.BaseRef, tip, pull.BaseSha)], cancellationToken).ConfigureAwait(false))
        {
            return (null, new RestAnswer.Refused(409, "Base branch was modified. Review and try the merge again."));
        }

        records.ChangeIssue(issue.Number, (old, now) => old with
        {
            ClosedAt = now,
            ClosedBy = Accounts.Bot,
            UpdatedAt = now,
            Pull = old.Pull! with { MergedAt = now, MergedBy = Accounts.Bot, MergeCommit = tip },
        });
        return (tip, null);
    }

    /// <summary>Merges the base into the head. True when there was something to merge; null with a conflict.</summary>
    public async Task<bool?> UpdateBranchAsync(SandboxRepository repository, RepositoryRecords records, PullRecord pull, CancellationToken cancellationToken)
    {
        if (await git.MergeBaseAsync(repository, pull.BaseSha, pull.HeadSha, cancellationToken).ConfigureAwait(false) == pull.BaseSha)
        {
            return false;
        }

        if (await merge.TreeAsync(repository, pull.HeadSha, pull.BaseSha, cancellationToken).ConfigureAwait(false) is not { } tree)
        {
            return null;
        }

        var now = records.Now;
        var commit = await writer.CommitAsync(
            repository, tree, [pull.HeadSha, pull.BaseSha], Accounts.BotPerson(now), Accounts.GitHub(now), $"Merge branch '{pull.BaseRef}' into {pull.HeadRef}", cancellationToken).ConfigureAwait(false);
        return await writer.MoveAsync(repository, [new RefMove("refs/heads/" + pull.HeadRef, commit, pull.HeadSha)], cancellationToken).ConfigureAwait(false) ? true : null;
    }

    private async Task<string?> TipAsync(SandboxRepository repository, RepositoryRecords records, IssueRecord issue, MergeWish wish, CancellationToken cancellationToken)
    {
        var pull = issue.Pull!;
        var now = records.Now;
        if (wish.Method == "rebase")
        {
            return await merge.RebaseAsync(repository, pull.BaseSha, pull.HeadSha, Accounts.GitHub(now), cancellationToken).ConfigureAwait(false);
        }

        if (await merge.TreeAsync(repository, pull.BaseSha, pull.HeadSha, cancellationToken).ConfigureAwait(false) is not { } tree)
        {
            return null;
        }

        if (wish.Method == "squash")
        {
            var commits = await state.CommitsAsync(repository, pull, cancellationToken).ConfigureAwait(false);
            var text = wish.Message ?? (commits.Count == 1 ? string.Join('\n', commits[0].Message.Split('\n').Skip(2)) : string.Join("\n\n", commits.Select(static commit => "* " + commit.Message)));
            var message = Joined(wish.Title ?? $"{(commits.Count == 1 ? commits[0].Subject : issue.Title)} (#{issue.Number})", text);
            return await writer.CommitAsync(repository, tree, [pull.BaseSha], commits[^1].Author with { At = now }, Accounts.GitHub(now), message, cancellationToken).ConfigureAwait(false);
        }

        var title = wish.Title ?? $"Merge pull request #{issue.Number} from {repository.Owner}/{pull.HeadRef}";
        return await writer.CommitAsync(
            repository, tree, [pull.BaseSha, pull.HeadSha], Accounts.BotPerson(now), Accounts.GitHub(now), Joined(title, wish.Message ?? issue.Title), cancellationToken).ConfigureAwait(false);
    }

    private static string Joined(string title, string text) => text.Length == 0 ? title : $"{title}\n\n{text}";
}
