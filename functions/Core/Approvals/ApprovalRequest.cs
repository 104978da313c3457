using System.Collections.Immutable;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals;

/// <summary>What somebody needs approved.</summary>
public sealed record ApprovalRequest
{
    /// <summary>What it is about, exactly.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>Who asks.</summary>
    public required Requester Requester { get; init; }

    /// <summary>On what, for people: <c>owner/name</c>.</summary>
    public required string Target { get; init; }

    /// <summary>What would be done, a line each, for people.</summary>
    public required ImmutableArray<string> Summary { get; init; }

    /// <summary>What the policy asks for now; at least one.</summary>
    public required ImmutableArray<ApprovalRequirement> Requirements { get; init; }

    /// <summary>What approvers are shown; made only when an approval is opened.</summary>
    public required Func<CancellationToken, ValueTask<ApprovalSnapshot>> Snapshot { get; init; }
}
