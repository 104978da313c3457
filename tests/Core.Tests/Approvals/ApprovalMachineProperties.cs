using CsCheck;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

/// <summary>What holds after any sequence of events, by a second reckoning of the rules.</summary>
[TestClass]
public sealed class ApprovalMachineProperties
{
    private static readonly string[] Groups = [Leads, Security, "payments-dev"];

    private static readonly Gen<ApprovalRequirement> Requirement =
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 3], static (group, quorum) => Requires(Groups[group], quorum));

    private static readonly Gen<ApprovalEvent> Event = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 7], Gen.Int[0, 60], Gen.Bool).Select(
        static (kind, who, groups, minutes, other) =>
        {
            var person = Id($"p{who}", other ? OldIssuer : Issuer);
            var at = Start.AddMinutes(minutes);
            var mine = Groups.Where((_, index) => (groups & (1 << index)) != 0);
            return (ApprovalEvent)(kind switch
            {
                0 => new ApprovalEvent.TimePassed(at),
                1 => new ApprovalEvent.Used("r", at),
                2 => new ApprovalEvent.Overtaken("x", at),
                3 => new ApprovalEvent.Cancelled(person, at),
                4 => new ApprovalEvent.Voted(new ApprovalVote(person, "x", [.. mine], ApprovalVerdict.Deny, other ? "no" : " ", at), CallerKind.Person),
                _ => new ApprovalEvent.Voted(
                    new ApprovalVote(person, "x", [.. mine], ApprovalVerdict.Approve, "", at), kind == 5 ? CallerKind.Workload : CallerKind.Person),
            });
        });

    private static readonly Gen<(ApprovalRequirement[] Requirements, ApprovalEvent[] Events)> Story =
        Gen.Select(Requirement.Array[1, 3], Event.Array[0, 30], static (requirements, events) => (requirements, events));

    [TestMethod]
    public void Apply_AnySequenceOfEvents_KeepsTheRules() => Story.Sample(
        static story =>
        {
            var approval = Pending(story.Requirements) with { Requester = Request().Requester with { Person = Id("p0") } };
            foreach (var happened in story.Events)
            {
                var step = ApprovalMachine.Apply(approval, happened);
                AssertStep(approval, happened, step);
                approval = step.Approval;
            }
        },
        iter: 20_000);

    private static void AssertStep(Approval before, ApprovalEvent happened, ApprovalStep step)
    {
        var after = step.Approval;
        if (before.Ended is not null)
        {
            Assert.AreSame(before, after, "Something left a terminal state.");
            Assert.IsInstanceOfType<ApprovalStep.Refused>(step);
        }

        if (ReferenceEquals(before, after))
        {
            Assert.IsInstanceOfType<ApprovalStep.Refused>(step, "A move that moved nothing.");
        }
        else if (step is ApprovalStep.Refused)
        {
            Assert.IsTrue(after.Status is ApprovalStatus.Expired or ApprovalStatus.Lapsed && after.Ended <= happened.At, "A refused event changed something.");
        }

        var terminal = after.Status is not (ApprovalStatus.Pending or ApprovalStatus.Approved);
        Assert.AreEqual(terminal, after.Ended is not null);
        Assert.AreEqual(after.Status != ApprovalStatus.Pending, after.Settled is not null);
        Assert.AreEqual(after.Status == ApprovalStatus.Used, after.UsedBy is not null);

        // Counted anew, the other way round: by subjects.
        var yes = after.Votes.Where(static vote => vote.Verdict == ApprovalVerdict.Approve).ToList();
        Assert.IsFalse(after.Votes.Any(static vote => vote.Person.Subject == "p0"), "The requester voted.");
        Assert.HasCount(after.Votes.Length, after.Votes.Select(static vote => vote.Person.Subject).Distinct());
        var enough = after.Requirements.All(requirement =>
            yes.Where(vote => vote.Groups.Intersect(requirement.ApproverGroups).Any()).Select(static vote => vote.Person.Subject).Distinct().Count() >= requirement.Quorum);
        Assert.AreEqual(after.UsableUntil is not null, enough && after.Votes.All(static vote => vote.Verdict == ApprovalVerdict.Approve), "Approved without its quorum, or not with it.");
        if (step is ApprovalStep.Moved && happened is ApprovalEvent.Voted { Kind: CallerKind.Workload })
        {
            Assert.Fail("A workload voted.");
        }

        if (after.Status == ApprovalStatus.Used && before.Status != ApprovalStatus.Used)
        {
            Assert.AreEqual(ApprovalStatus.Approved, before.Status);
            Assert.IsTrue(after.Ended < before.UsableUntil);
        }
    }
}
