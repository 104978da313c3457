using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>Makes effects from what was looked up.</summary>
internal static class CallEffects
{
    /// <summary>The call itself.</summary>
    public static Operation CallOf(RestCall call) => Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall());

    /// <summary>Operations of an outline beside the call: an update of a ref of which nothing else is known.</summary>
    public static Outcome<IReadOnlyList<Operation>> Outline(RestCall call, params IEnumerable<RefUpdate> updates) =>
        Outcome<IReadOnlyList<Operation>>.Of([.. updates.Select(update => Operation.Push(call.Repository, update))]);

    /// <summary>Operations of an outline beside the call, where it pushes to a ref that has to be looked up.</summary>
    public static Outcome<IReadOnlyList<Operation>> OutlineOfSomePush(RestCall call) =>
        Outcome<IReadOnlyList<Operation>>.Of([Operation.PreparePush(call.Repository)]);

    /// <summary>Operations of an outline that is the call alone.</summary>
    public static Outcome<IReadOnlyList<Operation>> OutlineOfCall() => Outcome<IReadOnlyList<Operation>>.Of([]);

    /// <summary>A call that moves no ref.</summary>
    public static RestEffect OfCall(RestCall call, JsonNode? body) => new([CallOf(call)]) { Body = body };

    /// <summary>A call that acts on refs or commits that it names: only on those that the caller may see.</summary>
    /// <param name="call">The call.</param>
    /// <param name="refs">The refs; null among them for what may be on any ref, which is for whom every one may be seen.</param>
    /// <param name="body">The body to send; null to send the caller's.</param>
    public static RestEffect OfCallOn(RestCall call, IEnumerable<RefName?> refs, JsonNode? body = null) =>
        new([.. refs.Distinct().Select(name => Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall() with { Reads = new ContentRead(name, []) }))]) { Body = body };

    /// <summary>A call that moves no ref, and is for those who may push one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="to">The ref; null for any that may be pushed.</param>
    /// <param name="body">The body to send; null to send the caller's.</param>
    public static RestEffect OfCallFor(RestCall call, RefName? to, JsonNode? body) => new([CallOf(call), Operation.PreparePush(call.Repository, to)]) { Body = body };

    /// <summary>A call that moves refs.</summary>
    /// <param name="call">The call.</param>
    /// <param name="state">The repository.</param>
    /// <param name="moves">What it does to each ref.</param>
    /// <param name="body">The body to send.</param>
    public static RestEffect OfMoves(RestCall call, PresentState state, ImmutableArray<RefMove> moves, JsonNode? body) =>
        new([CallOf(call), .. moves.Select(move => Operation.Push(call.Repository, move.Update))])
        {
            ResolvedState = string.Join('\n', moves.Select(static move => $"{move.Update.Ref} {move.Update.Old.Hex} {move.Update.New.Hex} {move.Source}")),
            Body = body,
            Summary = [.. moves.SelectMany(static move => move.Summary)],
            Snapshot = cancellationToken => state.ShowAsync([.. moves.Select(static move => move.Change)], moves[0].Sent, cancellationToken),
        };
}

/// <summary>What a call does to one ref.</summary>
/// <param name="Change">What people are shown.</param>
/// <param name="Update">What is decided: the same, but for what is not known.</param>
internal sealed record RefMove(ChangeSet Change, RefUpdate Update)
{
    /// <summary>What comes from elsewhere: the commit that is merged, the blob that is written. Part of what is approved.</summary>
    public string Source { get; init; } = "";

    /// <summary>Objects that the request itself brings.</summary>
    public IObjectSource Sent { get; init; } = NoObjects.Instance;

    /// <summary>It in words.</summary>
    public ImmutableArray<string> Summary { get; init; } = ChangeSummary.Lines([Change]);

    /// <summary>A move of which all is known.</summary>
    public static RefMove Of(ChangeSet change, long? size) => new(change, change.ToUpdate(0) with { Size = change.Update.IsDelete ? 0 : size });

    /// <summary>
    /// A merge that GitHub makes. Nothing is sent for it. Who wrote and signed the commit that GitHub makes is not known beforehand, so of its commits nothing is.
    /// </summary>
    public static RefMove OfMerge(ChangeSet change, GitOid head, string words) => new(change, change.ToUpdate(0) with { Commits = change.Commits.IsEmpty ? [] : null })
    {
        Source = head.Hex,
        Summary = [words, .. ChangeSummary.Lines([change])],
    };

    /// <summary>A move of which nothing but the ref is known, with the reason in words.</summary>
    public static RefMove Unknown(RefUpdate update, string words) => new(
        new ChangeSet { Update = update, Commits = [], Paths = [], TipToTip = [], Forced = false },
        update)
    {
        Summary = [words],
    };
}
