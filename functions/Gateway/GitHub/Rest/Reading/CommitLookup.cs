using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>
/// From which visible ref a commit can be read that is asked for by its id. GitHub serves every commit by id, also those of hidden branches and of nobody's any more.
/// </summary>
internal static class CommitLookup
{
    /// <summary>A visible branch that stands at the commit, or the default branch when that holds it; otherwise one null.</summary>
    /// <param name="lookup">The repository.</param>
    /// <param name="id">The id, whole, in lower case.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<Outcome<RefsOfName>> RefsOfAsync(RepositoryLookup lookup, string id, CancellationToken cancellationToken)
    {
        if (!(await lookup.AskAsync($"/git/commits/{Uri.EscapeDataString(id)}", cancellationToken)).Succeeded(out var commit, out var refusal))
        {
            return refusal;
        }

        // What is no commit may be anything.
        if (!GitOid.TryParse(commit.Found.Child("sha").Text(), out var whole))
        {
            return new RefsOfName([null], null);
        }

        if (!(await lookup.AskAsync($"/commits/{whole.Hex}/branches-where-head", cancellationToken)).Succeeded(out var heads, out refusal))
        {
            return refusal;
        }

        foreach (var branch in heads.Found.Entries() ?? [])
        {
            if (branch.Child("name").Text() is { } name && RefName.TryParse($"refs/heads/{name}", out var head) && lookup.Preview.Visible.Shows(head))
            {
                return new RefsOfName([head], whole);
            }
        }

        if (!(await lookup.DefaultBranchAsync(cancellationToken)).Succeeded(out var main, out refusal))
        {
            return refusal;
        }

        return await HoldsAsync(lookup, main, whole, cancellationToken);
    }

    private static async ValueTask<Outcome<RefsOfName>> HoldsAsync(RepositoryLookup lookup, RefName branch, GitOid commit, CancellationToken cancellationToken)
    {
        if (!lookup.Preview.Visible.Shows(branch))
        {
            return new RefsOfName([null], commit);
        }

        var question = $"/compare/{Uri.EscapeDataString(branch.ShortName)}...{commit.Hex}?per_page=1";
        if (!(await lookup.AskAsync(question, cancellationToken)).Succeeded(out var compared, out var refusal))
        {
            return refusal;
        }

        return new RefsOfName([compared.Found.Child("status").Text() is "behind" or "identical" ? branch : null], commit);
    }
}
