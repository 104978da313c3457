using System.Collections.Frozen;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>Every call that moves a ref or changes content, as the push that it comes to. A route that nobody here knows is refused.</summary>
internal sealed class ChangesExaminer(IEnumerable<IChange> changes, ChangeServices services) : IRestExaminer
{
    private readonly FrozenDictionary<string, IChange> _changes =
        changes.SelectMany(static change => change.Routes.Select(route => KeyValuePair.Create(route, change))).ToFrozenDictionary(StringComparer.Ordinal);

    public ApiRouteKind Kind => ApiRouteKind.Changes;

    /// <summary>The routes that are understood.</summary>
    public IEnumerable<string> Routes => _changes.Keys;

    public PermissionSet LookUpPermissions(RestCall call) => _changes.TryGetValue(call.Route.Id, out var change) ? change.LookUpPermissions(call) : PermissionSet.ContentsRead;

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call)
    {
        if (!_changes.TryGetValue(call.Route.Id, out var change))
        {
            return NotUnderstood(call);
        }

        return change.Outline(call).Succeeded(out var operations, out var refusal)
            ? Outcome<IReadOnlyList<Operation>>.Of([CallEffects.CallOf(call), .. operations])
            : refusal;
    }

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken) =>
        _changes.TryGetValue(call.Route.Id, out var change)
            ? await change.ExamineAsync(call, new PresentState(upstream, preview, services), cancellationToken)
            : NotUnderstood(call);

    private static Refusal NotUnderstood(RestCall call) => Refusals.NotSupported($"{call.Route.Id}: what it changes cannot be told beforehand, so it is not let through.");
}
