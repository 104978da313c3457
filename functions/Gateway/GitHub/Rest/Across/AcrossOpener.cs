using CursorBroker.Core.Approvals;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>What is about several repositories: searches, which become searches of named ones, and lists, which the broker answers.</summary>
internal sealed class AcrossOpener(ReadableRepositories repositories, RestServices services, UpstreamUrls urls, ApprovalLinks links) : IRestOpener
{
    public ApiRouteKind Kind => ApiRouteKind.Across;

    public Outcome<ProtocolRequest> Open(RestInput input) => input.Route.Id switch
    {
        "GET /search/issues" or "GET /search/code" or "GET /search/commits" or "GET /search/repositories" => Search(input),
        "GET /search/labels" => LabelSearchRequest.Open(input, repositories, services),
        "GET /installation/repositories" or "GET /user/repos" or "GET /orgs/{org}/repos" or "GET /users/{username}/repos" => new RepositoryListRequest(input, repositories, urls, links),
        _ => Refusals.NotSupported($"{input.Route.Id} is not answered by this broker."),
    };

    private Outcome<ProtocolRequest> Search(RestInput input)
    {
        var text = input.Query.FirstOrDefault(static pair => pair.Key == "q").Value;
        return string.IsNullOrWhiteSpace(text) ? SearchScope.Invalid("q is missing.")
            : SearchTerms.Parse(text, out var problem) is { } terms ? new SearchRequest(input, terms, repositories, services)
            : SearchScope.Invalid(problem!);
    }
}
