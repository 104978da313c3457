using System.Collections.Immutable;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>Which of the App's repositories a caller may know of: those that the policy lets them look at. All others are to them as if they were not there.</summary>
internal sealed class ReadableRepositories(IRepositoryCatalog catalog)
{
    private static readonly ImmutableArray<PermissionSet> Metadata = [PermissionSet.MetadataRead];
    private static readonly ApiCall Look = new("GET /repos/{owner}/{repo}");

    public async ValueTask<Outcome<IReadOnlyList<CatalogRepository>>> ListAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken) =>
        await catalog.ListAsync(cancellationToken) switch
        {
            CatalogOutcome.Listed { Repositories: var all } => Outcome<IReadOnlyList<CatalogRepository>>.Of([.. all.Where(repository => MayLookAt(caller, policy, repository.Identity.Name))]),
            CatalogOutcome.Failed { Failure: MintFailure.RateLimited } limited => new Refusal(
                Stage.Classify, RefusalKind.RateLimited, new CallerText("GitHub's rate limit is reached."), limited.Detail)
            { RetryAfter = limited.RetryAfter },
            CatalogOutcome.Failed failed => Refusals.Unavailable(
                Stage.Classify, "Which repositories there are cannot be had from GitHub.", $"{failed.Failure}: {failed.Detail}", failed.RetryAfter),
            _ => throw new InvalidOperationException("No such outcome."),
        };

    // What waits for somebody's approval may be known of.
    private static bool MayLookAt(Caller caller, PolicySet policy, RepositoryName name) => policy.Decide(caller, Operation.Api(name, Metadata, Look)) is not Decision.Deny;
}
