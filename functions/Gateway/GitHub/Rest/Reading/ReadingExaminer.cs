using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>Works out what calls that read contents read.</summary>
internal sealed class ReadingExaminer : IRestExaminer
{
    public ApiRouteKind Kind => ApiRouteKind.Contents;

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Outcome<IReadOnlyList<Operation>>.Of([OperationOf(call, null)]);

    public PermissionSet LookUpPermissions(RestCall call) => AsideRoutes.Asked(call.Route.Id) is null
        ? PermissionSet.ContentsRead
        : call.Route.Needs[0].Items.Aggregate(PermissionSet.Empty, static (reading, need) => reading.With(need.Key, Access.Read));

    public RestEffect? KnownFor(RestCall call, Preview preview)
    {
        var route = call.Route.Id;
        if (AsideRoutes.Has(route))
        {
            // Were the policy another one by the time it is decided, "anything" would be denied.
            return preview.HearsEverything ? EffectOf(call, Reading.AnythingAside) : AsideRoutes.Unasked(route)?.Invoke(call) is { } reading ? EffectOf(call, reading) : null;
        }

        return preview.SeesEverything || ReadingRoutes.Find(route) is null ? EffectOf(call, Reading.Anything) : null;
    }

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        if (KnownFor(call, preview) is { } known)
        {
            return known;
        }

        var read = AsideRoutes.Asked(call.Route.Id) ?? ReadingRoutes.Find(call.Route.Id) ?? throw new InvalidOperationException("A route that is not looked up is known.");
        return (await read(call, new RepositoryLookup(upstream, preview, call.Repository), cancellationToken)).Succeeded(out var reading, out var refusal)
            ? EffectOf(call, reading)
            : refusal;
    }

    private static RestEffect EffectOf(RestCall call, Reading reading) => new(reading.Reads.IsEmpty
        ? [OperationOf(call, null)]
        : [.. reading.Reads.Select(read => OperationOf(call, read))])
    {
        Edit = reading.Edit,
        Verify = reading.Verify,
        Parameters = reading.Parameters,
        Query = reading.Query,
    };

    private static Operation OperationOf(RestCall call, ContentRead? read) => Operation.Api(call.Repository, call.Route.Needs, new ApiCall(call.Route.Id) { Reads = read });
}
