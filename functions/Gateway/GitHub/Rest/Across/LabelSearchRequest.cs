using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>A search of the labels of one repository, which GitHub has named by its number. A number that is not of a repository that the caller may look at is nobody's.</summary>
internal sealed class LabelSearchRequest : SearchCall
{
    private const string Number = "repository_id";

    private readonly ReadableRepositories _repositories;
    private readonly long _id;

    private LabelSearchRequest(RestInput input, ReadableRepositories repositories, RestServices services, long id)
        : base(input, services) => (_repositories, _id) = (repositories, id);

    public static Outcome<ProtocolRequest> Open(RestInput input, ReadableRepositories repositories, RestServices services) =>
        long.TryParse(input.Query.FirstOrDefault(static pair => pair.Key == Number).Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new LabelSearchRequest(input, repositories, services, id)
            : SearchScope.Invalid($"{Number} is missing.");

    protected override async ValueTask<Outcome<IReadOnlyList<Operation>>> FindAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        if (!(await _repositories.ListAsync(caller, policy, cancellationToken)).Succeeded(out var readable, out var refusal))
        {
            return refusal;
        }

        return readable.FirstOrDefault(repository => repository.Identity.Id == _id) is { } found
            ? Outcome<IReadOnlyList<Operation>>.Of([Operation.Api(found.Identity.Name, Input.Route.Needs, new ApiCall(Input.Route.Id))])
            : Refusals.Unknown(Stage.Classify, "The caller may look at no repository of this number.");
    }

    protected override ImmutableArray<KeyValuePair<string, string>> Query(ImmutableArray<RepositoryName> repositories) => Input.Query;
}
