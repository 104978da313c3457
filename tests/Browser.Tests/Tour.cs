using CursorBroker.Gateway.Tests.Pages.Support;
using Microsoft.Playwright;

namespace CursorBroker.Browser.Tests;

/// <summary>A person at the pages, in one size and colour scheme, whose console must stay silent and whose screen must never scroll sideways.</summary>
internal sealed class Tour : IAsyncDisposable
{
    private readonly string _name;
    private readonly TestContext _test;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _console = [];
    private int _shots;

    private Tour(string name, TestContext test, PagesUnderTest pages, IPlaywright playwright, IBrowser browser, IPage page)
    {
        _name = name;
        _test = test;
        Pages = pages;
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public PagesUnderTest Pages { get; }

    public IPage Page { get; }

    public static async Task<Tour> StartAsync(TestContext test, string name, int width, int height, ColorScheme scheme, PagesUnderTest? with = null)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await SystemChromium.LaunchAsync(playwright);
        var pages = with ?? await PagesUnderTest.StartAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            JavaScriptEnabled = true,
        });
        var page = await context.NewPageAsync();
        var tour = new Tour($"{name}-{width}-{scheme}", test, pages, playwright, browser, page);
        page.Console += (_, message) => tour._console.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => tour._console.Add(error);
        return tour;
    }

    public Task GoAsync(string path) => Page.GotoAsync(new Uri(Pages.Address, path).AbsoluteUri);

    /// <summary>At the provider's page: pick a person.</summary>
    public async Task PickAsync(string name)
    {
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Who are you today?");
        await Page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
    }

    /// <summary>Looks at the page as it is: kept as a picture, and held to what holds for every page.</summary>
    public async Task LookAsync(string what)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_test.TestRunResultsDirectory ?? Path.GetTempPath(), "screenshots"));
        var path = Path.Combine(directory.FullName, $"{_name}-{++_shots}-{what}.png");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = true });
        _test.AddResultFile(path);

        Assert.IsFalse(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{what} scrolls sideways.");
        Assert.AreEqual(1, await Page.Locator("h1").CountAsync(), what);
        Assert.AreEqual("en", await Page.Locator("html").GetAttributeAsync("lang"));
        Assert.AreEqual("", await Page.EvaluateAsync<string>(
            "[...document.querySelectorAll('textarea,input:not([type=hidden]),button,a')].filter(e => !(e.labels?.length || e.textContent.trim() || e.ariaLabel)).map(e => e.outerHTML).join()"));
        Assert.AreEqual("", await Page.EvaluateAsync<string>(Contrast), $"{what} has text that is hard to read.");
        Assert.AreEqual("", string.Join('\n', _console), $"{what} speaks to the console.");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Pages.DisposeAsync();
    }

    // WCAG 2.2, 1.4.3: every text against the nearest background behind it, 4.5 to 1 (3 to 1 for large text).
    private const string Contrast = """
        (() => {
          const rgb = text => { const m = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0]; return { c: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 }; };
          const light = c => { const f = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
          const behind = e => { for (; e; e = e.parentElement) { const b = rgb(getComputedStyle(e).backgroundColor); if (b.a === 1) return b.c; } return [255, 255, 255]; };
          const bad = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const e = walk.currentNode.parentElement, style = getComputedStyle(e);
            if (!walk.currentNode.textContent.trim() || !e.checkVisibility() || e.closest('.unseen-heading')) continue;
            const [a, b] = [light(rgb(style.color).c), light(behind(e))].sort((x, y) => y - x);
            const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) bad.push(`${e.className || e.localName}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
          }
          return [...new Set(bad)].join('; ');
        })()
        """;
}
