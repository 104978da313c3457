using Microsoft.Playwright;

namespace CursorBroker.Browser.Tests;

/// <summary>The machine's own Chromium. Nothing is downloaded: where there is none, the tests fail and say how to get it.</summary>
internal static class SystemChromium
{
    private const string PathVariable = "CURSORBROKER_CHROMIUM";
    private const string SkipVariable = "CURSORBROKER_SKIP_BROWSER_TESTS";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        var path = Environment.GetEnvironmentVariable(PathVariable) ?? "/usr/bin/chromium";
        if (!File.Exists(path))
        {
            if (Environment.GetEnvironmentVariable(SkipVariable) == "1")
            {
                Assert.Inconclusive($"No browser, and {SkipVariable} is set.");
            }

            Assert.Fail($"These tests drive Chromium, and there is none at {path}. Install it (Debian: apt-get install chromium), name another one in {PathVariable}, "
                + $"or set {SkipVariable}=1 to go without them.");
        }

        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments });
    }
}
