using System.Net;
using AngleSharp.Dom;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Tests.Pages.Support;

namespace CursorBroker.Gateway.Tests.Pages;

/// <summary>What is on a page, for whom, and that nothing in it can be more than text.</summary>
[TestClass]
public sealed class ShowingTests
{
    private const string Script = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;";

    private static readonly string[] Ours =
        ["html", "head", "meta", "title", "link", "body", "a", "header", "span", "div", "form", "input", "button", "main", "nav", "colgroup", "col", "h1", "h2", "h3", "p", "ul", "ol", "li", "strong",
         "section", "aside", "bdi", "code", "br", "time", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "label", "textarea", "blockquote", "footer"];

    [TestMethod]
    public async Task Script_InEveryTextFromOutside_StaysText()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var snapshot = new ApprovalSnapshot
        {
            Updates =
            [
                new SnapshotUpdate("refs/heads/" + Script, SnapshotUpdateKind.Update, Samples.Old, Samples.New)
                {
                    Commits = [new SnapshotCommit(Samples.New, Script, Script, Script, DateTimeOffset.UnixEpoch, true, $"{Script}\n\n{Script}")],
                    Files =
                    [
                        Samples.File(Script, new SnapshotLine('+', Script)),
                        new SnapshotFile(Script, null, "120000", SnapshotContent.Reference) { PointsAt = Script },
                    ],
                    PassingPaths = [Script],
                },
            ],
        };
        var approval = pages.Put(snapshot, one => one with
        {
            Target = Script,
            Summary = [Script],
            Requester = one.Requester with { DisplayName = Script },
            EndReason = Script,
            Requirements = [one.Requirements[0] with { Rule = Script, Reason = Script, Quorum = 2 }],
            Votes = [new ApprovalVote(new PersonId("i", "s"), Script, ["payments-leads"], ApprovalVerdict.Approve, Script, one.Created)],
        });
        pages.Desk.Notices.Add(new NoticeStatus(Script, Script, NoticeOutcome.Failed, 3, Script, approval.Created));
        using var lead = await pages.SignedInAsync("lead");

        foreach (var answer in new[] { await lead.GetAsync($"/approvals/{approval.Id.Value}"), await lead.GetAsync("/approvals") })
        {
            var all = answer.Document.All;
            Assert.AreEqual("", string.Join(',', all.Select(static one => one.LocalName).Except(Ours)));
            Assert.IsEmpty(all.SelectMany(static one => one.Attributes).Where(static one => one.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || one.Name == "style"));
            Assert.IsEmpty(all.SelectMany(static one => one.Attributes).Where(static one => one.Value.Contains("alert", StringComparison.Ordinal)));
            Assert.Contains("default-src 'none'", answer.Headers["Content-Security-Policy"]);
        }

