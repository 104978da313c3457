using System.Security.Cryptography;

namespace CursorBroker.Clients.Tests;

/// <summary>The real git-lfs: objects and locks through the broker, with nothing told to it but where the repository is and a credential helper that has the person's token.</summary>
[TestClass]
[DoNotParallelize]
public sealed class GitLfsTests
{
    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-api]
            allow: { contents: write }
            refs: { push: ["cursor/**"] }
          - id: hidden
            who: { groups: [payments-dev] }
            repositories: [acme/payments-web]
            allow: { contents: write }
            refs: { visible: [main, "cursor/**"], push: ["cursor/**"] }
          - id: leads
            who: { groups: [payments-leads] }
            repositories: [acme/payments-*]
            allow: { contents: write }
        """;

    private static ClientWorld? _world;

    private static ClientWorld World => _world!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _world = await ClientWorld.StartAsync(Rules, context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _world!.DisposeAsync();

    [TestMethod]
    public async Task PushAndClone_ObjectArrivesWhole_AndTravelsByTheBrokerAlone()
    {
        var (content, branch) = (RandomNumberGenerator.GetBytes((3 * 1024 * 1024) + 17), "cursor/with-an-object");
        var checkout = await CloneAsync("developer");
        await CommitAsync(checkout, branch, "model.bin", content);

        await checkout.MustAsync("push", "origin", $"HEAD:{branch}");

        var other = await CloneAsync("lead", "payments-api", "--branch", branch);
        CollectionAssert.AreEqual(content, await File.ReadAllBytesAsync(Path.Combine(other.Directory, "model.bin"), TestContext.CancellationToken));
        Assert.IsFalse(World.GitHub.Downloads.Entries.Any(static each => each.HadCredential), "A credential of the broker's went to where objects are kept.");
        Assert.IsTrue(World.GitHub.Downloads.Entries.Any(static each => each.Path.EndsWith("/verify", StringComparison.Ordinal)), "Nothing was verified.");
    }

    [TestMethod]
    public async Task Push_OfAnObjectThatIsThere_SendsNothing()
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        var checkout = await CloneAsync("developer");
        await CommitAsync(checkout, "cursor/first", "same.bin", content);
        await checkout.MustAsync("push", "origin", "HEAD:cursor/first");
        var before = TransfersOf(content);

        await checkout.MustAsync("lfs", "push", "origin", "cursor/first");

        Assert.AreEqual(before, TransfersOf(content));
    }

    [TestMethod]
    public async Task Push_ToARefThatMayNotBePushed_IsRefusedBeforeAnythingIsSent()
    {
        var checkout = await CloneAsync("developer");
        var content = RandomNumberGenerator.GetBytes(2000);
        await CommitAsync(checkout, "elsewhere", "denied.bin", content);

        var ran = await checkout.RunAsync("push", "origin", "HEAD:elsewhere");

        Assert.AreNotEqual(0, ran.ExitCode, ran.All);
        StringAssert.Contains(ran.All, "Pushing refs/heads/elsewhere is not allowed");
        Assert.AreEqual(0, TransfersOf(content));
    }

    [TestMethod]
    public async Task Clone_ByWhomRefsAreHiddenFrom_GetsPointersAndTheReason()
    {
        const string web = "payments-web";
        var first = await CloneAsync("developer", web);
        await CommitAsync(first, "cursor/hidden", "seen-by-some.bin", RandomNumberGenerator.GetBytes(2000));
        await first.MustAsync("push", "origin", "HEAD:cursor/hidden");
        var home = World.NewDirectory();
        var second = await CheckoutAsync("developer", home, home);

        var ran = await second.RunAsync("clone", "--branch", "cursor/hidden", $"{ClientWorld.Url}/acme/{web}", "there");

        StringAssert.Contains(ran.All, "not every branch is open to you");
        var file = new FileInfo(Path.Combine(home, "there", "seen-by-some.bin"));
        Assert.IsFalse(file.Exists && file.Length == 2000, ran.All);
    }

    [TestMethod]
    public async Task Locks_AreOnesOwn_StopOthers_AndAreUndoneByTheirOwner()
    {
        var developer = await CloneAsync("developer");
        await CommitAsync(developer, "cursor/locks", "locked.bin", RandomNumberGenerator.GetBytes(100));
        await developer.MustAsync("push", "origin", "HEAD:cursor/locks");
        await developer.MustAsync("lfs", "lock", "locked.bin");

        StringAssert.Contains((await developer.MustAsync("lfs", "locks", "--verify")).Output, "O locked.bin");
        var lead = await CloneAsync("lead", "payments-api", "--branch", "cursor/locks");
        var theirs = await lead.MustAsync("lfs", "locks", "--verify");
        StringAssert.Contains(theirs.Output, "locked.bin");
        Assert.DoesNotContain("O locked.bin", theirs.Output);

        await lead.MustAsync("config", $"lfs.{ClientWorld.Url}/acme/payments-api.git/info/lfs.locksverify", "true");
        await CommitAsync(lead, null, "locked.bin", RandomNumberGenerator.GetBytes(100));
        var stopped = await lead.RunAsync("push", "origin", "HEAD:cursor/locks");
        Assert.AreNotEqual(0, stopped.ExitCode, stopped.All);
        StringAssert.Contains(stopped.All, "locked.bin");
        var refused = await lead.RunAsync("lfs", "unlock", "locked.bin");
        Assert.AreNotEqual(0, refused.ExitCode, refused.All);
        StringAssert.Contains(refused.All, "only its owner unlocks it");

        await developer.MustAsync("lfs", "unlock", "locked.bin");
        Assert.AreEqual("", (await developer.MustAsync("lfs", "locks")).Output.Trim());
        await lead.MustAsync("push", "origin", "HEAD:cursor/locks");
    }

    private static int TransfersOf(byte[] content)
    {
        var oid = Convert.ToHexStringLower(SHA256.HashData(content));
        return World.GitHub.Downloads.Entries.Count(each => each.Path.Contains(oid, StringComparison.Ordinal));
    }

    private async Task<Checkout> CloneAsync(string who, string repository = "payments-api", params string[] options)
    {
        var home = World.NewDirectory();
        var before = await CheckoutAsync(who, home, home);
        await before.MustAsync(["clone", .. options, $"{ClientWorld.Url}/acme/{repository}", "there"]);
        return before with { Directory = Path.Combine(home, "there") };
    }

    private async Task<Checkout> CheckoutAsync(string who, string directory, string home)
    {
        var token = await World.TokenAsync(who, TestContext.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(home, ".git-credentials"), $"https://{who}:{token}@{TlsFront.Host}\n", TestContext.CancellationToken);
        var checkout = new Checkout(directory, World.Environment(token, home), TestContext.CancellationToken);
        await checkout.MustAsync("config", "--global", "credential.helper", "store");
        await checkout.MustAsync("lfs", "install", "--skip-repo");
        return checkout;
    }

    private async Task CommitAsync(Checkout checkout, string? branch, string name, byte[] content)
    {
        if (branch is not null)
        {
            await checkout.MustAsync("checkout", "-b", branch);
            await checkout.MustAsync("lfs", "track", "*.bin");
        }

        await File.WriteAllBytesAsync(Path.Combine(checkout.Directory, name), content, TestContext.CancellationToken);
        await checkout.MustAsync("add", ".");
        await checkout.MustAsync("commit", "-m", $"{name} by git-lfs");
    }

    private sealed record Checkout(string Directory, Dictionary<string, string> Environment, CancellationToken Stop)
    {
        public Task<Ran> RunAsync(params string[] arguments) => ClientWorld.RunAsync(Directory, Environment, ["git", .. arguments], Stop);

        public async Task<Ran> MustAsync(params string[] arguments)
        {
            var ran = await RunAsync(arguments);
            Assert.AreEqual(0, ran.ExitCode, $"git {string.Join(" ", arguments)}: {ran.All}");
            return ran;
        }
    }
}
