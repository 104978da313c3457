using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>A search that is sent on: one operation a repository, and nothing in the answer but of those.</summary>
internal abstract class SearchCall(RestInput input, RestServices services) : ProtocolRequest
{
    private ImmutableArray<Operation> _operations;
    private PersonId? _person;

    public override IReadOnlyList<Operation> Operations => _operations;

    protected RestServices Services => services;

    protected RestInput Input => input;

    /// <summary>Whether what is found are files.</summary>
    protected virtual bool FindsFiles => false;

    public override async ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        _person = caller.Person;
        if (!(await FindAsync(caller, policy, cancellationToken)).Succeeded(out var operations, out var refusal))
        {
            return refusal;
        }

        _operations = [.. operations];
        return null;
    }

    public override ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RenderedForms.Refuse(input.Route, input.Accept.Media, grant));

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var searched = new SearchedRepositories([grant, .. grant.Others], FindsFiles, services.Upstream.Api);
        var page = ListPage.Of(input.Query);
        var query = Query([.. _operations.Select(static operation => ((RepositoryTarget)operation.Target).Repository)]);
        if (searched.KeepPaths)
        {
            query = [.. query.Where(static pair => pair.Key is not ("page" or "per_page")), new("per_page", ListPage.MostEntries.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        }

        return new()
        {
            Face = UpstreamFace.Api,
            Method = input.IsHead ? HttpMethod.Head : HttpMethod.Get,
            PathAndQuery = $"{input.Route.Template[1..]}?{RestQuery.Write(query)}",
            Headers = [new("Accept", input.Accept.Header), new("X-GitHub-Api-Version", input.ApiVersion)],
            Answer = new RestAnswer(
                new RestAnswerTerms
                {
                    Media = input.Accept.Media,
                    Person = _person ?? throw new InvalidOperationException("A search is resolved before it is rebuilt."),
                    Repository = grant.Others.IsEmpty ? repository : null,
                    Edit = searched.KeepPaths ? answer => searched.EditAndCount(answer, page) : searched.Edit,
                },
                services),
        };
    }

    /// <summary>The operations, or why there are none.</summary>
    protected abstract ValueTask<Outcome<IReadOnlyList<Operation>>> FindAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken);

    /// <summary>The query that is sent.</summary>
    protected abstract ImmutableArray<KeyValuePair<string, string>> Query(ImmutableArray<RepositoryName> repositories);
}
