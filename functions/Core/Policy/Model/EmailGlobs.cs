using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>
/// Globs over the e-mail addresses that commits claim for author and committer; nobody vouches for them. Case does not count, and <c>*</c> is anything:
/// addresses have no segments.
/// </summary>
internal sealed record EmailGlobs(ImmutableArray<Glob> Globs)
{
    /// <summary>Whether every address matches.</summary>
    public bool MatchesAll => Globs.Any(static glob => glob.ToString().AsSpan().TrimStart('*').IsEmpty);

    /// <summary>A commit that one of them names, in words; null when there is none.</summary>
    public string? MatchAny(IReadOnlyCollection<CommitFacts>? commits, Unknown unknown)
    {
        if (commits is null)
        {
            return unknown.Means($"whose commits it brings cannot be computed beforehand and might be {this}");
        }

        foreach (var (commit, email) in Claimed(commits))
        {
            if (Find(email) is { } glob)
            {
                return $"it brings commit {commit.Id.Hex[..7]} by {Shown.Short(email)} ({glob})";
            }
        }

        return null;
    }

    /// <summary>A commit by somebody whom none of them names, in words; null when there is none.</summary>
    public string? MatchOther(IReadOnlyCollection<CommitFacts>? commits, Unknown unknown)
    {
        if (commits is null)
        {
            return unknown.Means($"whose commits it brings cannot be computed beforehand and might be others than {this}");
        }

        foreach (var (commit, email) in Claimed(commits))
        {
            if (Find(email) is null)
            {
                return $"it brings commit {commit.Id.Hex[..7]} by {Shown.Short(email)}, which is none of {this}";
            }
        }

        return null;
    }

    public override string ToString() => string.Join(", ", Globs);

    private static IEnumerable<(CommitFacts Commit, string Email)> Claimed(IReadOnlyCollection<CommitFacts> commits) =>
        commits.SelectMany(static commit => new[] { (commit, commit.Author.Email), (commit, commit.Committer.Email) });

    // A '/' in an address would stop '*', and so slip past it; no glob holds NUL, so nothing else matches it.
    private Glob? Find(string email)
    {
        var text = email.Replace('/', '\0');
        return Globs.FirstOrDefault(glob => glob.IsMatch(text));
    }
}
