using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>Works out what calls that read contents read.</summary>
internal sealed class ReadingExaminer : IRestExaminer
{
    public ApiRouteKind Kind => ApiRouteKind.Contents;

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Outcome<IReadOnlyList<Operation>>.Of([OperationOf(call, null)]);

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        if (preview.SeesEverything)
        {
            // Were the policy another one by the time it is decided, "anything" would be denied.
            return EffectOf(call, Reading.Anything);
        }

        if (ReadingRoutes.Find(call.Route.Id) is not { } read)
        {
            return EffectOf(call, Reading.Anything);
        }

        return (await read(call, new RepositoryLookup(upstream, preview, call.Repository), cancellationToken)).Succeeded(out var reading, out var refusal)
            ? EffectOf(call, reading)
            : refusal;
    }

    private static RestEffect EffectOf(RestCall call, Reading reading) => new(reading.Reads.IsEmpty
        ? [OperationOf(call, null)]
        : [.. reading.Reads.Select(read => OperationOf(call, read))])
    {
        Edit = reading.Edit,
        Parameters = reading.Parameters,
        Query = reading.Query,
    };

    private static Operation OperationOf(RestCall call, ContentRead? read) => Operation.Api(call.Repository, call.Route.Needs, new ApiCall(call.Route.Id) { Reads = read });
}
