using System.Globalization;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals;

/// <summary>What somebody tried to do with an approval.</summary>
/// <param name="What"><c>vote</c>, <c>cancel</c> or <c>use</c>.</param>
/// <param name="Person">Who.</param>
/// <param name="Request">In which request; null when not known.</param>
/// <param name="Session">In which session; null when not known.</param>
/// <param name="At">When.</param>
internal sealed record Attempt(string What, PersonId Person, string? Request, string? Session, DateTimeOffset At);

/// <summary>Approvals as audit events.</summary>
internal static class ApprovalRecording
{
    public static ApprovalOpened Opened(Approval approval, DateTimeOffset at) => new(
        approval.Id.Value, approval.Fingerprint.Value, approval.Requester.Person.ToString(), approval.Requester.DisplayName, approval.Target, approval.Summary,
        [.. approval.Requirements.Select(Describe)], approval.SnapshotSha256, approval.Expires)
    {
        At = at,
        Session = approval.Requester.Session,
    };

    public static ApprovalVoted Voted(Approval approval, ApprovalVote vote) => new(
        approval.Id.Value, vote.Person.ToString(), vote.DisplayName, vote.Groups, vote.Verdict.ToString(), vote.Reason)
    {
        At = vote.At,
    };

    public static ApprovalCancelled Cancelled(Approval approval, ApprovalEvent.Cancelled cancelled) =>
        new(approval.Id.Value, cancelled.Person.ToString()) { At = cancelled.At };

    public static ApprovalUsed Used(Approval approval, ApprovalEvent.Used used) => new(approval.Id.Value, approval.Fingerprint.Value)
    {
        At = used.At,
        Request = used.Request,
        Session = approval.Requester.Session,
    };

    public static ApprovalRefused Refused(ApprovalStep.Refused refused, Attempt attempt) => new(
        refused.Approval.Id.Value, attempt.What, attempt.Person.ToString(), refused.Reason.ToString(), refused.Detail)
    {
        At = attempt.At,
        Request = attempt.Request,
        Session = attempt.Session,
    };

    public static ApprovalRefused Broken(Approval approval, Attempt attempt) => new(
        approval.Id.Value, attempt.What, attempt.Person.ToString(), "StateUnavailable", "State failed; whether it took effect shows in what follows.")
    {
        At = attempt.At,
        Request = attempt.Request,
        Session = attempt.Session,
    };

    public static ApprovalMoved Moved(Approval approval, DateTimeOffset at) => new(approval.Id.Value, approval.Status.ToString(), approval.EndReason)
    {
        At = at,
        Request = approval.UsedBy,
        Session = approval.Requester.Session,
    };

    private static string Describe(ApprovalRequirement requirement) => string.Create(
        CultureInfo.InvariantCulture,
        $"{requirement.Rule}[{requirement.Entry}]: {requirement.Quorum} of {string.Join(", ", requirement.ApproverGroups)}: {requirement.Reason}");
}
