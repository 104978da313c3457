using System.Globalization;
using System.Text;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// The rules of approvals, as a pure function: Pending -> Approved, Denied, Expired or Cancelled; Approved -> Used or Lapsed; nothing leaves the others.
/// Every home runs this and nothing else.
/// </summary>
/// <remarks>
/// Time counts by itself: an event at or after the moment something ends finds it ended, whether or not <see cref="ApprovalEvent.TimePassed"/> came before.
/// Such an event is refused and yet its step holds the ended approval. So a home stores the step's approval whatever the outcome.
/// </remarks>
public static class ApprovalMachine
{
    /// <summary>What an event makes of an approval.</summary>
    public static ApprovalStep Apply(Approval current, ApprovalEvent happened)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(happened);
        var approval = AsOf(current, happened.At);
        return happened switch
        {
            ApprovalEvent.Voted voted => Vote(approval, voted),
            ApprovalEvent.Cancelled cancelled => Cancel(approval, cancelled),
            ApprovalEvent.Used used => Use(approval, used),
            ApprovalEvent.Overtaken overtaken => Overtake(approval, overtaken),
            ApprovalEvent.TimePassed when !ReferenceEquals(approval, current) => Moved(approval),
            ApprovalEvent.TimePassed when approval.Ended is null => Refused(approval, ApprovalRefusal.TooEarly, "Nothing is due yet."),
            ApprovalEvent.TimePassed => NotPending(approval),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "No such event."),
        };
    }

    /// <summary>The approval as it is at a moment, should nothing happen until then: expired or lapsed when its time is over, else the same object.</summary>
    public static Approval AsOf(Approval approval, DateTimeOffset moment)
    {
        ArgumentNullException.ThrowIfNull(approval);
        return approval.Status switch
        {
            ApprovalStatus.Pending when moment >= approval.Expires => approval with
            {
                Status = ApprovalStatus.Expired,
                Settled = approval.Expires,
                Ended = approval.Expires,
            },
            ApprovalStatus.Approved when moment >= approval.UsableUntil => approval with
            {
                Status = ApprovalStatus.Lapsed,
                Ended = approval.UsableUntil,
                EndReason = "It was not used in time.",
            },
            _ => approval,
        };
    }

    private static ApprovalStep Vote(Approval approval, ApprovalEvent.Voted voted)
    {
        if (approval.Status != ApprovalStatus.Pending)
        {
            return NotPending(approval);
        }

        if (WhyNot(approval, voted) is var (reason, detail))
        {
            return Refused(approval, reason, detail);
        }

        var counted = approval with { Votes = approval.Votes.Add(voted.Vote) };
        var verdict = voted.Vote.Verdict == ApprovalVerdict.Deny ? ApprovalStatus.Denied
            : Quorums.AreMet(counted.Votes, counted.Requirements, counted.Requester.Person) ? ApprovalStatus.Approved
            : ApprovalStatus.Pending;
        return Moved(verdict switch
        {
            ApprovalStatus.Denied => counted with { Status = verdict, Settled = voted.At, Ended = voted.At, EndReason = voted.Vote.Reason },
            ApprovalStatus.Approved => counted with { Status = verdict, Settled = voted.At },
            _ => counted,
        });
    }

    private static (ApprovalRefusal Reason, string Detail)? WhyNot(Approval approval, ApprovalEvent.Voted voted)
    {
        var vote = voted.Vote;
        return voted.Kind != CallerKind.Person ? (ApprovalRefusal.NotAPerson, "Only people decide.")
            : Quorums.AreOnePerson(vote.Person, approval.Requester.Person) ? (ApprovalRefusal.OwnRequest, "Nobody decides on their own request.")
            : !approval.Requirements.Any(requirement => Quorums.MayDecide(vote.Groups, requirement))
                ? (ApprovalRefusal.NotAnApprover, "You are in none of the groups that may decide.")
            : approval.Votes.Any(earlier => Quorums.AreOnePerson(earlier.Person, vote.Person)) ? (ApprovalRefusal.AlreadyVoted, "You have decided already.")
            : vote.Reason.Length > ApprovalVote.MaxReason
                ? (ApprovalRefusal.ReasonTooLong, string.Create(CultureInfo.InvariantCulture, $"A reason has at most {ApprovalVote.MaxReason} characters."))
            : vote.Verdict switch
            {
                ApprovalVerdict.Approve => null,
                ApprovalVerdict.Deny => IsBlank(vote.Reason) ? (ApprovalRefusal.ReasonMissing, "A deny needs a reason.") : null,
                _ => throw new ArgumentOutOfRangeException(nameof(voted), vote.Verdict, "No such verdict."),
            };
    }

    // By identity, not by the looser likeness that keeps people from deciding twice: this one gives a right.
    private static ApprovalStep Cancel(Approval approval, ApprovalEvent.Cancelled cancelled) =>
        approval.Requester.Person != cancelled.Person
            ? Refused(approval, ApprovalRefusal.NotTheRequester, "Only who asked may take it back.")
            : approval.Status != ApprovalStatus.Pending
                ? NotPending(approval)
                : Moved(approval with { Status = ApprovalStatus.Cancelled, Settled = cancelled.At, Ended = cancelled.At });

    private static ApprovalStep Use(Approval approval, ApprovalEvent.Used used) => approval.Status == ApprovalStatus.Approved
        ? Moved(approval with { Status = ApprovalStatus.Used, Ended = used.At, UsedBy = used.Request })
        : NotApproved(approval);

    private static ApprovalStep Overtake(Approval approval, ApprovalEvent.Overtaken overtaken) => approval.Status == ApprovalStatus.Approved
        ? Moved(approval with { Status = ApprovalStatus.Lapsed, Ended = overtaken.At, EndReason = overtaken.Reason })
        : NotApproved(approval);

    private static ApprovalStep.Moved Moved(Approval approval) => new() { Approval = approval };

    private static ApprovalStep.Refused NotPending(Approval approval) =>
        Refused(approval, ApprovalRefusal.NotPending, $"It does not wait any more: {Words(approval.Status)}.");

    private static ApprovalStep.Refused NotApproved(Approval approval) =>
        Refused(approval, ApprovalRefusal.NotApproved, $"It cannot be used: {Words(approval.Status)}.");

    private static ApprovalStep.Refused Refused(Approval approval, ApprovalRefusal reason, string detail) => new(reason, detail) { Approval = approval };

    private static string Words(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Pending => "it still waits",
        ApprovalStatus.Approved => "it was approved",
        ApprovalStatus.Denied => "it was denied",
        ApprovalStatus.Expired => "nobody decided in time",
        ApprovalStatus.Cancelled => "it was taken back",
        ApprovalStatus.Used => "it was used",
        ApprovalStatus.Lapsed => "it was approved and not used in time, or the policy asks for more now",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No such status."),
    };

    // A reason made of zero-width characters is none.
    private static bool IsBlank(string reason) => reason.EnumerateRunes().All(static rune =>
        Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format);
}
