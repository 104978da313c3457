using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Gateway.Tests.Pages.Support;
using Microsoft.Playwright;

namespace CursorBroker.Browser.Tests;

/// <summary>The pages in a real browser: at phone and desktop width, in light and dark, with a mouse and with the keyboard alone.</summary>
[TestClass]
public sealed class ApprovalTourTests
{
    private const string Confirm = "Confirm that it is you";

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow(1280, 900, ColorScheme.Light)]
    [DataRow(1280, 900, ColorScheme.Dark)]
    [DataRow(390, 844, ColorScheme.Light)]
    [DataRow(390, 844, ColorScheme.Dark)]
    public async Task Lead_SignsIn_IsAskedWhy_AndApproves(int width, int height, ColorScheme scheme)
    {
        await using var tour = await Tour.StartAsync(TestContext, "lead", width, height, scheme);
        var page = tour.Page;
        var approval = Fill(tour.Pages);

        await tour.GoAsync("/approvals");
        await tour.PickAsync("Lee Lead");
        await Assertions.Expect(page).ToHaveTitleAsync("Approvals · CursorBroker");
        await tour.LookAsync("inbox");

        await page.Locator("section[aria-labelledby=waiting] a").First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("acme/payments-api");
        await tour.LookAsync("request");

        await page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("say why");
        await tour.LookAsync("deny-without-reason");

        await page.GetByLabel("Reason").FillAsync("Checked against the ledger of last month.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(Confirm);
        await tour.LookAsync("confirm");
        await tour.PickAsync("Lee Lead");
        await Assertions.Expect(page.Locator(".stand")).ToHaveTextAsync("Approved");
        await tour.LookAsync("approved");

        Assert.AreEqual(ApprovalStatus.Approved, tour.Pages.Desk[approval.Id].Status);
        Assert.AreEqual("Checked against the ledger of last month.", tour.Pages.Desk[approval.Id].Votes.Single().Reason);
    }

    [TestMethod]
    public async Task Lead_WithTheKeyboardAlone_Denies()
    {
        await using var tour = await Tour.StartAsync(TestContext, "keyboard", 1280, 900, ColorScheme.Light);
        var page = tour.Page;
        var approval = Fill(tour.Pages);
        await tour.GoAsync($"/approvals/{approval.Id.Value}");
        await TabToAsync(page, "Lee Lead");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("acme/payments-api");

        await page.Keyboard.PressAsync("Tab");
        Assert.AreEqual("Skip to the content", await FocusedAsync(page));
        await tour.LookAsync("skip-link");
        await TabToAsync(page, "Reason");
        await page.Keyboard.TypeAsync("Not before the audit.");
        await TabToAsync(page, "Deny");
        await tour.LookAsync("focus");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Who are you today?");
        await TabToAsync(page, "Lee Lead");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".stand")).ToHaveTextAsync("Denied");
        await tour.LookAsync("denied");

        Assert.AreEqual("Not before the audit.", tour.Pages.Desk[approval.Id].Votes.Single().Reason);
    }

    [TestMethod]
    [DataRow(390, 844)]
    [DataRow(1280, 900)]
    public async Task Requester_SeesHerOwn_AndTakesItBack(int width, int height)
    {
        await using var tour = await Tour.StartAsync(TestContext, "requester", width, height, ColorScheme.Light);
        var approval = Fill(tour.Pages);
        await tour.GoAsync($"/approvals/{approval.Id.Value}");
        await tour.PickAsync("Dana Developer");
        await tour.LookAsync("own");
        Assert.AreEqual(0, await tour.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).CountAsync());

        await tour.Page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Assertions.Expect(tour.Page.Locator(".stand")).ToHaveTextAsync("Taken back");
        await tour.LookAsync("taken-back");
    }

    [TestMethod]
    [DataRow(390, 844)]
    [DataRow(1280, 900)]
    public async Task Hostile_Texts_StayInTheirPlace(int width, int height)
    {
        await using var tour = await Tour.StartAsync(TestContext, "hostile", width, height, ColorScheme.Light);
        var zalgo = "z" + string.Concat(Enumerable.Repeat("\u0335\u0321\u0300\u0316", 10)) + "algo";
        var approval = tour.Pages.Put(
            Samples.Snapshot(
                Samples.File(new string('a', 300) + "/\u202egnp.exe", new SnapshotLine('+', new string('x', 2000), Cut: true), new SnapshotLine('-', "a\rb \t "), new SnapshotLine('+', zalgo)),
                Samples.File("שלום/עולם.txt", new SnapshotLine('+', "if (שלום == עולם) { /* <script>document.title='x'</script> */ }"))),
            one => one with { Requester = one.Requester with { DisplayName = "<img src=x onerror=alert(1)>\u202e" + new string('w', 200) }, Summary = [new string('y', 400)] });
        await tour.GoAsync($"/approvals/{approval.Id.Value}");
        await tour.PickAsync("Lee Lead");
        await Assertions.Expect(tour.Page).ToHaveTitleAsync("acme/payments-api · CursorBroker");

        await tour.LookAsync("texts");
    }

    [TestMethod]
    [DataRow(390, 844, ColorScheme.Dark)]
    [DataRow(1280, 900, ColorScheme.Light)]
    public async Task Stranger_SeesThatNothingIsThere(int width, int height, ColorScheme scheme)
    {
        await using var tour = await Tour.StartAsync(TestContext, "stranger", width, height, scheme);
        await tour.GoAsync("/approvals");
        await tour.PickAsync("Oz Outsider");
        await Assertions.Expect(tour.Page).ToHaveTitleAsync("Approvals · CursorBroker");
        await tour.LookAsync("empty-inbox");
    }

    private static Approval Fill(PagesUnderTest pages)
    {
        ImmutableArray<SnapshotLine> lines =
        [
            new(' ', "public static decimal Round(decimal amount)"), new(' ', "{"),
            new('-', "    return Math.Round(amount, 2);"),
            new('+', "    // Banker's rounding: ties go to the even neighbour."),
            new('+', "\treturn Math.Round(amount, 2, MidpointRounding.ToEven); "),
            new(' ', "}"),
        ];
        var snapshot = Samples.Snapshot(
            Samples.File("src/Payments/Rounding.cs", lines),
            Samples.File("src/Payments/Generated/Rates.cs", [.. Enumerable.Range(1, 200).Select(static number => new SnapshotLine('+', $"rates[{number}] = {number}.25m;"))]),
            new SnapshotFile("deploy/prod/values.yaml", "100644", "100644", SnapshotContent.Withheld) { Added = 4, Removed = 2 },
            new SnapshotFile("docs/logo.png", null, "100644", SnapshotContent.Binary),
            new SnapshotFile("bin/run", "100644", "100755", SnapshotContent.ModeOnly),
            new SnapshotFile("vendor/latest", null, "120000", SnapshotContent.Reference) { PointsAt = "../releases/2026-03" });
        snapshot = new ApprovalSnapshot { Updates = [snapshot.Updates[0] with { PassingPaths = ["config/secrets.example.json"], CommitsLeftOut = 3 }] };
        pages.Desk.Notices.Add(new NoticeStatus("leads", "teams", NoticeOutcome.Delivered, 1, null, pages.Time.GetUtcNow()));
        pages.Desk.Notices.Add(new NoticeStatus("leads", "email", NoticeOutcome.Failed, 4, "the mail server refuses the recipient", pages.Time.GetUtcNow()));
        pages.Put(requester: "lead", change: static one => one with { Target = "acme/payments-web", Summary = ["move release/2.4 by force, dropping 1 commit"] });
        pages.Put(requester: "lead", change: static one => one with
        {
            Target = "acme/payments-api",
            Status = ApprovalStatus.Used,
            Settled = one.Created.AddHours(-3),
            Ended = one.Created.AddHours(-3),
            Created = one.Created.AddHours(-4),
        });
        pages.Put(change: one => one with
        {
            Target = "acme/payments-infra",
            Status = ApprovalStatus.Denied,
            Created = one.Created.AddDays(-1),
            Settled = one.Created.AddDays(-1),
            Ended = one.Created.AddDays(-1),
            Votes = [new ApprovalVote(Samples.Person(pages.Issuer, "lead"), "lee@acme.example", ["payments-leads"], ApprovalVerdict.Deny, "Not on a Friday.", one.Created.AddDays(-1))],
        });
        return pages.Put(snapshot);
    }

    private static async Task TabToAsync(IPage page, string name)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if ((await FocusedAsync(page)).StartsWith(name, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The keyboard does not get to '{name}'.");
    }

    private static Task<string> FocusedAsync(IPage page) =>
        page.EvaluateAsync<string>("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()");
}
