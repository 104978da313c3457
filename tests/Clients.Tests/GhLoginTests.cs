using System.Diagnostics;
using System.Text.RegularExpressions;
using CursorBroker.Local.Demo;

namespace CursorBroker.Clients.Tests;

/// <summary><c>gh auth login --hostname</c>: GitHub's own command line signs somebody in at the broker, by a code that they type in a browser.</summary>
[TestClass]
public sealed partial class GhLoginTests
{
    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, issues: write }
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task AuthLogin_ByTheTypedCode_SignsIn_AndGhAndGitWorkWithItsToken()
    {
        // The broker knows itself by its loopback address: that is where the person's browser goes, while gh comes by the name.
        await using var world = await ClientWorld.StartAsync(Rules, TestContext.CancellationToken, byName: false);
        var home = world.NewDirectory();
        var environment = world.Environment("", home);
        environment.Remove("GH_ENTERPRISE_TOKEN");
        environment.Remove("GH_HOST");
        environment["BROWSER"] = "true";
        await File.WriteAllTextAsync(Path.Combine(home, ".gitconfig"), $"[credential \"{ClientWorld.Url}\"]\n\thelper = \n\thelper = !gh auth git-credential\n", TestContext.CancellationToken);

        using var login = Start(home, environment, "gh", "auth", "login", "--hostname", TlsFront.Host, "--web", "--git-protocol", "https");
        var said = "";
        while (!Code().IsMatch(said) && await login.StandardError.ReadLineAsync(TestContext.CancellationToken) is { } line)
        {
            said += line + "\n";
        }

        Assert.IsTrue(Code().IsMatch(said), said);
        using var browser = new PageVisitor();
        var page = await browser.OpenAsAsync("developer", new Uri(world.Broker.Url.TrimEnd('/') + "/login/device"), TestContext.CancellationToken);
        var confirm = await browser.SubmitAsync(page, page.FormWith("user_code")!, TestContext.CancellationToken, KeyValuePair.Create("user_code", Code().Match(said).Value));
        var away = confirm.Links("http").First(link => new Uri(link).Authority != page.Address.Authority);
        var question = await browser.OpenAsAsync("developer", new Uri(away), TestContext.CancellationToken);
        var done = await browser.SubmitAsync(question, question.FormWith("name=\"answer\"")!, TestContext.CancellationToken, KeyValuePair.Create("answer", "yes"));
        StringAssert.Contains(done.Html, "The device is let in");

        said += await login.StandardError.ReadToEndAsync(TestContext.CancellationToken);
        await login.WaitForExitAsync(TestContext.CancellationToken);
        Assert.AreEqual(0, login.ExitCode, said);
        StringAssert.Contains(said, "Logged in as");

        var view = await ClientWorld.RunAsync(home, environment, ["gh", "api", "--hostname", TlsFront.Host, "repos/acme/payments-api", "--jq", ".full_name"], TestContext.CancellationToken);
        Assert.AreEqual("acme/payments-api", view.Output.Trim(), view.All);
        var clone = await ClientWorld.RunAsync(home, environment, ["git", "clone", "--quiet", $"{ClientWorld.Url}/acme/payments-api", "clone"], TestContext.CancellationToken);
        Assert.AreEqual(0, clone.ExitCode, clone.All);
    }

    private static Process Start(string directory, Dictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started.");
        process.StandardInput.Close();
        return process;
    }

    [GeneratedRegex("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}")]
    private static partial Regex Code();
}
