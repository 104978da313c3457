using System.Collections.Immutable;
using System.Text.Json;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>
/// A search of issues, code, commits or repositories, rewritten to name exactly those repositories that it is for. GitHub looks for code and commits on default branches alone, so
/// that is what they read; which files, the answer is filtered by.
/// </summary>
internal sealed class SearchRequest(RestInput input, SearchTerms terms, ReadableRepositories repositories, RestServices services) : SearchCall(input, services)
{
    /// <summary>Most repositories that one search looks in.</summary>
    public const int MostRepositories = 20;

    /// <summary>As <see cref="MostRepositories"/>, where GitHub wants <c>OR</c> between them: it takes five of these.</summary>
    public const int MostAlternatives = 6;

    private const string Issues = "GET /search/issues";
    private const string Code = "GET /search/code";
    private const string Commits = "GET /search/commits";

    protected override bool FindsFiles => Input.Route.Id == Code;

    /// <summary>
    /// On github.com, a search of issues means by two qualifiers of one name both at once, and by <c>OR</c> either; GitHub Enterprise Server knows no <c>OR</c> there and means either.
    /// </summary>
    private bool NeedsOr => Input.Route.Id == Issues && Services.Upstream.Api.Host == "api.github.com";

    public override async ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) =>
        terms.NamesRefs && grant.Others.Add(grant).Any(static each => !each.Named.IsEverything)
            ? new Refusal(Stage.Authorize, RefusalKind.Denied, new CallerText("policy: head:, base: and sha: would tell of refs, and not every ref is open to you"), "a search by ref")
            : await base.VerifyAsync(upstream, grant, cancellationToken);

    protected override async ValueTask<Outcome<IReadOnlyList<Operation>>> FindAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        if (!(await repositories.ListAsync(caller, policy, cancellationToken)).Succeeded(out var readable, out var refusal)
            || !SearchScope.Choose(terms, readable, repository => policy.Decide(caller, Searching(repository)), NeedsOr ? MostAlternatives : MostRepositories).Succeeded(out var chosen, out refusal))
        {
            return refusal;
        }

        return Outcome<IReadOnlyList<Operation>>.Of([.. chosen.Select(Searching)]);
    }

    protected override ImmutableArray<KeyValuePair<string, string>> Query(ImmutableArray<RepositoryName> repositories)
    {
        var places = string.Join(NeedsOr ? " OR " : " ", repositories.Select(static repository => $"repo:{repository}"));
        var isGrouped = NeedsOr && repositories.Length > 1;
        var q = isGrouped ? $"({places}) {terms.Rest}" : $"{places} {terms.Rest}";
        var query = Input.Query.Where(static pair => pair.Key is not "q").Prepend(new("q", q.TrimEnd()));
        return isGrouped ? [.. query.Where(static pair => pair.Key is not "advanced_search"), new("advanced_search", "true")] : [.. query];
    }

    private Operation Searching(CatalogRepository repository) => Operation.Api(
        repository.Identity.Name, Needs, new ApiCall(Input.Route.Id) { Reads = Input.Route.Id is Code or Commits ? new ContentRead(DefaultBranchOf(repository), []) : null });

    /// <summary>Of the sets that the route names, that for what is searched for: issues, pull requests, or both where it is not said.</summary>
    private ImmutableArray<PermissionSet> Needs
    {
        get
        {
            if (Input.Route.Id != Issues)
            {
                return Input.Route.Needs;
            }

            var (issues, pulls) = (terms.Is.Contains("issue"), terms.Is.Any(static kind => kind is "pr" or "pull-request" or "merged" or "unmerged" or "draft"));
            return issues == pulls ? [PermissionSet.Of("issues", Access.Read).With("pull_requests", Access.Read)] : [PermissionSet.Of(issues ? "issues" : "pull_requests", Access.Read)];
        }
    }

    private static RefName? DefaultBranchOf(CatalogRepository repository)
    {
        using var json = JsonDocument.Parse(repository.Json);
        return RefName.TryParse($"refs/heads/{json.RootElement.Child("default_branch").Text()}", out var name) ? name : null;
    }
}
