using System.Net;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Tests.Pages.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.Pages;

/// <summary>What holds for every address of the pages.</summary>
[TestClass]
public sealed class PageConventionTests
{
    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options];

    [TestMethod]
    public async Task EveryAnswer_OfEveryEndpoint_CarriesTheSecurityHeaders()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var signedIn = await pages.SignedInAsync("lead");
        using var nobody = pages.NewBrowser();
        var patterns = pages.Services.GetServices<EndpointDataSource>().SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(static endpoint => endpoint.RoutePattern.RawText!).Distinct().ToArray();
        Assert.HasCount(12, patterns);
        var paths = patterns.Select(pattern => pattern.Replace("{id}", approval.Id.Value, StringComparison.Ordinal)
            .Replace("{name}", "nothing", StringComparison.Ordinal).Replace("{**rest}", "some/thing", StringComparison.Ordinal)).Append(Asset.Style.Path);

        foreach (var (path, method, browser) in paths.SelectMany(static path => Methods.Select(method => (path, method)))
            .SelectMany(pair => new[] { nobody, signedIn }.Select(browser => (pair.path, pair.method, browser))))
        {
            var answer = await browser.SendAsync(new HttpRequestMessage(method, new Uri(pages.Address, path)));

            var what = $"{method} {path}: {(int)answer.Status}";
            Assert.IsLessThan(500, (int)answer.Status, what);
            Assert.AreEqual(
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                answer.Headers["Content-Security-Policy"],
                what);
            Assert.AreEqual("nosniff", answer.Headers["X-Content-Type-Options"], what);
            Assert.AreEqual("DENY", answer.Headers["X-Frame-Options"], what);
            Assert.AreEqual("same-origin", answer.Headers["Referrer-Policy"], what);
            Assert.AreEqual("same-origin", answer.Headers["Cross-Origin-Opener-Policy"], what);
            if (path != Asset.Style.Path || answer.Status != HttpStatusCode.OK)
            {
                Assert.Contains("no-store", answer.Headers["Cache-Control"], what);
            }
        }

        Assert.IsEmpty(pages.Desk.Attempts);
    }

    [TestMethod]
    public async Task EveryPage_HasOneHeadingATitleALanguageAndLabels()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put(Samples.Snapshot(Samples.Line("x")));
        using var lead = await pages.SignedInAsync("lead");

        foreach (var path in new[] { "/", "/approvals", $"/approvals/{approval.Id.Value}", "/approvals/nothing", "/login/callback" })
        {
            var document = (await lead.GetAsync(path)).Document;

            Assert.HasCount(1, document.QuerySelectorAll("h1"), path);
            Assert.AreEqual("en", document.DocumentElement.GetAttribute("lang"));
            Assert.EndsWith("CursorBroker", document.Title!);
            Assert.HasCount(1, document.QuerySelectorAll("main"));
            Assert.IsEmpty(document.QuerySelectorAll("textarea").Where(field => document.QuerySelector($"label[for={field.Id}]") is null));
            Assert.IsEmpty(document.QuerySelectorAll("[aria-labelledby]").Where(one => document.GetElementById(one.GetAttribute("aria-labelledby")!) is null));
            Assert.IsEmpty(document.QuerySelectorAll("[id]").GroupBy(static one => one.Id).Where(static group => group.Count() > 1));
            var levels = document.QuerySelectorAll("h1,h2,h3").Select(static one => one.LocalName[1] - '0').ToArray();
            Assert.IsTrue(levels.Zip(levels.Skip(1)).All(static pair => pair.Second <= pair.First + 1), path);
            Assert.IsEmpty(document.Scripts);
        }
    }

    [TestMethod]
    public async Task Pages_WithoutASignInConfigured_SaySo()
    {
        await using var pages = await PagesUnderTest.StartAsync(signIn: false);
        using var browser = pages.NewBrowser();

        foreach (var path in new[] { "/", "/approvals", "/approvals/x", "/login", "/login/callback" })
        {
            var answer = await browser.GetAsync(path);

            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.AreEqual("Sign-in is not set up", answer.Heading);
        }
    }

    [TestMethod]
    public async Task State_OutOfReach_IsSaidInWords()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var lead = await pages.SignedInAsync("lead");
        pages.Desk.Down = new StateUnavailableException("the disk at /secret is gone");

        var answer = await lead.GetAsync("/approvals");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("secret", answer.Body);
    }

    [TestMethod]
    public async Task Bug_InAPage_ShowsNoTrace()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        using var lead = await pages.SignedInAsync("lead");
        pages.Desk.Down = new InvalidOperationException("a bug at /secret");

        var answer = await lead.GetAsync("/approvals");

        Assert.AreEqual(HttpStatusCode.InternalServerError, answer.Status);
        Assert.AreEqual("Something went wrong", answer.Heading);
        Assert.DoesNotContain("secret", answer.Body);
    }

    [TestMethod]
    public async Task Form_LargerThanAReasonCanBe_IsNotRead()
    {
        await using var pages = await PagesUnderTest.StartAsync();
        var approval = pages.Put();
        using var lead = await pages.SignedInAsync("lead");

        var answer = await lead.PressAsync(
            await lead.GetAsync($"/approvals/{approval.Id.Value}"), $"/approvals/{approval.Id.Value}/decision", ("verdict", "approve"), ("reason", new string('x', 200_000)));

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.IsEmpty(pages.Desk.Attempts);
    }
}
