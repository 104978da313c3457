using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>A request that people can be asked about.</summary>
public interface IApprovable
{
    /// <summary>What would be done, a line each, for people.</summary>
    ImmutableArray<string> Summary { get; }

    /// <summary>Is told what would be granted, before <see cref="Summary"/> and the fingerprint are asked for: where the policy chooses between several, people agree to what it chose.</summary>
    void BindGrant(Grant grant)
    {
    }

    /// <summary>The digest of everything that makes this request what it is, for this person and this very repository, or this secret as it stands.</summary>
    Fingerprint FingerprintFor(PersonId person, TargetIdentity target);

    /// <summary>How the caller gets it done once people agreed, as the end of a sentence.</summary>
    string Again => "send the same request again once approved";

    /// <summary>What approvers are shown.</summary>
    ValueTask<ApprovalSnapshot> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>How the caller waits on this connection; null when it cannot, and is told to come again instead.</summary>
    IWaitingCaller? WaitOn(HttpContext context);
}

/// <summary>A caller whose connection is held while people decide.</summary>
public interface IWaitingCaller
{
    /// <summary>Says how things stand, as far as there is something to say, and keeps the connection alive. The first call starts the answer.</summary>
    ValueTask TellAsync(WaitProgress progress, CancellationToken cancellationToken);
}

/// <summary>How a wait stands.</summary>
/// <param name="Approval">The approval as it is now.</param>
/// <param name="Link">Where to decide.</param>
/// <param name="Waited">How long the connection was held so far.</param>
/// <param name="Hold">How long it is held at most.</param>
public sealed record WaitProgress(Approval Approval, Uri Link, TimeSpan Waited, TimeSpan Hold);
