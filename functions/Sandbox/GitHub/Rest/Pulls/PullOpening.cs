using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>
/// A pull request that somebody wants: the head is <c>BRANCH</c> or <c>OWNER:BRANCH</c>, and the number of an issue stands there when
/// that is to become one, in which case there need be no title.
/// </summary>
internal sealed record PullWish(string? Title, string Head, string Base, string? Body, bool Draft, bool MaintainerCanModify, long? Issue);

/// <summary>Opens pull requests, or says in GitHub's words why not.</summary>
internal sealed class PullOpening(GitReader git, PullState state)
{
    public async Task<(IssueRecord? Issue, RestAnswer? Wrong)> OpenAsync(
        SandboxRepository repository, RepositoryRecords records, PullWish wish, CancellationToken cancellationToken)
    {
        var head = wish.Head.StartsWith(repository.Owner + ":", StringComparison.OrdinalIgnoreCase) ? wish.Head[(repository.Owner.Length + 1)..] : wish.Head;
        var from = await git.RefAsync(repository, "refs/heads/" + head, cancellationToken).ConfigureAwait(false);
        var to = await git.RefAsync(repository, "refs/heads/" + wish.Base, cancellationToken).ConfigureAwait(false);
        if (from is null || to is null)
        {
            return (null, RestAnswer.Invalid("PullRequest", from is null ? "head" : "base", "invalid"));
        }

        if (string.IsNullOrEmpty(wish.Title) && wish.Issue is null)
        {
            return (null, RestAnswer.Invalid("PullRequest", "title", "missing_field"));
        }

        if (await git.MergeBaseAsync(repository, from.Id, to.Id, cancellationToken).ConfigureAwait(false) is not { } middle)
        {
            return (null, RestAnswer.Invalid("PullRequest", "base", "custom", $"The {head} branch has no history in common with {wish.Base}"));
        }

        if (middle == from.Id)
        {
            return (null, RestAnswer.Invalid("PullRequest", "head", "custom", $"No commits between {wish.Base} and {head}"));
        }

        var others = await state.AllAsync(repository, records, cancellationToken).ConfigureAwait(false);
        if (others.Any(other => other.IsOpen && other.Pull!.HeadRef == head && other.Pull.BaseRef == wish.Base))
        {
            return (null, RestAnswer.Invalid("PullRequest", "head", "custom", $"A pull request already exists for {repository.Owner}:{head}."));
        }

        var pull = new PullRecord { HeadRef = head, BaseRef = wish.Base, HeadSha = from.Id, BaseSha = to.Id, Draft = wish.Draft, MaintainerCanModify = wish.MaintainerCanModify };
        if (wish.Issue is { } number)
        {
            return records.Issue(number) is { Pull: null, IsOpen: true } issue
                ? (records.ChangeIssue(issue.Number, old => old with { Pull = pull }), null)
                : (null, RestAnswer.Invalid("PullRequest", "issue", "invalid"));
        }

        var now = records.Now;
        return (records.AddIssue(next => new IssueRecord
        {
            Number = next,
            Title = wish.Title!,
            Body = wish.Body,
            User = Accounts.Bot,
            CreatedAt = now,
            UpdatedAt = now,
            Pull = pull,
        }), null);
    }
}
