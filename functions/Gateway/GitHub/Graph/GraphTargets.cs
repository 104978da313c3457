using System.Collections.Immutable;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>Which repository each part of a request is about.</summary>
internal static class GraphTargets
{
    /// <summary>A repository for each root, in their order; null for one that is about none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="catalog">The App's repositories.</param>
    /// <param name="isCovered">Whether some rule is about the caller and a repository. A node of any other is as one that is not there, whatever else is wrong with the request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<Outcome<GraphRepositories>> ResolveAsync(
        GraphRequest request, IRepositoryCatalog catalog, Func<RepositoryName, bool> isCovered, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<RepositoryName?>(request.Roots.Length);
        ImmutableDictionary<long, RepositoryName>? known = null;
        foreach (var root in request.Roots)
        {
            switch (root.Target)
            {
                case GraphTarget.NoRepository:
                    found.Add(null);
                    break;
                case GraphTarget.Named named:
                    found.Add(named.Repository);
                    break;
                case GraphTarget.Search search when RepositoryOf(search.Text) is { } searched:
                    found.Add(searched);
                    break;
                case GraphTarget.Search:
                    return Refusals.NotSupported("A search over GraphQL names one repository, as in repo:OWNER/NAME, outside of quotes and not negated.");
                case GraphTarget.Nodes nodes:
                    if (known is null)
                    {
                        if (!(await ByIdAsync(catalog, cancellationToken)).Succeeded(out known, out var refusal))
                        {
                            return refusal;
                        }
                    }

                    if (nodes.Ids.Select(NodeIds.RepositoryOf).Distinct().ToList() is not [{ } id])
                    {
                        return Refusals.NotSupported("A node id says which repository it is of, and all of one field are of the same; older ids do not: ask by the repository's name.");
                    }

                    if (!known.TryGetValue(id, out var repository) || !isCovered(repository))
                    {
                        return Refusals.Unknown(Stage.Classify, $"no repository of the App that is open to the caller has the id {id}");
                    }

                    found.Add(repository);
                    break;
                default:
                    throw new InvalidOperationException($"A request cannot be about a {root.Target.GetType().Name}.");
            }
        }

        return new GraphRepositories(found.ToImmutable());
    }

    private static async ValueTask<Outcome<ImmutableDictionary<long, RepositoryName>>> ByIdAsync(IRepositoryCatalog catalog, CancellationToken cancellationToken) =>
        await catalog.ListAsync(cancellationToken) switch
        {
            CatalogOutcome.Listed listed => listed.Repositories.ToImmutableDictionary(static each => each.Identity.Id, static each => each.Identity.Name),
            CatalogOutcome.Failed failed => Refusals.From(new LeaseOutcome.Failed(failed.Failure, failed.Detail, failed.RetryAfter)),
            _ => throw new InvalidOperationException("A catalog is listed or not."),
        };

    /// <summary>The one repository that a search's text is confined to; null when it is not, or not certainly.</summary>
    private static RepositoryName? RepositoryOf(string text)
    {
        // Quotes make words of what looks like a qualifier, operators and brackets make sums of searches: then it is not certain what it is confined to.
        if (text.AsSpan().ContainsAny("\"'()\\") || text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } words || words.Any(static word => word is "OR" or "NOT"))
        {
            return null;
        }

        var scopes = words.Where(static word => Scopes.Any(scope => word.TrimStart('-').StartsWith(scope, StringComparison.OrdinalIgnoreCase))).ToList();
        return scopes is [var one] && one.StartsWith("repo:", StringComparison.OrdinalIgnoreCase) && RepositoryName.TryParse(one["repo:".Length..], out var repository) ? repository : null;
    }

    private static readonly ImmutableArray<string> Scopes = ["repo:", "org:", "user:", "owner:", "enterprise:", "topic:"];
}

/// <summary>A repository for each root, in their order; null for one that is about none.</summary>
internal sealed record GraphRepositories(ImmutableArray<RepositoryName?> OfRoots)
{
    /// <summary>Each repository once.</summary>
    public IEnumerable<RepositoryName> Distinct => OfRoots.OfType<RepositoryName>().Distinct();
}