        var page = await lead.GetAsync($"/approvals/{approval.Id.Value}");
        Assert.HasCount(23, page.Document.QuerySelectorAll("bdi").Where(static one => one.TextContent.Contains("<script>alert(1)</script>", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public async Task Reason_TypedAsMarkup_StaysTextWhenItIsShownAgain()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");
        const string Typed = "</textarea><script>alert(1)</script>";

        var again = await lead.PressAsync(
            await lead.GetAsync($"/approvals/{approval.Id.Value}"), $"/approvals/{approval.Id.Value}/decision", ("verdict", "?"), ("reason", Typed));

        Assert.IsNull(again.Document.QuerySelector("script"));
        Assert.AreEqual(Typed, again.Document.QuerySelector("textarea")!.TextContent);
    }

    [TestMethod]
    [DataRow("\u202egnp.exe", "U+202E", DisplayName = "right-to-left override")]
    [DataRow("a\u2066b", "U+2066", DisplayName = "isolate")]
    [DataRow("pay\u200bments", "U+200B", DisplayName = "zero width space")]
    [DataRow("a\u200db", "U+200D", DisplayName = "zero width joiner")]
    [DataRow("a\ufe0fb", "U+FE0F", DisplayName = "variation selector")]
    [DataRow("a\u2028b", "U+2028", DisplayName = "line separator")]
    [DataRow("a\u0085b", "U+0085", DisplayName = "C1 control")]
    [DataRow("a\u001b[2Kb", "U+001B", DisplayName = "escape")]
    [DataRow("a\U000e0041b", "U+E0041", DisplayName = "tag")]
    [DataRow("a\u3164b", "U+3164", DisplayName = "Hangul filler")]
    [DataRow("a\u00a0b", "U+00A0", DisplayName = "no-break space")]
    [DataRow("a\nb", "U+000A", DisplayName = "line feed in a name")]
    public async Task Character_ThatDoesNotShow_IsShownAndNotObeyed(string name, string shown)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(Samples.Snapshot(Samples.File(name)), one => one with { Target = name, Requester = one.Requester with { DisplayName = name } });
        using var lead = await pages.SignedInAsync("lead");

        var page = await lead.GetAsync($"/approvals/{approval.Id.Value}");

        Assert.AreEqual(shown, page.Document.QuerySelector(".file-name .unseen")!.TextContent);
        Assert.AreEqual(shown, page.Document.QuerySelector(".lede .unseen")!.TextContent);
        Assert.DoesNotContain(name, page.Document.QuerySelector(".file-name")!.TextContent);
        Assert.Contains(shown, page.Document.Title!);
    }

    [TestMethod]
    public async Task Diff_ThatTriesToHideALine_ShowsIt()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(Samples.Snapshot(Samples.File(
            "src/a.cs",
            new SnapshotLine('+', "evil();\r// all is well"),
            new SnapshotLine('+', "/* \u202e\u2066// */ evil();\u2069"),
            new SnapshotLine('-', "+++ b/src/other.cs"),
            new SnapshotLine('+', "@@ -1,3 +1,3 @@"),
            new SnapshotLine('+', new string('x', 2000), Cut: true),
            new SnapshotLine('+', "trailing \t "))));
        using var lead = await pages.SignedInAsync("lead");

        var page = await lead.GetAsync($"/approvals/{approval.Id.Value}");

        var rows = page.Document.QuerySelectorAll(".hunk tbody tr").ToArray();
        Assert.HasCount(6, rows);
        Assert.AreEqual("evil();U+000D// all is well", Text(rows[0]));
        Assert.AreEqual("/* U+202EU+2066// */ evil();U+2069", Text(rows[1]));
        Assert.AreEqual("−", rows[2].QuerySelector(".sign")!.TextContent);
        Assert.AreEqual("+++ b/src/other.cs", Text(rows[2]));
        Assert.AreEqual("+", rows[3].QuerySelector(".sign")!.TextContent);
        Assert.Contains("is cut here", rows[4].TextContent);
        Assert.AreEqual("trailing·→\t·", Text(rows[5]));

        static string Text(IElement row) => row.QuerySelector(".text bdi")!.TextContent;
    }

    [TestMethod]
    public async Task Diff_OfALastLineWithoutItsEnd_SaysSoAndCountsOn()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(Samples.Snapshot(Samples.File(
            "a.txt",
            new SnapshotLine('-', "last"),
            new SnapshotLine('\\', "No newline at end of file"),
            new SnapshotLine('+', "last"),
            new SnapshotLine('+', "really"))));
        using var lead = await pages.SignedInAsync("lead");

        var rows = (await lead.GetAsync($"/approvals/{approval.Id.Value}")).Document.QuerySelectorAll(".hunk tbody tr").ToArray();

