using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Tests.Pages.Support;
using Microsoft.Playwright;

namespace CursorBroker.Browser.Tests;

/// <summary>The first page in a real browser: signed out, signed in, and the key.</summary>
[TestClass]
public sealed class SetupTourTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow(1280, 900, ColorScheme.Light)]
    [DataRow(1280, 900, ColorScheme.Dark)]
    [DataRow(390, 844, ColorScheme.Light)]
    [DataRow(390, 844, ColorScheme.Dark)]
    [DataRow(320, 640, ColorScheme.Light)]
    public async Task Developer_SetsUpCursor(int width, int height, ColorScheme scheme)
    {
        await using var tour = await Tour.StartAsync(TestContext, "setup", width, height, scheme);
        var page = tour.Page;
        await FillAsync(tour.Pages);

        await tour.GoAsync("/");
        await Assertions.Expect(page).ToHaveTitleAsync("Cursor, with your company's rules · CursorBroker");
        await tour.LookAsync("welcome");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await tour.PickAsync("Dana Developer");

        await Assertions.Expect(page).ToHaveTitleAsync("Set up Cursor · CursorBroker");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Add to Cursor" })).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^cursor://"));
        await tour.LookAsync("setup");
        foreach (var summary in await page.Locator("summary").AllAsync())
        {
            await summary.ClickAsync();
        }

        await tour.LookAsync("setup-open");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a hook key" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your hook key");
        await tour.LookAsync("key");
    }

    [TestMethod]
    [DataRow(390, 844)]
    [DataRow(1280, 900)]
    public async Task Outsider_IsToldThatNothingIsOpen(int width, int height)
    {
        await using var tour = await Tour.StartAsync(TestContext, "setup-outsider", width, height, ColorScheme.Light);

        await tour.GoAsync("/login?return=/");
        await tour.PickAsync("Oz Outsider");
        await Assertions.Expect(tour.Page.GetByText("No rule of the policy covers you.")).ToBeVisibleAsync();
        await tour.LookAsync("setup");
    }

    [TestMethod]
    [DataRow(390, 844)]
    [DataRow(1280, 900)]
    public async Task Hostile_ClientsAndConversations_StayInTheirPlace(int width, int height)
    {
        await using var tour = await Tour.StartAsync(TestContext, "setup-hostile", width, height, ColorScheme.Light);
        var tracker = new SessionTracker(tour.Pages.Stores.State, tour.Pages.Time);
        await tracker.TouchAsync(CallerOf(tour.Pages, "<img src=x onerror=alert(1)>\u202e" + new string('w', 300)), CancellationToken.None);
        await new PersonSessions(tour.Pages.Stores.State, tour.Pages.Time).LabelAsync(Samples.Person(tour.Pages.Issuer, "developer"), new string('c', 100), CancellationToken.None);
        tour.Pages.Put(change: static one => one with { Target = new string('t', 200), Summary = [new string('y', 300)] });

        await tour.GoAsync("/login?return=/");
        await tour.PickAsync("Dana Developer");
        await Assertions.Expect(tour.Page).ToHaveTitleAsync("Set up Cursor · CursorBroker");
        await tour.LookAsync("setup");
    }

    [TestMethod]
    public async Task Lines_WithTheKeyboardAlone_AreReached()
    {
        await using var tour = await Tour.StartAsync(TestContext, "setup-keyboard", 1280, 900, ColorScheme.Light);
        await tour.GoAsync("/login?return=/");
        await tour.PickAsync("Dana Developer");
        await Assertions.Expect(tour.Page).ToHaveTitleAsync("Set up Cursor · CursorBroker");

        var reached = new List<string>();
        for (var presses = 0; presses < 40; presses++)
        {
            await tour.Page.Keyboard.PressAsync("Tab");
            reached.Add(await tour.Page.EvaluateAsync<string>("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"));
        }

        foreach (var name in new[] { "Skip to the content", "Add to Cursor", "In a terminal", "Make a hook key and show the lines", "All approvals" })
        {
            Assert.Contains(name, reached);
        }

        await tour.LookAsync("focus");
    }

    private static async Task FillAsync(PagesUnderTest pages)
    {
        pages.Put(change: static one => one with { Target = "acme/payments-api" });
        var tracker = new SessionTracker(pages.Stores.State, pages.Time);
        pages.Time.Ahead = TimeSpan.FromHours(-5);
        await tracker.TouchAsync(CallerOf(pages, "git-credential-manager"), CancellationToken.None);
        pages.Time.Ahead = TimeSpan.Zero;
        await tracker.TouchAsync(CallerOf(pages, "Cursor"), CancellationToken.None);
        await new PersonSessions(pages.Stores.State, pages.Time).LabelAsync(
            Samples.Person(pages.Issuer, "developer"), "668320d2-2fd8-4888-b33c-2a466fec86e7", CancellationToken.None);
    }

    private static Caller CallerOf(PagesUnderTest pages, string client) => new()
    {
        Issuer = pages.Issuer,
        Person = Samples.Person(pages.Issuer, "developer"),
        Kind = CallerKind.Person,
        Client = client,
        Groups = [],
        DisplayName = "developer",
    };
}
