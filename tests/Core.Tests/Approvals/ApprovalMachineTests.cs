using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

[TestClass]
public sealed class ApprovalMachineTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [TestMethod]
    public void Vote_TheOnlyOneNeeded_Approves()
    {
        var approved = Moved(ApprovalMachine.Apply(Pending(), Votes(Lee, after: Tick)), ApprovalStatus.Approved);

        Assert.AreEqual((Start + Tick, null), (approved.Settled, approved.Ended));
        Assert.AreEqual(Start + Tick + Valid, approved.UsableUntil);
        Assert.AreEqual(Lee.Person, approved.Votes.Single().Person);
    }

    [TestMethod]
    public void Vote_OneOfTwo_CountsAndWaitsForTheOther()
    {
        var first = Moved(ApprovalMachine.Apply(Pending(Requires(quorum: 2)), Votes(Lee)), ApprovalStatus.Pending);
        var second = Moved(ApprovalMachine.Apply(first, Votes(Max)), ApprovalStatus.Approved);

        Assert.IsNull(first.Settled);
        Assert.HasCount(2, second.Votes);
    }

    [TestMethod]
    public void Vote_OfOneRequirementsApprover_DoesNotCountForTheOther()
    {
        var pending = Pending(Requires(Leads), Requires(Security));

        var first = Moved(ApprovalMachine.Apply(pending, Votes(Lee)), ApprovalStatus.Pending);
        var second = Moved(ApprovalMachine.Apply(first, Votes(Max)), ApprovalStatus.Pending);
        _ = Moved(ApprovalMachine.Apply(second, Votes(Sam)), ApprovalStatus.Approved);
    }

    [TestMethod]
    public void Vote_OfSomebodyInBothGroups_CountsForBoth() =>
        _ = Moved(ApprovalMachine.Apply(Pending(Requires(Leads), Requires(Security)), Votes(Person("ann", Leads, Security))), ApprovalStatus.Approved);

    [TestMethod]
    public void Deny_ByOneApproverOfOneRequirement_EndsIt()
    {
        var pending = Moved(ApprovalMachine.Apply(Pending(Requires(Leads, 2), Requires(Security)), Votes(Lee)), ApprovalStatus.Pending);

        var denied = Moved(ApprovalMachine.Apply(pending, Votes(Sam, ApprovalVerdict.Deny, "not on a Friday")), ApprovalStatus.Denied);

        Assert.AreEqual("not on a Friday", denied.EndReason);
        Assert.AreEqual((Start, Start), (denied.Settled, denied.Ended));
    }

    [TestMethod]
    [DataRow("", DisplayName = "Empty")]
    [DataRow(" \t\n", DisplayName = "White space")]
    [DataRow("\u200b\u200d\ufeff", DisplayName = "Zero-width characters only")]
    [DataRow("\u202e", DisplayName = "A direction mark only")]
    public void Deny_WithoutAReason_IsRefused(string reason) =>
        _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Lee, ApprovalVerdict.Deny, reason)), ApprovalRefusal.ReasonMissing);

    [TestMethod]
    public void Vote_WithAReasonTooLong_IsRefusedNotCut()
    {
        _ = Moved(ApprovalMachine.Apply(Pending(), Votes(Lee, reason: new string('x', ApprovalVote.MaxReason))), ApprovalStatus.Approved);
        _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Lee, reason: new string('x', ApprovalVote.MaxReason + 1))), ApprovalRefusal.ReasonTooLong);
    }

    [TestMethod]
    public void Vote_OfAStranger_IsRefused() => _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Sam)), ApprovalRefusal.NotAnApprover);

    [TestMethod]
    public void Vote_WithAGroupThatDiffersInCase_IsRefused() =>
        _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Person("eve", "Payments-Leads"))), ApprovalRefusal.NotAnApprover);

    [TestMethod]
    public void Vote_OfAWorkloadInTheGroup_IsRefused() =>
        _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Lee with { Kind = CallerKind.Workload })), ApprovalRefusal.NotAPerson);

    [TestMethod]
    public void Vote_OnOnesOwnRequestThroughASecondGroup_IsRefused() =>
        _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Dana with { Groups = ["payments-dev", Leads] })), ApprovalRefusal.OwnRequest);

    [TestMethod]
    public void Vote_OnOnesOwnRequestThroughASecondAccountWithTheSameSubject_IsRefused() =>
        _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Lee with { Issuer = OldIssuer, Person = Id("dana", OldIssuer) })), ApprovalRefusal.OwnRequest);

    [TestMethod]
    public void Vote_OnOnesOwnRequestWithAChangedEmail_IsRefused() =>
        _ = Refused(ApprovalMachine.Apply(Pending(), Votes(Dana with { Groups = [Leads], DisplayName = "someone.else@example.com" })), ApprovalRefusal.OwnRequest);

    [TestMethod]
    [DataRow(Issuer, "lee@example.com", DisplayName = "The same account")]
    [DataRow(Issuer, "renamed@example.com", DisplayName = "With a changed e-mail address")]
    [DataRow(OldIssuer, "lee@example.com", DisplayName = "Through the tenant's other issuer")]
    public void Vote_TwiceByOnePerson_IsRefused(string issuer, string name)
    {
        var first = Moved(ApprovalMachine.Apply(Pending(Requires(quorum: 2)), Votes(Lee)), ApprovalStatus.Pending);

        var after = Refused(ApprovalMachine.Apply(first, Votes(Lee with { Person = Id("lee", issuer), DisplayName = name })), ApprovalRefusal.AlreadyVoted);

        Assert.AreSame(first, after);
    }

    [TestMethod]
    public void Vote_AtTheMomentOfExpiry_FindsItExpired()
    {
        var pending = Pending();

        _ = Moved(ApprovalMachine.Apply(pending, Votes(Lee, after: Wait - Tick)), ApprovalStatus.Approved);
        var expired = Refused(ApprovalMachine.Apply(pending, Votes(Lee, after: Wait)), ApprovalRefusal.NotPending);

        Assert.AreEqual((ApprovalStatus.Expired, Start + Wait, 0), (expired.Status, expired.Ended, expired.Votes.Length));
    }

    [TestMethod]
    public void Use_AtTheMomentOfLapse_FindsItLapsed()
    {
        var approved = Approved();

        _ = Moved(ApprovalMachine.Apply(approved, new ApprovalEvent.Used("r-1", Start + Valid - Tick)), ApprovalStatus.Used);
        var lapsed = Refused(ApprovalMachine.Apply(approved, new ApprovalEvent.Used("r-1", Start + Valid)), ApprovalRefusal.NotApproved);

        Assert.AreEqual((ApprovalStatus.Lapsed, Start + Valid, null), (lapsed.Status, lapsed.Ended, lapsed.UsedBy));
    }

    [TestMethod]
    public void Use_OfWhatStillWaits_IsRefused() =>
        _ = Refused(ApprovalMachine.Apply(Pending(), new ApprovalEvent.Used("r-1", Start)), ApprovalRefusal.NotApproved);

    [TestMethod]
    public void Use_Twice_IsRefusedTheSecondTime()
    {
        var used = Moved(ApprovalMachine.Apply(Approved(), new ApprovalEvent.Used("r-1", Start)), ApprovalStatus.Used);

        var still = Refused(ApprovalMachine.Apply(used, new ApprovalEvent.Used("r-2", Start)), ApprovalRefusal.NotApproved);

        Assert.AreEqual(("r-1", Start), (still.UsedBy, still.Ended));
    }

    [TestMethod]
    public void Overtaken_WhenApproved_LapsesAndSaysWhy()
    {
        var lapsed = Moved(ApprovalMachine.Apply(Approved(), new ApprovalEvent.Overtaken("two are needed", Start)), ApprovalStatus.Lapsed);

        Assert.AreEqual(("two are needed", Start), (lapsed.EndReason, lapsed.Ended));
        _ = Refused(ApprovalMachine.Apply(Pending(), new ApprovalEvent.Overtaken("x", Start)), ApprovalRefusal.NotApproved);
    }

    [TestMethod]
    public void Cancel_ByTheRequester_EndsIt() =>
        Assert.AreEqual(Start, Moved(ApprovalMachine.Apply(Pending(), new ApprovalEvent.Cancelled(Dana.Person, Start)), ApprovalStatus.Cancelled).Ended);

    [TestMethod]
    [DataRow("lee", Issuer, DisplayName = "An approver")]
    [DataRow("dana", OldIssuer, DisplayName = "The same subject under another issuer: likeness gives no right")]
    public void Cancel_ByAnybodyElse_IsRefused(string subject, string issuer) =>
        _ = Refused(ApprovalMachine.Apply(Pending(), new ApprovalEvent.Cancelled(Id(subject, issuer), Start)), ApprovalRefusal.NotTheRequester);

    [TestMethod]
    public void Cancel_OfWhatWasApproved_IsRefused() =>
        _ = Refused(ApprovalMachine.Apply(Approved(), new ApprovalEvent.Cancelled(Dana.Person, Start)), ApprovalRefusal.NotPending);

    [TestMethod]
    public void TimePassed_BeforeAnythingIsDue_ChangesNothing()
    {
        var pending = Pending();

        Assert.AreSame(pending, Refused(ApprovalMachine.Apply(pending, new ApprovalEvent.TimePassed(Start + Wait - Tick)), ApprovalRefusal.TooEarly));
    }

    [TestMethod]
    public void TimePassed_WhenDue_ExpiresOrLapses()
    {
        Assert.AreEqual(Start + Wait, Moved(ApprovalMachine.Apply(Pending(), new ApprovalEvent.TimePassed(Start + Wait)), ApprovalStatus.Expired).Ended);
        Assert.AreEqual(Start + Valid, Moved(ApprovalMachine.Apply(Approved(), new ApprovalEvent.TimePassed(Start + Wait)), ApprovalStatus.Lapsed).Ended);
    }

    [TestMethod]
    public void TimePassed_AfterTheEnd_IsRefused() =>
        _ = Refused(
            ApprovalMachine.Apply(Approving.Pending() with { Status = ApprovalStatus.Denied, Ended = Start }, new ApprovalEvent.TimePassed(Start + Wait)),
            ApprovalRefusal.NotPending);
}
