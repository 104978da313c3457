using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;

namespace CursorBroker.Core.Tests.Approvals.Notices;

[TestClass]
public sealed class ApprovalNoticesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 14, 0, 0, TimeSpan.FromHours(2));
    private static readonly Approval Plain = NoticeWorld.NewApproval(Now, "leads");

    [TestMethod]
    public void Notice_OfAnApproval_SaysWhoWhereWhyByWhomAndUntilWhen()
    {
        var notice = Of(Plain);

        Assert.AreEqual("Dana needs an approval for acme/payments-api", notice.Title);
        Assert.AreEqual(
            "Who=Dana|Repository=acme/payments-api|Rule=payments: a push to main|Needed=1 of payments-leads|Expires=2026-11-20 12:30:00 UTC", Facts(notice));
        CollectionAssert.AreEqual(new[] { "update refs/heads/main" }, notice.Lines.ToArray());
        Assert.AreEqual($"https://broker.example/approvals/{Plain.Id}", notice.Link.AbsoluteUri);
        Assert.AreEqual(Plain.Expires, notice.Expires);
        Assert.IsFalse(notice.Reminder);
    }

    [TestMethod]
    public void Notice_AReminder_SaysSo()
    {
        var notice = Notices().Of(Plain, reminder: true);

        Assert.AreEqual("Reminder: Dana needs an approval for acme/payments-api", notice.Title);
        Assert.IsTrue(notice.Reminder);
    }

    [TestMethod]
    public void Notice_SeveralGroupsAndRequirements_AreAllCounted()
    {
        var one = Plain.Requirements[0];
        var notice = Of(Plain with { Requirements = [one with { ApproverGroups = ["leads", "sre"], Quorum = 2 }, one, one, one, one] });

        Assert.Contains("Needed=2 of leads or sre", Facts(notice));
        Assert.Contains("Also needed=what 2 more rules ask for", Facts(notice));
    }

    [TestMethod]
    [DataRow(10, 10, "line 9")]
    [DataRow(11, 11, "and 1 more")]
    [DataRow(50, 11, "and 40 more")]
    public void Notice_ALongSummary_IsCutAndSaysByHowMuch(int lines, int shown, string last)
    {
        var notice = Of(Plain with { Summary = [.. Enumerable.Range(0, lines).Select(static i => $"line {i}")] });

        Assert.HasCount(shown, notice.Lines);
        Assert.AreEqual(last, notice.Lines[^1]);
    }

    [TestMethod]
    [DataRow("main\r\nBcc: all@example.com", "main\ufffd\ufffdBcc: all@example.com", DisplayName = "A second header line")]
    [DataRow("main\u202egnp", "main\ufffdgnp", DisplayName = "Right-to-left override")]
    [DataRow("pay\u200bments", "pay\ufffdments", DisplayName = "Zero-width space")]
    [DataRow("a\U000e0041b", "a\ufffd\ufffdb", DisplayName = "Invisible tag characters")]
    [DataRow("\u001b[2J", "\ufffd[2J", DisplayName = "Terminal sequence")]
    [DataRow("a\u2028b", "a\ufffdb", DisplayName = "Line separator")]
    [DataRow("approve at https://evil.example", "approve at https: //evil.example", DisplayName = "An address that programs make a link of")]
    [DataRow("approve at WWW.evil.example", "approve at www .evil.example", DisplayName = "An address without scheme")]
    [DataRow("Zoë 😀", "Zoë 😀", DisplayName = "Ordinary text stays")]
    public void Notice_HostileText_IsOneVisibleLineWithoutLinks(string hostile, string shown)
    {
        var one = Plain.Requirements[0];
        var notice = Of(Plain with
        {
            Requester = Plain.Requester with { DisplayName = hostile },
            Target = hostile,
            Summary = [hostile],
            Requirements = [one with { Rule = hostile, Reason = hostile, ApproverGroups = [hostile] }],
        });

        Assert.AreEqual($"{shown} needs an approval for {shown}", notice.Title);
        Assert.AreEqual($"Who={shown}|Repository={shown}|Rule={shown}: {shown}|Needed=1 of {shown}|Expires=2026-11-20 12:30:00 UTC", Facts(notice));
        Assert.AreEqual(shown, notice.Lines.Single());
    }

    [TestMethod]
    public void Notice_EndlessText_IsBounded()
    {
        var endless = new string('x', 1_000_000);
        var notice = Of(Plain with { Requester = Plain.Requester with { DisplayName = endless }, Target = endless, Summary = [endless] });

        Assert.IsLessThan(400, notice.Title.Length);
        Assert.IsTrue(notice.Facts.All(static fact => fact.Value.Length <= 200));
        Assert.IsTrue(notice.Lines.All(static line => line.Length <= 200));
    }

    private static ApprovalNotices Notices() => new(new ApprovalLinks(static () => new Uri("https://broker.example/")));

    private static ApprovalNotice Of(Approval approval) => Notices().Of(approval, reminder: false);

    private static string Facts(ApprovalNotice notice) => string.Join('|', notice.Facts.Select(static fact => $"{fact.Key}={fact.Value}"));
}
