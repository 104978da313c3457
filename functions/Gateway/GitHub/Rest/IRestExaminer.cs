using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Works out what calls of one kind of route really read or change: refs, paths, commits. One for each <see cref="ApiRouteKind"/> that needs it.</summary>
internal interface IRestExaminer
{
    /// <summary>The kind of routes it knows.</summary>
    ApiRouteKind Kind { get; }

    /// <summary>What the looking-up of a call needs; nothing that writes.</summary>
    PermissionSet LookUpPermissions(RestCall call) => PermissionSet.ContentsRead;

    /// <summary>The operations as far as the request alone tells, for the first look at the policy, which can only deny; at least one.</summary>
    Outcome<IReadOnlyList<Operation>> Outline(RestCall call);

    /// <summary>The operations with their effect, where for this caller nothing has to be looked up; null when it has to be.</summary>
    RestEffect? KnownFor(RestCall call, Preview preview) => null;

    /// <summary>The operations with their effect, and what follows from it. What cannot be told is refused, or left unknown, which policies treat as "any".</summary>
    ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken);
}

/// <summary>What a call does, once it was looked up.</summary>
/// <param name="Operations">What it comes to in policy terms; always the call itself (<see cref="ApiCall"/>), and a <see cref="RefUpdate"/> for every ref it moves.</param>
internal sealed record RestEffect(IReadOnlyList<Operation> Operations)
{
    /// <summary>What it acts on as it stands now, such as a merge's head and base: part of the approval's fingerprint. Empty when there is none.</summary>
    public string ResolvedState { get; init; } = "";

    /// <summary>The body to send instead of the caller's, with that state in it (<c>sha</c>), so that GitHub refuses what moved meanwhile; null to send the caller's.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>The template's parameters to send instead of the caller's, where a name was looked up and is sent as the id it stood for; null to send the caller's.</summary>
    public ImmutableDictionary<string, string>? Parameters { get; init; }

    /// <summary>The query to send instead of the caller's, likewise; null to send the caller's.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Query { get; init; }

    /// <summary>What happens in words for approvers and caller, a line each; empty when the route says it all.</summary>
    public ImmutableArray<string> Summary { get; init; } = [];

    /// <summary>What approvers are shown of the refs that it moves; null when it moves none.</summary>
    public Func<CancellationToken, ValueTask<ApprovalSnapshot>>? Snapshot { get; init; }

    /// <summary>Judges what was looked up by the grant that the call gets, before it is sent on; null when nothing is left to judge.</summary>
    public Func<Grant, Refusal?>? Verify { get; init; }

    /// <summary>Leaves out of a JSON answer what the caller may not see; null when there is nothing to leave out.</summary>
    public Action<JsonNode, Grant>? Edit { get; init; }
}
