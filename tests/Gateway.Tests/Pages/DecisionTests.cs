using System.Net;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Tests.Pages.Support;

namespace CursorBroker.Gateway.Tests.Pages;

/// <summary>From the inbox to a decision and its outcome, and everything on that way that must not decide.</summary>
[TestClass]
public sealed class DecisionTests
{
    private static string Page(Approval approval) => $"/approvals/{approval.Id.Value}";

    private static string Decision(Approval approval) => Page(approval) + "/decision";

    [TestMethod]
    public async Task Approve_WithAFreshSignIn_IsCountedOnce()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");

        var inbox = await lead.GetAsync("/approvals");
        Assert.AreEqual(Page(approval), inbox.Document.QuerySelector("#waiting ~ ul a")!.GetAttribute("href"));
        var page = await lead.GetAsync(Page(approval));
        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        var confirm = await lead.PressAsync(page, Decision(approval), ("verdict", "approve"), ("reason", "Looks right"));
        Assert.AreEqual(HttpStatusCode.OK, confirm.Status, confirm.Text);
        Assert.IsEmpty(pages.Desk.Attempts, "Nothing is decided before the fresh sign-in.");
        var after = await lead.FollowAsync(await lead.PickAsync(await lead.FollowAsync(confirm), "lead"));

        Assert.AreEqual(Page(approval), after.Address.AbsolutePath);
        Assert.AreEqual("Approve by lee@acme.example: Looks right", string.Join('\n', pages.Desk.Attempts));
        Assert.AreEqual(ApprovalStatus.Approved, pages.Desk[approval.Id].Status);
        Assert.Contains("Looks right", after.Text);
        Assert.IsNull(after.Document.QuerySelector("textarea"));
    }

    [TestMethod]
    public async Task Deny_WithoutAReason_IsAskedAgainAndDecidesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");

        var again = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "deny"), ("reason", " \r\n "));

        Assert.AreEqual(HttpStatusCode.OK, again.Status);
        Assert.Contains("say why", again.Document.QuerySelector("[role=alert]")!.TextContent);
        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    public async Task Deny_WithTheLongestReasonInAnyScript_PassesTheRoundTrip()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var reason = new string('決', ApprovalVote.MaxReason);

        var confirm = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "deny"), ("reason", reason));
        var after = await lead.FollowAsync(await lead.PickAsync(await lead.FollowAsync(confirm), "lead"));

        Assert.AreEqual(reason, pages.Desk[approval.Id].Votes.Single().Reason, after.Text);
        Assert.AreEqual(ApprovalStatus.Denied, pages.Desk[approval.Id].Status);
    }

    [TestMethod]
    public async Task Reason_ThatIsTooLong_IsKeptAndDecidesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var reason = new string('x', ApprovalVote.MaxReason + 1);

        var again = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "deny"), ("reason", reason));

        Assert.AreEqual(HttpStatusCode.OK, again.Status);
        Assert.AreEqual(reason, again.Document.QuerySelector("textarea")!.TextContent);
        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Approve")]
    [DataRow("approve,deny")]
    public async Task Verdict_ThatIsNone_DecidesNothing(string verdict)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");

        var again = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", verdict), ("reason", "kept"));

        Assert.AreEqual(HttpStatusCode.BadRequest, again.Status);
        Assert.AreEqual("kept", again.Document.QuerySelector("textarea")!.TextContent);
    }

    [TestMethod]
    public async Task CrossSitePost_WithoutAToken_IsRefused()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");

        var answer = await lead.PostAsync(Decision(approval), pages.Address.GetLeftPart(UriPartial.Authority), "same-origin", ("verdict", "approve"));

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.IsNull(answer.Location, "No round trip begins.");
        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    [DataRow("https://evil.example", null, DisplayName = "another origin")]
    [DataRow("null", null, DisplayName = "an opaque origin")]
    [DataRow(null, "cross-site", DisplayName = "the browser says cross-site")]
    [DataRow(null, "same-site", DisplayName = "another host of the same site")]
    [DataRow(null, null, DisplayName = "nothing said")]
    public async Task CrossSitePost_WithAGoodTokenFromElsewhere_IsRefused(string? origin, string? site)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var token = (await lead.GetAsync(Page(approval))).Document.QuerySelector("input[type=hidden]")!.GetAttribute("value")!;

        foreach (var action in new[] { Decision(approval), Page(approval) + "/cancel", "/login/out" })
        {
            var answer = await lead.PostAsync(action, origin, site, ("__RequestVerificationToken", token), ("verdict", "approve"));

            Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
            Assert.IsNull(answer.Location);
        }

        Assert.IsEmpty(pages.Desk.Attempts);
        Assert.AreEqual("Approvals", (await lead.GetAsync("/approvals")).Heading, "Still signed in.");
    }

    [TestMethod]
    public async Task Post_WithTheTokenOfAnotherSession_KeepsWhatWasTypedAndDecidesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var attacker = await pages.SignedInAsync("developer");
        using var lead = await pages.SignedInAsync("lead");
        await lead.GetAsync(Page(approval));
        var token = (await attacker.GetAsync(Page(approval))).Document.QuerySelector("input[type=hidden]")!.GetAttribute("value")!;

        var again = await lead.PostAsync(
            Decision(approval), pages.Address.GetLeftPart(UriPartial.Authority), "same-origin", ("__RequestVerificationToken", token), ("verdict", "deny"), ("reason", "No <b>way</b>"));

        Assert.AreEqual(HttpStatusCode.BadRequest, again.Status);
        Assert.Contains("grown old", again.Text);
        Assert.AreEqual("No <b>way</b>", again.Document.QuerySelector("textarea")!.TextContent);
        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    public async Task Get_WithAVerdictInItsQuery_DecidesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");

        await lead.GetAsync(Page(approval) + "?verdict=approve&reason=x");
        var decision = await lead.GetAsync(Decision(approval) + "?verdict=approve&reason=x");
        var cancel = await lead.GetAsync(Page(approval) + "/cancel");

        Assert.AreEqual(HttpStatusCode.NotFound, decision.Status);
        Assert.AreEqual(HttpStatusCode.NotFound, cancel.Status);
        Assert.IsEmpty(pages.Desk.Attempts);
        Assert.AreEqual(ApprovalStatus.Pending, pages.Desk[approval.Id].Status);
    }

    [TestMethod]
    public async Task Scanner_ThatFollowsEveryLink_ChangesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();

        foreach (var path in new[] { "/approvals", Page(approval), Decision(approval), "/login", "/login/out", "/login/callback" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var scanner = pages.NewBrowser();
                var answer = await scanner.SendAsync(new HttpRequestMessage(method, new Uri(pages.Address, path)));
                Assert.IsLessThan(500, (int)answer.Status, path);
                Assert.DoesNotContain("acme", answer.Body);
            }
        }

        Assert.IsEmpty(pages.Desk.Attempts);
        Assert.AreEqual(ApprovalStatus.Pending, pages.Desk[approval.Id].Status);
    }

    [TestMethod]
    public async Task Approver_RemovedFromTheGroupBetweenSignInAndDecision_IsRefused()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var confirm = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "approve"));
        pages.Provider.SetGroups("lead");

        var after = await lead.FollowAsync(await lead.PickAsync(await lead.FollowAsync(confirm), "lead"));

        Assert.AreEqual(HttpStatusCode.Forbidden, after.Status);
        Assert.Contains("none of the groups", after.Text);
        Assert.AreEqual(ApprovalStatus.Pending, pages.Desk[approval.Id].Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await lead.GetAsync(Page(approval))).Status, "What they may see is up to date, too.");
    }

    [TestMethod]
    public async Task Approver_InHundredsOfGroups_IsRecordedWithThoseThatDecide()
    {
        // All of them, in every vote, would outgrow what State and the ledger take for one record.
        await using var pages = await PagesUnderTest.StartAsync();
        pages.Provider.SetGroups("lead", ["payments-leads", .. Enumerable.Range(0, 250).Select(static number => $"g{number}")]);
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var confirm = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "approve"));

        await lead.FollowAsync(await lead.PickAsync(await lead.FollowAsync(confirm), "lead"));

        Assert.AreEqual("payments-leads", string.Join(' ', pages.Desk[approval.Id].Votes.Single().Groups));
    }

    [TestMethod]
    public async Task FreshSignIn_AnsweredBySomebodyElse_DecidesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        pages.Provider.SetGroups("outsider", "payments-leads");
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var confirm = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "approve"));

        var after = await lead.FollowAsync(await lead.PickAsync(await lead.FollowAsync(confirm), "outsider"));

        Assert.AreEqual(HttpStatusCode.Forbidden, after.Status);
        Assert.AreEqual("Somebody else signed in", after.Heading);
        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    public async Task Callback_Replayed_DecidesNothingTwice()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(change: static one => one with { Requirements = [one.Requirements[0] with { Quorum = 2 }] });
        using var lead = await pages.SignedInAsync("lead");
        var confirm = await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "approve"));
        var back = await lead.PickAsync(await lead.FollowAsync(confirm), "lead");
        var cookies = lead.Cookies.ToArray();
        await lead.FollowAsync(back);

        foreach (var (name, value) in cookies)
        {
            lead.Cookies[name] = value;
        }

        var withCookies = await lead.GetAsync(back.Location!);
        using var other = pages.NewBrowser();
        var without = await other.GetAsync(back.Location!);

        Assert.AreEqual(HttpStatusCode.BadRequest, withCookies.Status);
        Assert.AreEqual(HttpStatusCode.BadRequest, without.Status);
        Assert.HasCount(1, pages.Desk.Attempts);
    }

    [TestMethod]
    public async Task Decision_ConfirmedTooLate_DecidesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var there = await lead.FollowAsync(await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "approve")));
        pages.Time.Ahead = TimeSpan.FromMinutes(16);

        var after = await lead.FollowAsync(await lead.PickAsync(there, "lead"));

        Assert.AreEqual(HttpStatusCode.BadRequest, after.Status);
        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    public async Task Decision_DeclinedAtTheProvider_DecidesNothing()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var there = await lead.FollowAsync(await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "approve")));

        var after = await lead.FollowAsync(await lead.PickAsync(there, "nobody"));

        Assert.AreEqual(HttpStatusCode.Forbidden, after.Status);
        Assert.AreEqual("You did not sign in", after.Heading);
        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    public async Task Requester_SeesNoDecision_AndAForgedOneIsRefusedByTheDesk()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        pages.Provider.SetGroups("developer", "payments-dev", "payments-leads");
        var approval = pages.Put();
        using var developer = await pages.SignedInAsync("developer");
        var page = await developer.GetAsync(Page(approval));
        Assert.IsNull(page.Document.QuerySelector("[name=verdict]"));
        var token = page.Document.QuerySelector("input[type=hidden]")!.GetAttribute("value")!;

        var confirm = await developer.PostAsync(
            Decision(approval), pages.Address.GetLeftPart(UriPartial.Authority), "same-origin", ("__RequestVerificationToken", token), ("verdict", "approve"));
        var after = await developer.FollowAsync(await developer.PickAsync(await developer.FollowAsync(confirm), "developer"));

        Assert.AreEqual(HttpStatusCode.Forbidden, after.Status);
        Assert.Contains("nobody decides their own", after.Text);
        Assert.AreEqual(ApprovalStatus.Pending, pages.Desk[approval.Id].Status);
    }

    [TestMethod]
    public async Task Requester_CanTakeItBack_AndNobodyElseCan()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var theirs = await lead.GetAsync(Page(approval));
        var forged = await lead.PostAsync(
            Page(approval) + "/cancel",
            pages.Address.GetLeftPart(UriPartial.Authority),
            "same-origin",
            ("__RequestVerificationToken", theirs.Document.QuerySelector("input[type=hidden]")!.GetAttribute("value")!));
        Assert.AreEqual(HttpStatusCode.Forbidden, forged.Status);
        using var developer = await pages.SignedInAsync("developer");

        var after = await developer.FollowAsync(await developer.PressAsync(await developer.GetAsync(Page(approval)), Page(approval) + "/cancel"));

        Assert.AreEqual(ApprovalStatus.Cancelled, pages.Desk[approval.Id].Status);
        Assert.Contains("Taken back", after.Text);
    }

    [TestMethod]
    public async Task Desk_OutOfReachWhileDeciding_SaysSoAndNotThatItWasDecided()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        var there = await lead.FollowAsync(await lead.PressAsync(await lead.GetAsync(Page(approval)), Decision(approval), ("verdict", "approve")));
        pages.Desk.Down = new Core.Audit.LedgerUnavailableException("disk full");

        var after = await lead.FollowAsync(await lead.PickAsync(there, "lead"));

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, after.Status);
        Assert.DoesNotContain("disk full", after.Body);
        Assert.AreEqual(ApprovalStatus.Pending, pages.Desk[approval.Id].Status);
    }
}
