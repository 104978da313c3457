using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Credentials;

/// <summary>The repositories that the App is installed on: names only, for questions about "all that I may see". Which of them a caller may know of is the policy's to say.</summary>
public interface IRepositoryCatalog
{
    /// <summary>All of them, at most a minute old.</summary>
    /// <returns>The catalog, or why there is none.</returns>
    ValueTask<CatalogOutcome> ListAsync(CancellationToken cancellationToken);
}

/// <summary>The catalog, or why there is none.</summary>
public abstract record CatalogOutcome
{
    private CatalogOutcome()
    {
    }

    /// <summary>Every repository, by owner and name.</summary>
    /// <param name="Repositories">The repositories.</param>
    public sealed record Listed(ImmutableArray<CatalogRepository> Repositories) : CatalogOutcome;

    /// <summary>It cannot be had.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="Detail">For log and audit; not for callers.</param>
    /// <param name="RetryAfter">When to try again, if known.</param>
    public sealed record Failed(MintFailure Failure, string Detail, TimeSpan? RetryAfter = null) : CatalogOutcome;
}

/// <summary>One repository of the catalog.</summary>
/// <param name="Identity">Id and name, as GitHub has them.</param>
/// <param name="Json">GitHub's own description of it, as its API lists it; UTF-8 JSON, an object.</param>
public sealed record CatalogRepository(RepositoryIdentity Identity, ReadOnlyMemory<byte> Json);
