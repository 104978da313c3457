using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals;

/// <summary>A person's decision, asked for or made, on one exact operation. Immutable; <c>ApprovalMachine</c> makes the next one.</summary>
public sealed record Approval
{
    /// <summary>Its id.</summary>
    public required ApprovalId Id { get; init; }

    /// <summary>What it is about, exactly.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>Who asked.</summary>
    public required Requester Requester { get; init; }

    /// <summary>On what, for people: <c>owner/name</c>.</summary>
    public required string Target { get; init; }

    /// <summary>What would be done, a line each, for people; at most <see cref="MaxSummary"/> lines.</summary>
    public required ImmutableArray<string> Summary { get; init; }

    /// <summary>The <c>approve</c> entries that asked for it when it was opened; each needs its own quorum. At least one.</summary>
    public required ImmutableArray<ApprovalRequirement> Requirements { get; init; }

    /// <summary>SHA-256 of the stored snapshot, lower-case hex: what approvers were shown is part of what they approved.</summary>
    public required string SnapshotSha256 { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it stops waiting. At this very moment it has expired.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>How long it may be used once approved.</summary>
    public required TimeSpan Valid { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonRequired]
    public ApprovalStatus Status { get; init; } = ApprovalStatus.Pending;

    /// <summary>What people decided, oldest first; one vote a person.</summary>
    [JsonRequired]
    public ImmutableArray<ApprovalVote> Votes { get; init; } = [];

    /// <summary>When it left <see cref="ApprovalStatus.Pending"/>; null while it waits.</summary>
    public DateTimeOffset? Settled { get; init; }

    /// <summary>When it reached a status that nothing leaves; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it ended, for people, where the status alone does not say it; null otherwise.</summary>
    public string? EndReason { get; init; }

    /// <summary>The request that used it; null unless <see cref="ApprovalStatus.Used"/>.</summary>
    public string? UsedBy { get; init; }

    /// <summary>Most lines of <see cref="Summary"/>.</summary>
    public const int MaxSummary = 50;

    /// <summary>The moment from which an approved one can no longer be used; null unless it was approved.</summary>
    public DateTimeOffset? UsableUntil => Status is ApprovalStatus.Approved or ApprovalStatus.Used or ApprovalStatus.Lapsed ? Settled + Valid : null;
}

/// <summary>Who asked.</summary>
/// <param name="Person">The one person (or workload) behind every client and address.</param>
/// <param name="DisplayName">For people to read; never used to decide.</param>
/// <param name="Kind">Person or workload.</param>
/// <param name="Session">The session it was asked in.</param>
public sealed record Requester(PersonId Person, string DisplayName, CallerKind Kind, string Session);

/// <summary>One person's decision.</summary>
/// <param name="Person">Who.</param>
/// <param name="DisplayName">For people to read; never used to decide.</param>
/// <param name="Groups">The groups they were in when they decided.</param>
/// <param name="Verdict">What they decided.</param>
/// <param name="Reason">Why; never empty for a deny. At most <see cref="MaxReason"/> characters.</param>
/// <param name="At">When.</param>
public sealed record ApprovalVote(
    PersonId Person, string DisplayName, ImmutableArray<string> Groups, ApprovalVerdict Verdict, string Reason, DateTimeOffset At)
{
    /// <summary>Longest reason, in characters.</summary>
    public const int MaxReason = 1000;
}

/// <summary>What a person decides. Names are stable: State and the audit hold them.</summary>
public enum ApprovalVerdict
{
    /// <summary>Yes.</summary>
    Approve,

    /// <summary>No; one is enough.</summary>
    Deny,
}

/// <summary>Where an approval stands. Names are stable: State and the audit hold them.</summary>
public enum ApprovalStatus
{
    /// <summary>It waits for people.</summary>
    Pending,

    /// <summary>Every requirement is met; it may be used once.</summary>
    Approved,

    /// <summary>Somebody said no.</summary>
    Denied,

    /// <summary>Nobody decided in time.</summary>
    Expired,

    /// <summary>The requester took it back.</summary>
    Cancelled,

    /// <summary>It was used.</summary>
    Used,

    /// <summary>It was approved, and not used in time or overtaken by the policy.</summary>
    Lapsed,
}
