using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>
/// Which refs a name may mean. GitHub takes short names, full ones and ids in one place, and a branch and a tag may share a name: then it is read from each of them,
/// as far as the policy is concerned.
/// </summary>
internal static class RefLookup
{
    /// <summary>The refs that a name is read from; one null for an id that no visible ref is known to hold.</summary>
    /// <param name="lookup">The repository.</param>
    /// <param name="name">A branch, a tag, a full name or an id; null, empty or <c>HEAD</c> for the default branch.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<Outcome<RefsOfName>> ResolveAsync(RepositoryLookup lookup, string? name, CancellationToken cancellationToken)
    {
        if (name is null or "" or "HEAD")
        {
            return (await lookup.DefaultBranchAsync(cancellationToken)).Succeeded(out var branch, out var refusal)
                ? await WithCommitAsync(lookup, [branch], cancellationToken)
                : refusal;
        }

        // A whole id is an id, whatever refs are called.
        if (name.Length is 40 or 64 && name.All(char.IsAsciiHexDigit))
        {
            return await CommitLookup.RefsOfAsync(lookup, name.ToLowerInvariant(), cancellationToken);
        }

        var refs = new List<RefName>();
        foreach (var candidate in Candidates(name))
        {
            if (!(await lookup.AskAsync($"/git/ref/{RepositoryLookup.Encode(candidate.Value["refs/".Length..])}", cancellationToken)).Succeeded(out var answer, out var refusal))
            {
                return refusal;
            }

            if (answer.Found is not null)
            {
                refs.Add(candidate);
            }
        }

        // A shortened id may be any object's.
        if (refs.Count == 0 && name.Length is >= 4 and < 64 && name.All(char.IsAsciiHexDigit))
        {
            return new RefsOfName([null], null);
        }

        if (refs.Any(lookup.Preview.Visible.Shows))
        {
            return await WithCommitAsync(lookup, [.. refs], cancellationToken);
        }

        // A ref that is hidden ends like one that is not there: as a branch of that name, whatever it is. Where such a branch would be shown, the name is not sent on:
        // GitHub might know it for something that was not asked about here.
        return NotThere(name) is { } absent && lookup.Preview.Visible.Shows(absent)
            ? new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText($"No commit found for the ref {name}"), "no such ref")
            : new RefsOfName([NotThere(name)], null);
    }

    private static async ValueTask<Outcome<RefsOfName>> WithCommitAsync(RepositoryLookup lookup, ImmutableArray<RefName?> refs, CancellationToken cancellationToken)
    {
        // The commit matters only where a path has to be looked at, and it is one only when the name is.
        if (lookup.Preview.Readable.IsEverything || refs is not [{ } one])
        {
            return new RefsOfName(refs, null);
        }

        if (!(await lookup.AskAsync($"/commits/{RepositoryLookup.Encode(one.Value)}", cancellationToken)).Succeeded(out var commit, out var refusal))
        {
            return refusal;
        }

        return new RefsOfName(refs, GitOid.TryParse(commit.Found.Child("sha").Text(), out var id) ? id : null);
    }

    private static IEnumerable<RefName> Candidates(string name)
    {
        string[] full = name.StartsWith("refs/", StringComparison.Ordinal) ? [name]
            // git takes "pull/1/head" for refs/pull/1/head, before any branch of that name (gitrevisions(7)).
            : name.Contains('/', StringComparison.Ordinal) ? [$"refs/{name}", $"refs/tags/{name}", $"refs/heads/{name}"]
            : [$"refs/tags/{name}", $"refs/heads/{name}"];
        foreach (var each in full)
        {
            if (RefName.TryParse(each, out var parsed))
            {
                yield return parsed;
            }
        }
    }

    private static RefName? NotThere(string name) =>
        RefName.TryParse(name.StartsWith("refs/", StringComparison.Ordinal) ? name : $"refs/heads/{name}", out var parsed) ? parsed : null;
}

/// <summary>The refs that a name is read from.</summary>
/// <param name="Refs">The refs; null among them for "by id, and no visible ref is known to hold it".</param>
/// <param name="Commit">The commit that the name meant when it was looked up; null when that was not needed, or cannot be told.</param>
internal sealed record RefsOfName(ImmutableArray<RefName?> Refs, GitOid? Commit);
