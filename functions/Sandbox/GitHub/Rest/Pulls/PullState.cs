using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>
/// A pull request as git has it now. Pushes do not tell the records anything, so each look brings them up to date: where the head and
/// the base are, merged when the base has come to hold the head, closed when one of the branches is gone.
/// </summary>
internal sealed class PullState(GitReader git)
{
    public async Task<IssueRecord> RefreshAsync(SandboxRepository repository, RepositoryRecords records, IssueRecord issue, CancellationToken cancellationToken)
    {
        if (issue is not { IsOpen: true, Pull: { } pull })
        {
            return issue;
        }

        var found = await git.CheckAsync(repository, [$"refs/heads/{pull.HeadRef}", $"refs/heads/{pull.BaseRef}"], cancellationToken).ConfigureAwait(false);
        if (found is not [{ } head, { } target])
        {
            return records.ChangeIssue(issue.Number, static (old, now) => old.IsOpen ? old with { ClosedAt = now, UpdatedAt = now } : old);
        }

        if (head.Id == pull.HeadSha && target.Id == pull.BaseSha)
        {
            return issue;
        }

        var isTaken = await git.MergeBaseAsync(repository, head.Id, target.Id, cancellationToken).ConfigureAwait(false) == head.Id;
        return records.ChangeIssue(issue.Number, (old, now) => !old.IsOpen

            // Somebody merged or closed it since it was looked at: that stands.
            ? old
            : old with
            {
                UpdatedAt = now,
                ClosedAt = isTaken ? now : null,
                ClosedBy = isTaken ? Accounts.Bot : null,
                Pull = old.Pull! with
                {
                    HeadSha = head.Id,
                    BaseSha = isTaken ? old.Pull.BaseSha : target.Id,
                    MergedAt = isTaken ? now : null,
                    MergedBy = isTaken ? Accounts.Bot : null,
                    MergeCommit = isTaken ? target.Id : null,
                },
            });
    }

    /// <summary>Every pull request, up to date, by number.</summary>
    public async Task<IReadOnlyList<IssueRecord>> AllAsync(SandboxRepository repository, RepositoryRecords records, CancellationToken cancellationToken)
    {
        var all = new List<IssueRecord>();
        foreach (var issue in records.Issues.Values.Where(static issue => issue.Pull is not null))
        {
            all.Add(await RefreshAsync(repository, records, issue, cancellationToken).ConfigureAwait(false));
        }

        return all;
    }

    /// <summary>One, up to date; null when a number names none.</summary>
    public async Task<IssueRecord?> FindAsync(RestCall call) => call.Records.Pull(call.Number("number")) is { } pull
        ? await RefreshAsync(call.Repository, call.Records, pull, call.Cancelled).ConfigureAwait(false)
        : null;

    /// <summary>Where its changes begin: the merge base, or, for what was merged, the base as it was then.</summary>
    public async Task<string> StartAsync(SandboxRepository repository, PullRecord pull, CancellationToken cancellationToken) =>
        await git.MergeBaseAsync(repository, pull.BaseSha, pull.HeadSha, cancellationToken).ConfigureAwait(false) ?? GitDiff.EmptyTree;

    /// <summary>Its commits, oldest first.</summary>
    public async Task<IReadOnlyList<GitCommit>> CommitsAsync(SandboxRepository repository, PullRecord pull, CancellationToken cancellationToken)
    {
        var ids = await git.ListAsync(repository, ["--reverse", "--topo-order", pull.HeadSha, "^" + pull.BaseSha], cancellationToken).ConfigureAwait(false);
        return await git.ReadCommitsAsync(repository, ids, cancellationToken).ConfigureAwait(false);
    }
}
