using System.Collections.Immutable;

namespace CursorBroker.Core.Policy;

/// <summary>What the policy says of one operation, with the trace of why.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Every step that led here, in order; for the audit and <c>policy explain</c>, never for callers.</summary>
    public required ImmutableArray<TraceStep> Trace { get; init; }

    /// <summary>It may be done.</summary>
    /// <param name="Grant">What the allow gives.</param>
    public sealed record Allow(Grant Grant) : Decision;

    /// <summary>It may not be done.</summary>
    /// <param name="Reason">Why, as a stable code.</param>
    /// <param name="Explanation">
    /// Why and what would help, safe for a covered caller to read: names the permission, ref or path that was missing. For
    /// <see cref="DenialReason.NotCovered"/> it must not be shown: such a caller learns nothing.
    /// </param>
    public sealed record Deny(DenialReason Reason, string Explanation) : Decision;

    /// <summary>It may be done once the named people agree.</summary>
    /// <param name="Grant">What the allow would give.</param>
    /// <param name="Requirements">Every one of them must be met.</param>
    public sealed record NeedsApproval(Grant Grant, ImmutableArray<ApprovalRequirement> Requirements) : Decision;
}

/// <summary>Why an operation was denied. Names are stable.</summary>
public enum DenialReason
{
    /// <summary>No rule covers this caller and target. The caller is told what a stranger is told.</summary>
    NotCovered,

    /// <summary>A <c>deny</c> entry of a covering rule matches.</summary>
    DeniedByRule,

    /// <summary>The policy-wide ceiling is below what is needed.</summary>
    AboveCeiling,

    /// <summary>No covering rule gives the permission.</summary>
    PermissionMissing,

    /// <summary>Some rule gives the permission, but no single rule gives it on this ref.</summary>
    RefNotAllowed,

    /// <summary>It may be done through the broker, but no token may be had for doing it elsewhere.</summary>
    NotExchangeable,

    /// <summary>It adds a secret, and the policy neither lets that be nor has anybody to ask.</summary>
    AddsSecret,
}

/// <summary>One line of a decision's trace.</summary>
/// <param name="Rule">The rule's id; null for steps that belong to none.</param>
/// <param name="Step">Which step: <c>cover</c>, <c>deny</c>, <c>ceiling</c>, <c>allow</c>, <c>exchange</c>, <c>secrets</c>, <c>approve</c>.</param>
/// <param name="Text">What was found.</param>
public sealed record TraceStep(string? Rule, string Step, string Text);

/// <summary>One <c>approve</c> entry that matched: who must agree.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Entry">The entry's position in the rule, from 0.</param>
/// <param name="ApproverGroups">Groups whose members may decide.</param>
/// <param name="Quorum">How many distinct people; at least 1.</param>
/// <param name="Notify">Names under the policy's <c>notify</c>.</param>
/// <param name="Expires">How long the request waits.</param>
/// <param name="Valid">How long an approval may be used once given.</param>
/// <param name="Reason">What of the operation the entry matched, in words that the caller and the approvers may read.</param>
public sealed record ApprovalRequirement(
    string Rule, int Entry, ImmutableArray<string> ApproverGroups, int Quorum, ImmutableArray<string> Notify, TimeSpan Expires, TimeSpan Valid, string Reason);