        CollectionAssert.AreEqual(
            new[] { "10  −", "  ", " 10 +", " 11 +" },
            rows.Select(static row => string.Join(' ', row.QuerySelectorAll("td").Take(3).Select(static cell => cell.TextContent))).ToArray());
        Assert.Contains("No", rows[1].TextContent);
    }

    [TestMethod]
    [DataRow("application/vnd.github.diff", true)]
    [DataRow(null, false)]
    public async Task Call_InAnotherForm_SaysWhich(string? form, bool says)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(new ApprovalSnapshot { Request = new SnapshotRequest("GET", "/repos/acme/pay/commits/main", "page=2") { Form = form } });
        using var lead = await pages.SignedInAsync("lead");

        var request = (await lead.GetAsync($"/approvals/{approval.Id.Value}")).Document.QuerySelector("[aria-labelledby=request]")!.TextContent;

        Assert.Contains("GET", request);
        Assert.Contains("page=2", request);
        Assert.AreEqual(says, request.Contains("Answered as", StringComparison.Ordinal));
        Assert.AreEqual(says, request.Contains("application/vnd.github.diff", StringComparison.Ordinal), request);
    }

    [TestMethod]
    public async Task Content_ThatNobodyVouchesFor_IsSaidToBeWithheld()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(Samples.Snapshot(
            new SnapshotFile("a", "100644", "100644", SnapshotContent.Withheld) { Added = 3, Removed = 1 },
            new SnapshotFile("b", null, "100755", SnapshotContent.Binary),
            new SnapshotFile("c", "100644", "120000", SnapshotContent.Reference) { PointsAt = "/etc/passwd" },
            new SnapshotFile("d", "160000", null, SnapshotContent.Reference),
            new SnapshotFile("e", "100644", "100755", SnapshotContent.ModeOnly),
            new SnapshotFile("f", null, "100644", SnapshotContent.TooLarge)));
        using var lead = await pages.SignedInAsync("lead");

        var files = (await lead.GetAsync($"/approvals/{approval.Id.Value}")).Document.QuerySelectorAll(".file").Select(static one => one.TextContent).ToArray();

        Assert.Contains("nobody can vouch that it holds no secrets", files[0]);
        Assert.Contains("+3", files[0]);
        Assert.Contains("new executable file", files[1]);
        Assert.Contains("Binary", files[1]);
        Assert.Contains("file becomes symbolic link", files[2]);
        Assert.Contains("/etc/passwd", files[2]);
        Assert.Contains("deleted submodule", files[3]);
        Assert.Contains("file becomes executable file", files[4]);
        Assert.Contains("Too large", files[5]);
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public async Task FilesOfAHiddenBranch_AreNotShownToWhoAsked(bool hides, bool shown)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(Samples.Snapshot(Samples.Line("what stood there")) with { HidesFilesFromRequester = hides });
        using var lead = await pages.SignedInAsync("lead");
        using var developer = await pages.SignedInAsync("developer");

        Assert.Contains("what stood there", (await lead.GetAsync($"/approvals/{approval.Id.Value}")).Text);
        var own = (await developer.GetAsync($"/approvals/{approval.Id.Value}")).Text;
        Assert.AreEqual(shown, own.Contains("what stood there", StringComparison.Ordinal));
        Assert.AreEqual(shown, own.Contains("src/a.cs", StringComparison.Ordinal));
        Assert.AreEqual(hides, own.Contains("shown to approvers only", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task WhatIsLeftOut_IsCounted()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var snapshot = Samples.Snapshot(Samples.Line("x") with { HunksLeftOut = 4 });
        snapshot = new ApprovalSnapshot
        {
            Updates = [snapshot.Updates[0] with { CommitsLeftOut = 5, FilesLeftOut = 6, PassingPaths = ["was/here"], PassingPathsLeftOut = 7 }],
        };
        var approval = pages.Put(snapshot);
        using var lead = await pages.SignedInAsync("lead");

        var text = (await lead.GetAsync($"/approvals/{approval.Id.Value}")).Text;

        Assert.Contains("5 older commits", text);
        Assert.Contains("6 more files", text);
        Assert.Contains("7 more paths", text);
        Assert.Contains("4 more places", text);
        Assert.Contains("was/here", text);
    }

    [TestMethod]
    public async Task Snapshot_ThatIsGone_IsSaidAndNotGuessed()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        pages.Desk.Put(approval, null);
        using var lead = await pages.SignedInAsync("lead");

        Assert.Contains("Do not approve what you cannot see", (await lead.GetAsync($"/approvals/{approval.Id.Value}")).Text);
    }

    [TestMethod]
    public async Task Stranger_GetsWhatAnUnknownIdGets()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var outsider = await pages.SignedInAsync("outsider");

        var known = await outsider.GetAsync($"/approvals/{approval.Id.Value}");
        var unknown = await outsider.GetAsync($"/approvals/{ApprovalId.New().Value}");
        var nonsense = await outsider.GetAsync("/approvals/nonsense");

        Assert.AreEqual(HttpStatusCode.NotFound, known.Status);
        Assert.AreEqual(known.Body, unknown.Body);
        Assert.AreEqual(known.Body, nonsense.Body);
        Assert.AreEqual(Headers(known), Headers(unknown));
        Assert.DoesNotContain(approval.Target, (await outsider.GetAsync("/approvals")).Body);

        static string Headers(Answer answer) => string.Join('\n', answer.Headers.Where(static one => one.Key != "Date").Select(static one => $"{one.Key}: {one.Value}"));
    }

    [TestMethod]
    public async Task Nobody_GetsTheSameForEveryId()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var nobody = pages.NewBrowser();

        var known = await nobody.GetAsync($"/approvals/{approval.Id.Value}");
        var unknown = await nobody.GetAsync($"/approvals/{ApprovalId.New().Value}");

        Assert.AreEqual(HttpStatusCode.SeeOther, known.Status);
        Assert.AreEqual(HttpStatusCode.SeeOther, unknown.Status);
        Assert.AreEqual("", known.Body + unknown.Body);
    }

    [TestMethod]
    public async Task Stranger_PostingToAnApproval_GetsWhatAnUnknownIdGets()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var outsider = await pages.SignedInAsync("outsider");
        var token = (await outsider.GetAsync("/approvals")).Document.QuerySelector("input[type=hidden]")!.GetAttribute("value")!;

        foreach (var act in new[] { "decision", "cancel" })
        {
            var known = await PostAsync(approval.Id, act);
            var unknown = await PostAsync(ApprovalId.New(), act);
            Assert.AreEqual(HttpStatusCode.NotFound, known.Status);
            Assert.AreEqual(unknown.Body, known.Body);
        }

        Assert.IsEmpty(pages.Desk.Attempts);

        Task<Answer> PostAsync(ApprovalId id, string act) => outsider.PostAsync(
            $"/approvals/{id.Value}/{act}", pages.Address.GetLeftPart(UriPartial.Authority), "same-origin", ("__RequestVerificationToken", token), ("verdict", "approve"));
    }

    [TestMethod]
    public async Task Auditor_Sees_AndHasNothingToPress()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        pages.Provider.SetGroups("outsider", "security");
        var approval = pages.Put();
        using var auditor = await pages.SignedInAsync("outsider");

        var page = await auditor.GetAsync($"/approvals/{approval.Id.Value}");

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        Assert.AreEqual("/login/out", string.Join(',', page.Document.QuerySelectorAll("form").Select(static one => one.GetAttribute("action"))));
    }

    [TestMethod]
    public async Task Inbox_ListsWhatWaits_WhatIsMine_AndWhatITookPartIn()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var waits = pages.Put();
        var mine = pages.Put(requester: "lead");
        var done = pages.Put(change: one => one with
        {
            Status = ApprovalStatus.Denied,
            Ended = one.Created,
            Votes = [new ApprovalVote(Samples.Person(pages.Issuer, "lead"), "lee", ["payments-leads"], ApprovalVerdict.Deny, "no", one.Created)],
        });
        pages.Put(change: one => one with { Status = ApprovalStatus.Expired, Ended = one.Created });
        using var lead = await pages.SignedInAsync("lead");

        var inbox = (await lead.GetAsync("/approvals")).Document;

        Assert.AreEqual($"{waits.Id}", Ids("waiting"));
        Assert.AreEqual($"{mine.Id}", Ids("mine"));
        Assert.AreEqual($"{done.Id}", Ids("took"));

        string Ids(string section) => string.Join(',', inbox.QuerySelectorAll($"section[aria-labelledby={section}] a").Select(static one => one.GetAttribute("href")!.Split('/')[^1]));
    }

    [TestMethod]
    [DataRow(ApprovalStatus.Approved, "may be done once")]
    [DataRow(ApprovalStatus.Denied, "will not be done")]
    [DataRow(ApprovalStatus.Expired, "Nobody decided in time")]
    [DataRow(ApprovalStatus.Cancelled, "took it back")]
    [DataRow(ApprovalStatus.Used, "has been done")]
    [DataRow(ApprovalStatus.Lapsed, "asked again")]
    public async Task Outcome_IsSaidInWords_AndOffersNoDecision(ApprovalStatus status, string words)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(change: one => one with { Status = status, Settled = one.Created, Ended = status == ApprovalStatus.Approved ? null : one.Created });
        using var lead = await pages.SignedInAsync("lead");

        var page = await lead.GetAsync($"/approvals/{approval.Id.Value}");

        Assert.Contains(words, page.Text);
        Assert.IsNull(page.Document.QuerySelector("textarea"));
    }

    [TestMethod]
    public async Task Notices_ThatWereNotDelivered_AreSaid()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        pages.Desk.Notices.Add(new NoticeStatus("leads", "teams", NoticeOutcome.Failed, 5, "the webhook answered 410", approval.Created));
        pages.Desk.Notices.Add(new NoticeStatus("leads", "email", NoticeOutcome.Delivered, 1, "250 ok", approval.Created));
        using var lead = await pages.SignedInAsync("lead");

        var told = (await lead.GetAsync($"/approvals/{approval.Id.Value}")).Document.QuerySelector("section[aria-labelledby=told]")!.TextContent;

        Assert.Contains("not delivered", told);
        Assert.Contains("the webhook answered 410", told);
        Assert.DoesNotContain("250 ok", told);
    }
}
