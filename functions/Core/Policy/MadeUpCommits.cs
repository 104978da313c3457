using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy;

/// <summary>Commits that only exist to ask a policy about: of its own <c>tests</c> and of <c>policy explain</c>.</summary>
public static class MadeUpCommits
{
    /// <summary>A commit for each author's e-mail, who is its committer too; all of them signed, or none.</summary>
    public static ImmutableArray<CommitFacts> By(IEnumerable<string> emails, bool withSignature)
    {
        ArgumentNullException.ThrowIfNull(emails);
        return [.. emails.Select((email, i) => Commit(i + 1, new CommitPerson("", email, null), withSignature))];
    }

    private static CommitFacts Commit(int number, CommitPerson person, bool withSignature) =>
        new(GitOid.Parse(number.ToString("x40", CultureInfo.InvariantCulture)), person, person, withSignature, "");
}
