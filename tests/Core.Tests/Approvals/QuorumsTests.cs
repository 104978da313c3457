using CursorBroker.Core.Approvals;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

[TestClass]
public sealed class QuorumsTests
{
    private static readonly ApprovalVote Yes = Votes(Lee).Vote;

    [TestMethod]
    public void AreMet_RuleRenamedEntryMovedTimesChanged_StillMet() =>
        Assert.IsTrue(Quorums.AreMet(
            [Yes], [Requires(rule: "renamed", entry: 5) with { Expires = TimeSpan.FromHours(1), Notify = [], Reason = "other words" }], Dana.Person));

    [TestMethod]
    public void AreMet_NothingRequiredAnyMore_IsMet() => Assert.IsTrue(Quorums.AreMet([Yes], [], Dana.Person));

    [TestMethod]
    public void AreMet_MorePeopleRequired_IsNot() => Assert.IsFalse(Quorums.AreMet([Yes], [Requires(quorum: 2)], Dana.Person));

    [TestMethod]
    public void AreMet_AnotherGroupRequired_IsNot() => Assert.IsFalse(Quorums.AreMet([Yes], [Requires(), Requires(Security)], Dana.Person));

    [TestMethod]
    public void AreMet_OnePersonThroughTwoIssuers_CountsOnce()
    {
        var again = Yes with { Person = Id("lee", OldIssuer) };

        Assert.IsFalse(Quorums.AreMet([Yes, again], [Requires(quorum: 2)], Dana.Person));
        Assert.AreEqual(1, Quorums.Count([Yes, again], Requires(), Dana.Person));
    }

    [TestMethod]
    public void AreMet_TheRequesterAmongTheVotes_CountsNothing() => Assert.IsFalse(Quorums.AreMet([Yes], [Requires()], Id("lee", OldIssuer)));

    [TestMethod]
    public void AreMet_OneDenyAmongThem_IsNot() =>
        Assert.IsFalse(Quorums.AreMet([Yes, Votes(Max, ApprovalVerdict.Deny, "no").Vote], [Requires()], Dana.Person));

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void AreMet_AQuorumBelowOne_StillNeedsOne(int quorum) => Assert.IsFalse(Quorums.AreMet([], [Requires(quorum: quorum)], Dana.Person));

    [TestMethod]
    public void AreMet_ARequirementWithoutGroups_IsNever() => Assert.IsFalse(Quorums.AreMet([Yes], [Requires() with { ApproverGroups = [] }], Dana.Person));
}
