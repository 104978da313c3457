using System.Collections.Immutable;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>Where a search looks: in repositories of one owner, by name, and no others.</summary>
internal static class SearchScope
{
    /// <summary>
    /// Those that are named and that the caller may look at, whether or not they may be searched: that is decided, and told, like everything else. Where none is named, those that
    /// may be searched. What the caller may not look at is passed over in the same way as what does not exist.
    /// </summary>
    /// <param name="terms">What is searched for.</param>
    /// <param name="readable">What the caller may look at.</param>
    /// <param name="decide">What the policy says of searching one of them.</param>
    /// <param name="most">How many may be searched at once.</param>
    public static Outcome<IReadOnlyList<CatalogRepository>> Choose(
        SearchTerms terms, IReadOnlyList<CatalogRepository> readable, Func<CatalogRepository, Decision> decide, int most)
    {
        var named = Names(terms.Repositories);
        var left = readable.Where(repository => !Names(terms.NotRepositories).Contains(repository.Identity.Name) && !Holds(terms.NotOwners, repository)).ToList();
        var chosen = left.Where(repository => named.Contains(repository.Identity.Name)
            || ((!terms.NamesPlaces || Holds(terms.Owners, repository)) && decide(repository) is Decision.Allow)).ToList();
        var owners = chosen.Select(static repository => repository.Identity.Name.Owner).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        return chosen.Count == 0 ? Invalid("None of the repositories that could be meant can be searched: they do not exist, or you may not.")
            : owners > 1 ? Invalid($"It would look in repositories of {owners} owners, which one search cannot; name one: org:OWNER, or repo:OWNER/NAME.")
            : chosen.Count > most ? Invalid($"It would look in {chosen.Count} repositories; one search looks in at most {most}. Name those that are meant: repo:OWNER/NAME.")
            : Outcome<IReadOnlyList<CatalogRepository>>.Of(chosen);
    }

    /// <summary>GitHub's own status for a search that it cannot do.</summary>
    public static Refusal Invalid(string message) => new(Stage.Classify, RefusalKind.Unprocessable, new CallerText($"Validation Failed: {message}"), message);

    private static ImmutableHashSet<RepositoryName> Names(ImmutableArray<string> texts) =>
        [.. texts.Select(static text => RepositoryName.TryParse(text, out var name) ? name : null).OfType<RepositoryName>()];

    private static bool Holds(ImmutableArray<string> owners, CatalogRepository repository) => owners.Contains(repository.Identity.Name.Owner, StringComparer.OrdinalIgnoreCase);
}
