using System.Net;
using System.Text;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.Tests.Pages.Support;

namespace CursorBroker.Gateway.Tests.Pages;

/// <summary>The first page: what strangers see, and what each person sees of their own.</summary>
[TestClass]
public sealed class SetupTests
{
    [TestMethod]
    public async Task Root_OfNobody_SaysWhatThisIsAndNothingElse()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        pages.Put();
        using var nobody = pages.NewBrowser();

        var answer = await nobody.GetAsync("/");

        Assert.AreEqual(HttpStatusCode.OK, answer.Status);
        Assert.AreEqual("/login?return=%2F", answer.Document.QuerySelector(".actions a")!.GetAttribute("href"));
        Assert.IsEmpty(answer.SetCookies);
        foreach (var kept in new[] { "acme", "payments", "cursor://", "form" })
        {
            Assert.DoesNotContain(kept, answer.Document.QuerySelector("main")!.InnerHtml, kept);
        }
    }

    [TestMethod]
    public async Task Root_AfterSigningInFromIt_IsThere()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();

        var answer = await browser.SignInAsync("developer", "/");

        Assert.AreEqual(new Uri(pages.Address, "/"), answer.Address);
        Assert.AreEqual("Set up Cursor", answer.Heading);
    }

    [TestMethod]
    public async Task Links_ToCursor_HoldTheServerObjectAtTheConfiguredAddress()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        var answer = await browser.SignInAsync("developer", "/");

        var links = answer.Document.QuerySelectorAll(".actions a").Select(static one => one.GetAttribute("href")!).ToArray();

        Assert.StartsWith("cursor://anysphere.cursor-deeplink/mcp/install?name=CursorBroker&config=", links[0]);
        Assert.StartsWith("https://cursor.com/en/install-mcp?name=CursorBroker&config=", links[1]);
        foreach (var link in links)
        {
            var config = Encoding.UTF8.GetString(Convert.FromBase64String(Uri.UnescapeDataString(link[(link.IndexOf("config=", StringComparison.Ordinal) + 7)..])));
            Assert.AreEqual($$"""{"url":"{{pages.Address.GetLeftPart(UriPartial.Authority)}}/mcp"}""", config);
        }
    }

    [TestMethod]
    public void Configuration_ByHand_IsOneServer() => Assert.AreEqual(
        """
        {
          "mcpServers": {
            "CursorBroker": {
              "url": "https://broker.example/mcp"
            }
          }
        }
        """.ReplaceLineEndings("\n"),
        CursorLinks.To("https://broker.example").Configuration);

    [TestMethod]
    public async Task Lines_AreForTheOwnersOfThePersonsRules()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        var answer = await browser.SignInAsync("developer", "/");
        var origin = pages.Address.GetLeftPart(UriPartial.Authority);

        var lines = answer.Document.QuerySelectorAll("section[aria-labelledby=git] pre").Select(static one => one.TextContent).ToArray();

        Assert.AreEqual(
            $"""
            git config --global --replace-all url."{origin}/acme/".insteadOf https://github.com/acme/
            git config --global --add url."{origin}/acme/".insteadOf git@github.com:acme/
            git config --global --add url."{origin}/acme/".insteadOf ssh://git@github.com/acme/
            """.ReplaceLineEndings("\n"),
            lines[0]);
        Assert.Contains($"git config --global credential.{origin}.oauthAuthorizeEndpoint {origin}/oauth/authorize\n", lines[1]);
        Assert.Contains($"git config --global credential.{origin}.oauthTokenEndpoint {origin}/oauth/token\n", lines[1]);
    }

    [TestMethod]
    [DataRow("https://broker.example/", "gh auth login --hostname broker.example\nexport GH_HOST=broker.example")]
    [DataRow("https://broker.example:8443/", "", DisplayName = "gh takes no port")]
    [DataRow("http://127.0.0.1/", "", DisplayName = "gh speaks https only")]
    public void Gh_IsForWhatItCanReach(string address, string lines) => Assert.AreEqual(lines, string.Join('\n', SetupLines.Gh(new Uri(address))));

    [TestMethod]
    public async Task Reach_IsThePersonsOwn()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var developer = pages.NewBrowser();
        using var outsider = pages.NewBrowser();

        var theirs = (await developer.SignInAsync("developer", "/")).Document.QuerySelector("section[aria-labelledby=reach]")!;
        var nothing = await outsider.SignInAsync("outsider", "/");

        Assert.Contains("acme/payments-*", theirs.TextContent);
        Assert.Contains("pushes to main (1 person of payments-leads)", theirs.TextContent);
        Assert.Contains("payments-dev", (await developer.GetAsync("/")).Document.QuerySelector("section[aria-labelledby=groups]")!.TextContent);
        Assert.Contains("No rule of the policy covers you.", nothing.Text);
        Assert.DoesNotContain("acme", nothing.Document.QuerySelector("main")!.TextContent);
        Assert.DoesNotContain("payments", nothing.Document.QuerySelector("main")!.TextContent);
    }

    [TestMethod]
    public async Task Approvals_AreThoseThatWait_ForThePersonAndOfTheirs()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var waiting = pages.Put(change: static one => one with { Target = "acme/payments-api" });
        pages.Put(change: static one => one with { Target = "acme/payments-old", Status = ApprovalStatus.Denied });
        using var lead = pages.NewBrowser();
        using var developer = pages.NewBrowser();
        using var outsider = pages.NewBrowser();

        var forLead = (await lead.SignInAsync("lead", "/")).Document.QuerySelector("section[aria-labelledby=waiting]")!;
        var ofDeveloper = (await developer.SignInAsync("developer", "/")).Document.QuerySelector("section[aria-labelledby=waiting]")!;
        var ofOutsider = (await outsider.SignInAsync("outsider", "/")).Document.QuerySelector("section[aria-labelledby=waiting]")!;

        Assert.Contains("Waiting for you", forLead.TextContent);
        Assert.Contains("Waiting for others", ofDeveloper.TextContent);
        Assert.AreEqual($"/approvals/{waiting.Id.Value}", ofDeveloper.QuerySelector("li a")!.GetAttribute("href"));
        Assert.DoesNotContain("acme", ofOutsider.TextContent);
        Assert.DoesNotContain("payments-old", forLead.TextContent + ofDeveloper.TextContent);
    }

    [TestMethod]
    public async Task Sessions_AreThePersonsOwn_AndHostileTextStaysText()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var tracker = new SessionTracker(pages.Stores.State, pages.Time);
        var mine = (await tracker.TouchAsync(CallerOf(pages, "developer", "<script>alert(1)</script>\u202e"), CancellationToken.None)).Session;
        var other = (await tracker.TouchAsync(CallerOf(pages, "lead", "cursor"), CancellationToken.None)).Session;
        using var browser = pages.NewBrowser();

        var answer = await browser.SignInAsync("developer", "/");

        Assert.Contains(mine.Value, answer.Text);
        Assert.Contains("Live", answer.Document.QuerySelector("section[aria-labelledby=sessions]")!.TextContent);
        Assert.DoesNotContain(other.Value, answer.Body);
        Assert.IsEmpty(answer.Document.Scripts);
        Assert.Contains("U+202E", answer.Text);
    }

    [TestMethod]
    public async Task Key_MadeByTheButton_IsShownOnceAndRecordedAsItsDigest()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        var page = await browser.SignInAsync("developer", "/");

        var made = await browser.PressAsync(page, "/hooks/key");

        Assert.AreEqual(HttpStatusCode.OK, made.Status);
        Assert.Contains("no-store", made.Headers["Cache-Control"]);
        var key = KeyIn(made);
        var recorded = pages.Stores.Events.OfType<HookKeyMade>().Single();
        Assert.AreEqual((key.Sha256, Samples.Person(pages.Issuer, "developer").ToString()), (recorded.Sha256, recorded.Person));
        Assert.Contains("owners=%s\\n' " + key.Reveal() + " 'acme'", made.Document.QuerySelector("pre")!.TextContent);
        Assert.DoesNotContain(key.Reveal(), (await browser.GetAsync("/")).Body);
        await foreach (var record in pages.Stores.State.ListAsync("hook-key", CancellationToken.None))
        {
            Assert.DoesNotContain(key.Reveal(), Encoding.UTF8.GetString(record.Value.Span) + record.Key.Id);
        }
    }

    [TestMethod]
    public async Task Key_OfSomebodyWhoReachesNoOwner_GuardsEveryOwner()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();

        var made = await browser.PressAsync(await browser.SignInAsync("outsider", "/"), "/hooks/key");

        Assert.Contains("'*'", made.Document.QuerySelector("pre")!.TextContent);
    }

    [TestMethod]
    [DataRow("https://evil.example", "cross-site", HttpStatusCode.Forbidden, DisplayName = "another site's form")]
    [DataRow(null, null, HttpStatusCode.Forbidden, DisplayName = "no word of where from")]
    [DataRow("own", "same-origin", HttpStatusCode.BadRequest, DisplayName = "without the form's token")]
    public async Task Key_AskedForByAForgedForm_IsNotMade(string? origin, string? site, HttpStatusCode status)
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        await browser.SignInAsync("developer", "/");

        var answer = await browser.PostAsync("/hooks/key", origin == "own" ? pages.Address.GetLeftPart(UriPartial.Authority) : origin, site);

        Assert.AreEqual(status, answer.Status);
        Assert.IsEmpty(pages.Stores.Events);
    }

    [TestMethod]
    public async Task Key_AskedForByNobody_LeadsToTheSignIn()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var nobody = pages.NewBrowser();

        var answer = await nobody.PostAsync("/hooks/key", pages.Address.GetLeftPart(UriPartial.Authority), "same-origin");

        Assert.AreEqual(HttpStatusCode.SeeOther, answer.Status);
        Assert.IsEmpty(pages.Stores.Events);
    }

    [TestMethod]
    public async Task Key_ThatCannotBeRecorded_IsNotMade()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var browser = pages.NewBrowser();
        var page = await browser.SignInAsync("developer", "/");
        pages.Stores.LedgerIsDown = true;

        var answer = await browser.PressAsync(page, "/hooks/key");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("cbh_", answer.Body);
        await foreach (var record in pages.Stores.State.ListAsync("hook-key", CancellationToken.None))
        {
            Assert.Fail(record.Key.ToString());
        }
    }

    private static HookKey KeyIn(Answer made)
    {
        var text = made.Document.QuerySelector("pre")!.TextContent;
        Assert.IsTrue(HookKey.TryParse(text.Substring(text.IndexOf("cbh_", StringComparison.Ordinal), 47), out var key));
        return key!;
    }

    private static Caller CallerOf(PagesUnderTest pages, string identity, string client) => new()
    {
        Issuer = pages.Issuer,
        Person = Samples.Person(pages.Issuer, identity),
        Kind = CallerKind.Person,
        Client = client,
        Groups = [],
        DisplayName = identity,
    };
}
