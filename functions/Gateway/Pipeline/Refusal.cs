using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Why a request ends here: what the caller may read, and apart from it what only log and audit may hold.</summary>
/// <param name="Stage">The step that refused.</param>
/// <param name="Kind">Why, as a stable code; also picks the HTTP status.</param>
/// <param name="Message">What the caller is told.</param>
/// <param name="Detail">What really happened. Never sent.</param>
public sealed record Refusal(Stage Stage, RefusalKind Kind, CallerText Message, string Detail)
{
    /// <summary>When to try again; null when unknown or pointless.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The reason for each operation, where they differ (a push of several refs). Empty when one message says it all.</summary>
    public ImmutableArray<OperationRefusal> Operations { get; init; } = [];

    /// <summary>The rule that it follows from, where a covered caller may know it; null otherwise.</summary>
    public string? Rule { get; init; }

    /// <summary>The approval that it is about; null when it is about none.</summary>
    public RefusedApproval? Approval { get; init; }

    /// <summary>What the policy said, where it said no; null when something else refused.</summary>
    public DenialReason? Denial { get; init; }

    /// <summary>The code that the protocol itself has for it, where the room gave one; null otherwise.</summary>
    public string? Code { get; init; }

    /// <summary>The secrets that it is for, where each is; empty when it is for something else.</summary>
    public ImmutableArray<FoundSecret> Secrets { get; init; } = [];

    /// <summary>The reference id, filled in by the pipeline: what the caller quotes and the audit finds.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The HTTP status for protocols that answer with one.</summary>
    public int HttpStatus => Kind switch
    {
        RefusalKind.Malformed or RefusalKind.NotSupported => 400,
        RefusalKind.Unauthenticated => 401,
        RefusalKind.Denied or RefusalKind.ApprovalPending or RefusalKind.ApprovalUnavailable or RefusalKind.OpaqueRefused or RefusalKind.UpstreamForbids => 403,
        RefusalKind.NotFound => 404,
        RefusalKind.Conflict => 409,
        RefusalKind.TooLarge => 413,
        RefusalKind.Unprocessable or RefusalKind.WritesMask => 422,
        RefusalKind.CallerGone => 499,
        RefusalKind.RateLimited => 429,
        RefusalKind.Internal => 500,
        RefusalKind.UpstreamFailed => 502,
        RefusalKind.Unavailable => 503,
        _ => 500,
    };
}

/// <summary>The approval that a refusal is about, for programs.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">How it stood.</param>
/// <param name="Link">Its page.</param>
public sealed record RefusedApproval(ApprovalId Id, ApprovalStatus Status, Uri Link);

/// <summary>One operation of a refused request and the reason for it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Reason">One line for the caller.</param>
public sealed record OperationRefusal(Operation Operation, CallerText Reason);

/// <summary>The pipeline's steps, in order.</summary>
public enum Stage
{
    /// <summary>Token to Caller.</summary>
    Authenticate,

    /// <summary>Request to Operations.</summary>
    Classify,

    /// <summary>Operations to Decisions.</summary>
    Authorize,

    /// <summary>Looking up what Operations would change.</summary>
    Examine,

    /// <summary>Waiting for people.</summary>
    Approve,

    /// <summary>Grant to Credential.</summary>
    Credential,

    /// <summary>Request to upstream, answer to caller.</summary>
    Forward,

    /// <summary>Making the record durable.</summary>
    Record,
}

/// <summary>Why a request was refused. Names are stable: the audit and its queries hold them.</summary>
public enum RefusalKind
{
    /// <summary>The request is not valid in its protocol.</summary>
    Malformed,

    /// <summary>Valid, but not something the broker lets through.</summary>
    NotSupported,

    /// <summary>Valid, and about nothing that could be done for this caller: a search of nowhere.</summary>
    Unprocessable,

    /// <summary>No valid token.</summary>
    Unauthenticated,

    /// <summary>Not there, or not for this caller to know.</summary>
    NotFound,

    /// <summary>It takes the repository to be in another state than it is in.</summary>
    Conflict,

    /// <summary>The policy says no.</summary>
    Denied,

    /// <summary>It waits for a person's approval; the same request passes once it is there.</summary>
    ApprovalPending,

    /// <summary>The policy wants a person's approval, and nobody can be asked about a request of this kind.</summary>
    ApprovalUnavailable,

    /// <summary>It would write a mask of the broker in a secret's place.</summary>
    WritesMask,

    /// <summary>The policy keeps Opaque bodies from this caller.</summary>
    OpaqueRefused,

    /// <summary>The upstream itself forbids it: the App lacks a permission, the installation is suspended.</summary>
    UpstreamForbids,

    /// <summary>A body or head above a limit.</summary>
    TooLarge,

    /// <summary>A rate limit, the broker's or the upstream's.</summary>
    RateLimited,

    /// <summary>The upstream broke, or answered what cannot be understood.</summary>
    UpstreamFailed,

    /// <summary>Something the broker needs (keys, State, ledger, policy, GitHub) cannot be reached.</summary>
    Unavailable,

    /// <summary>The caller hung up before there was an answer.</summary>
    CallerGone,

    /// <summary>A bug.</summary>
    Internal,
}
