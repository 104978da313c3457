using System.Buffers.Text;
using System.Text.Json;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;

namespace CursorBroker.EndToEnd.Tests.Operating;

/// <summary>The program as one starts it with nothing configured.</summary>
[TestClass]
public sealed class ServeTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Serve_WithOwnRepositories_ServesThemUntilToldToStop()
    {
        using var home = new TempDirectory();
        var git = new GitClient(home.Path);
        await MadeRepository.CreateAsync(home["repos/acme/payments-mine.git"], bytes: 1, TestContext.CancellationToken);
        await using var broker = await BrokerProcess.StartAsync(home.Path, ["--sandbox-repos", home["repos"]], TestContext.CancellationToken);

        // The ready file is for scripts: three URLs, nothing else.
        using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(home["ready.json"], TestContext.CancellationToken));
        CollectionAssert.AreEquivalent((string[])["broker", "issuer", "github"], ready.RootElement.EnumerateObject().Select(static property => property.Name).ToArray());
        Assert.IsTrue(ready.RootElement.EnumerateObject().All(static property => new Uri(property.Value.GetString()!).IsLoopback));

        var token = await Cli.RunAsync(home, TestContext.CancellationToken, "token", "--as", "developer", "--data", broker.DataDirectory);
        Assert.AreEqual(0, token.ExitCode, token.Error);
        var clone = await git.RunAsync(home.Path, token.Output.Trim(), TestContext.CancellationToken, "clone", "--quiet", $"{broker.Url.TrimEnd('/')}/acme/payments-mine", "clone");
        Assert.IsTrue(clone.Succeeded, clone.Error);
        var seeded = await git.RunAsync(home.Path, token.Output.Trim(), TestContext.CancellationToken, "ls-remote", $"{broker.Url.TrimEnd('/')}/acme/payments-api");
        Assert.IsFalse(seeded.Succeeded, "The seeded repositories are served beside the named ones.");

        var nobody = await Cli.RunAsync(home, TestContext.CancellationToken, "token", "--as", "nobody", "--data", broker.DataDirectory);
        Assert.AreNotEqual(0, nobody.ExitCode);
        Assert.Contains("developer", nobody.Error);

        var second = await Cli.RunAsync(home, TestContext.CancellationToken, "serve", "--port", "0", "--data", broker.DataDirectory);
        Assert.AreEqual(2, second.ExitCode, "Two brokers have one data directory.");

        var taken = await Cli.RunAsync(home, TestContext.CancellationToken, "serve", "--port", new Uri(broker.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--data", home["other"]);
        Assert.AreEqual(2, taken.ExitCode);
        Assert.Contains("is in use", taken.Error);
        Assert.DoesNotContain("Exception", taken.Error, "A port in use is explained with a stack trace.");
        Assert.DoesNotContain("Exception", second.Error, "A data directory in use is explained with a stack trace.");

        Assert.AreEqual(0, await broker.StopAsync(), broker.Errors);
        Assert.IsFalse(File.Exists(home["ready.json"]), "The ready file outlives its broker.");
        var stopped = await Cli.RunAsync(home, TestContext.CancellationToken, "token", "--as", "developer", "--data", broker.DataDirectory);
        Assert.AreEqual(2, stopped.ExitCode);
    }

    [TestMethod]
    public async Task Demo_PlaysTheWholeTour_AndIsContent()
    {
        using var home = new TempDirectory();

        var demo = await Cli.RunAsync(home, TestContext.CancellationToken, "demo");

        Assert.AreEqual(0, demo.ExitCode, demo.Output + demo.Error);
        Assert.Contains("37 steps, 0 different", demo.Output);
    }

    [TestMethod]
    public async Task Demo_OfABrokerThatRuns_PlaysWhatIsSeenFromOutside()
    {
        using var home = new TempDirectory();
        await using var broker = await BrokerProcess.StartAsync(home.Path, [], TestContext.CancellationToken);

        var demo = await Cli.RunAsync(home, TestContext.CancellationToken, "demo", "--running", home["ready.json"]);

        Assert.AreEqual(0, demo.ExitCode, demo.Output + demo.Error);
        Assert.Contains("34 steps, 0 different", demo.Output);
    }

    [TestMethod]
    [DataRow(null, "There is no file", DisplayName = "none there")]
    [DataRow("broker: here", "is no ready file", DisplayName = "something else")]
    [DataRow("""{"broker":"http://localhost:7071","github":"https://github.com"}""", "no broker with a sandbox", DisplayName = "no sandbox")]
    public async Task Demo_OfWhatIsNoReadyFile_CannotRun(string? content, string says)
    {
        using var home = new TempDirectory();
        if (content is not null)
        {
            await File.WriteAllTextAsync(home["running.json"], content, TestContext.CancellationToken);
        }

        var demo = await Cli.RunAsync(home, TestContext.CancellationToken, "demo", "--running", home["running.json"]);

        Assert.AreEqual(2, demo.ExitCode, demo.Output);
        Assert.Contains(says, demo.Error);
        Assert.DoesNotContain("   at ", demo.Error, "It is explained with a stack trace.");
    }

    [TestMethod]
    public async Task Token_WithoutDataDirectory_IsTheDefaultBrokersWhateverElseRuns()
    {
        using var home = new TempDirectory();
        await using var own = await BrokerProcess.StartAsync(home.Path, ["--data", home["cursor-broker"]], TestContext.CancellationToken);
        using var elsewhere = new TempDirectory();
        var other = await BrokerProcess.StartAsync(home.Path, ["--data", elsewhere["data"]], TestContext.CancellationToken);
        await using (other)
        {
            var both = await Cli.RunAsync(home, TestContext.CancellationToken, "token", "--as", "developer");
            Assert.AreEqual(own.Urls.Issuer, IssuerOf(both.Output));
            Assert.AreEqual(0, await other.StopAsync(), other.Errors);
        }

        var left = await Cli.RunAsync(home, TestContext.CancellationToken, "token", "--as", "developer");
        Assert.AreEqual(own.Urls.Issuer, IssuerOf(left.Output), "A broker that stopped hides the one that runs.");

        static string? IssuerOf(string token)
        {
            var payload = token.Trim().Split('.')[1];
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.GetProperty("iss").GetString();
        }
    }

    [TestMethod]
    [DataRow("serve --port 70000", "70000 is no port")]
    [DataRow("token", "--as")]
    [DataRow("policy explain absent.yaml -r acme/x --delete", "--push")]
    [DataRow("audit export --data absent", "There is no ledger")]
    public async Task CommandLine_ThatCannotRun_SaysWhyAndExitsWith2(string line, string says)
    {
        using var home = new TempDirectory();

        var ran = await Cli.RunAsync(home, TestContext.CancellationToken, line.Split(' '));

        Assert.AreEqual(2, ran.ExitCode, ran.Output + ran.Error);
        Assert.Contains(says, ran.Error);
        Assert.DoesNotContain("Exception", ran.Error);
    }

    [TestMethod]
    public async Task Serve_WithNoSuchPolicy_DoesNotStart()
    {
        using var home = new TempDirectory();

        var serve = await Cli.RunAsync(home, TestContext.CancellationToken, "serve", "--port", "0", "--policy", home["absent.yaml"]);

        Assert.AreEqual(2, serve.ExitCode);
        Assert.Contains("absent.yaml", serve.Error);
    }
}
