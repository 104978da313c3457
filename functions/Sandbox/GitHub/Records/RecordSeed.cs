using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Records;

/// <summary>
/// What a repository has at the start, so that no list is empty: labels, a milestone, three issues, a pull request from each
/// <c>cursor/</c> branch, and a release for each annotated tag.
/// </summary>
internal sealed class RecordSeed(GitReader git)
{
    private static readonly DateTimeOffset Day = new(2025, 5, 5, 9, 0, 0, TimeSpan.Zero);

    public void Plant(SandboxRepository repository, RepositoryRecords records)
    {
        records.NumberFrom(15);
        records.AddLabel("bug", "d73a4a", "Something isn't working", isDefault: true);
        records.AddLabel("documentation", "0075ca", "Improvements or additions to documentation", isDefault: true);
        records.AddLabel("enhancement", "a2eeef", "New feature or request", isDefault: true);
        records.AddLabel("good first issue", "7057ff", "Good for newcomers", isDefault: true);
        records.AddLabel("area: billing", "fbca04", null);
        records.AddMilestone(number => new MilestoneRecord(number, "1.5", "The next release", "ana-kovac", Day, Day.AddDays(60), null));
        Issue(records, "Refunds are counted twice in the monthly report", "mei-tanaka", 0, ["bug", "area: billing"], ["tomas-lind"], 1);
        var part = Issue(records, "Describe how to rotate the processor's key", "omar-haddad", 1, ["documentation"], [], null);
        var closed = Issue(records, "The health check answers 500 without a database", "tomas-lind", 2, ["bug"], ["ana-kovac"], null);
        records.ChangeIssue(closed.Number, static issue => issue with { ClosedAt = Day.AddDays(3), ClosedBy = "ana-kovac", StateReason = "completed", UpdatedAt = Day.AddDays(3) });
        records.ChangeIssue(part.Number, issue => issue with { Parent = closed.Number });
        PullsAsync(repository, records).GetAwaiter().GetResult();
        ReleasesAsync(repository, records).GetAwaiter().GetResult();
    }

    private static IssueRecord Issue(
        RepositoryRecords records, string title, string user, int day, IReadOnlyList<string> labels, IReadOnlyList<string> assignees, int? milestone)
    {
        var at = Day.AddDays(day);
        return records.AddIssue(number => new IssueRecord
        {
            Number = number,
            Title = title,
            Body = $"Seen on staging.\n\nSteps: see the runbook. ({title})",
            User = user,
            CreatedAt = at,
            UpdatedAt = at,
            Labels = [.. labels],
            Assignees = [.. assignees],
            Milestone = milestone,
            Comments = day == 0 ? [new CommentRecord(records.NextId("comment"), "ana-kovac", "I can see it too.", at, at)] : [],
        });
    }

    private async Task PullsAsync(SandboxRepository repository, RepositoryRecords records)
    {
        var head = RepositoryJson.DefaultBranch(repository);
        if (await git.CommitAsync(repository, head, CancellationToken.None).ConfigureAwait(false) is not { } main)
        {
            return;
        }

        foreach (var branch in await git.RefsAsync(repository, "refs/heads/cursor/", CancellationToken.None).ConfigureAwait(false))
        {
            var tip = await git.ReadCommitAsync(repository, branch.Id, CancellationToken.None).ConfigureAwait(false);
            records.AddIssue(number => new IssueRecord
            {
                Number = number,
                Title = tip.Subject,
                Body = "Please have a look.",
                User = "ana-kovac",
                CreatedAt = Day,
                UpdatedAt = Day,
                Labels = ["enhancement"],
                Pull = new PullRecord { HeadRef = branch.Short, BaseRef = head, HeadSha = branch.Id, BaseSha = main, Reviewers = ["mei-tanaka"] },
            });
        }
    }

    private async Task ReleasesAsync(SandboxRepository repository, RepositoryRecords records)
    {
        var tags = (await git.RefsAsync(repository, "refs/tags/", CancellationToken.None).ConfigureAwait(false)).Where(static tag => tag.Type == "tag");
        foreach (var found in await git.ObjectsAsync(repository, tags.Select(static tag => tag.Id), CancellationToken.None).ConfigureAwait(false))
        {
            var tag = GitTag.Parse(found);
            records.PutRelease(new ReleaseRecord
            {
                Id = records.NextId("release"),
                Tag = tag.Name,
                Target = RepositoryJson.DefaultBranch(repository),
                Name = tag.Message.Split('\n')[0],
                Body = tag.Message,
                Author = Accounts.Login(tag.Tagger.Email) ?? Accounts.Bot,
                CreatedAt = tag.Tagger.At,
            });
        }
    }
}
