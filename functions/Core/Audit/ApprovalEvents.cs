using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>An approval was opened: recorded before it exists, and by each instance that helped, so at least once.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Fingerprint">What it is about, exactly.</param>
/// <param name="Person">Who asked.</param>
/// <param name="DisplayName">Their name, for people.</param>
/// <param name="Target">On what.</param>
/// <param name="Summary">What would be done, a line each.</param>
/// <param name="Requirements">Who must agree, a line each.</param>
/// <param name="SnapshotSha256">Digest of what approvers are shown.</param>
/// <param name="Expires">Until when it waits.</param>
public sealed record ApprovalOpened(
    string Approval, string Fingerprint, string Person, string DisplayName, string Target, ImmutableArray<string> Summary, ImmutableArray<string> Requirements,
    string SnapshotSha256, DateTimeOffset Expires) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 500;
}

/// <summary>Somebody decides: recorded before it counts. If it comes to nothing, <see cref="ApprovalRefused"/> follows.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Person">Who.</param>
/// <param name="DisplayName">Their name, for people.</param>
/// <param name="Groups">The groups they are in.</param>
/// <param name="Verdict">Approve or Deny.</param>
/// <param name="Reason">Why, in their words; may be empty for an approve.</param>
public sealed record ApprovalVoted(
    string Approval, string Person, string DisplayName, ImmutableArray<string> Groups, string Verdict, string Reason) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 510;
}

/// <summary>The requester takes it back: recorded before it counts. If it comes to nothing, <see cref="ApprovalRefused"/> follows.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Person">Who.</param>
public sealed record ApprovalCancelled(string Approval, string Person) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 520;
}

/// <summary>A request takes an approved one: recorded before it is taken. If another was quicker, <see cref="ApprovalRefused"/> follows.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Fingerprint">What is about to be done.</param>
public sealed record ApprovalUsed(string Approval, string Fingerprint) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 530;
}

/// <summary>A vote, a cancel or a use had no effect; of kind <c>StateUnavailable</c>, nobody knows whether it had, and no request went on by it.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Attempt">vote, cancel or use.</param>
/// <param name="Person">Who tried.</param>
/// <param name="Kind">Why not, as a stable code.</param>
/// <param name="Detail">Why not, for people.</param>
public sealed record ApprovalRefused(string Approval, string Attempt, string Person, string Kind, string Detail) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 540;
}

/// <summary>An approval is in another status: recorded after the fact, at least once.</summary>
/// <param name="Approval">Its id.</param>
/// <param name="Status">Approved, Denied, Expired, Cancelled, Used or Lapsed.</param>
/// <param name="Reason">Why, where the status alone does not say it.</param>
public sealed record ApprovalMoved(string Approval, string Status, string? Reason) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 550;
}
