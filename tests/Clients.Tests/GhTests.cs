namespace CursorBroker.Clients.Tests;

/// <summary>GitHub's own command line, that takes the broker for a GitHub Enterprise Server.</summary>
[TestClass]
public sealed class GhTests
{
    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, issues: write, checks: read, statuses: read, actions: read }
            refs: { visible: [main, "cursor/**", "refs/tags/*"], push: ["cursor/**", main] }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }
          - id: leads
            who: { groups: [payments-leads] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, issues: write, checks: read, statuses: read, actions: read }
        """;

    private static ClientWorld? _world;

    private static ClientWorld World => _world!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _world = await ClientWorld.StartAsync(Rules, context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _world!.DisposeAsync();

    [TestMethod]
    public async Task AuthStatus_SaysWhoIsSignedIn()
    {
        var ran = await GhAsync("developer", "auth", "status");

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        StringAssert.Contains(ran.All, "Logged in to broker.example.com as ");
    }

    [TestMethod]
    public async Task RepoClone_ClonesThroughTheBroker()
    {
        var (directory, ran) = await CloneAsync("developer");

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        Assert.IsTrue(Directory.Exists(Path.Combine(directory, "payments-api", ".git")));
        var remote = await ClientWorld.RunAsync(Path.Combine(directory, "payments-api"), World.Environment("", directory), ["git", "remote", "get-url", "origin"], TestContext.CancellationToken);
        StringAssert.Contains(remote.Output, ClientWorld.Url);
    }

    [TestMethod]
    public async Task RepoView_ShowsTheRepository()
    {
        var ran = await GhAsync("developer", "repo", "view", "acme/payments-api", "--json", "name,owner,defaultBranchRef,isPrivate");

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        StringAssert.Contains(ran.Output, "\"name\":\"payments-api\"");
        StringAssert.Contains(ran.Output, "\"defaultBranchRef\":{\"name\":\"main\"}");
    }

    [TestMethod]
    [DataRow("outsider", "acme/payments-api")]
    [DataRow("developer", "acme/internal-tools")]
    [DataRow("developer", "acme/nothing-there")]
    public async Task RepoView_NotCovered_LooksLikeNotThere(string who, string repository)
    {
        var ran = await GhAsync(who, "repo", "view", repository);

        Assert.AreNotEqual(0, ran.ExitCode, ran.All);
        StringAssert.Contains(ran.All, $"Could not resolve to a Repository with the name '{repository}'");
    }

    [TestMethod]
    public async Task PullRequest_FromBranchToMergeByALead()
    {
        var (directory, cloned) = await CloneAsync("developer");
        Assert.AreEqual(0, cloned.ExitCode, cloned.All);
        var checkout = Path.Combine(directory, "payments-api");
        var token = await World.TokenAsync("developer", TestContext.CancellationToken);
        var environment = World.Environment(token, directory);
        await File.WriteAllTextAsync(Path.Combine(checkout, "by-gh.txt"), "a line\n", TestContext.CancellationToken);
        await GitAsync(checkout, environment, "checkout", "-b", "cursor/by-gh");
        await GitAsync(checkout, environment, "add", "by-gh.txt");
        await GitAsync(checkout, environment, "commit", "-m", "A file by gh");
        await GitAsync(checkout, environment, "push", "origin", "HEAD:cursor/by-gh");

        var created = await GhInAsync(checkout, environment, "pr", "create", "--title", "By gh", "--body", "Made with gh", "--base", "main", "--head", "cursor/by-gh");
        Assert.AreEqual(0, created.ExitCode, created.All);

        var listed = await GhInAsync(checkout, environment, "pr", "list", "--json", "number,title,headRefName");
        Assert.AreEqual(0, listed.ExitCode, listed.All);
        StringAssert.Contains(listed.Output, "\"headRefName\":\"cursor/by-gh\"");

        var viewed = await GhInAsync(checkout, environment, "pr", "view", "cursor/by-gh", "--json", "title,body,state");
        Assert.AreEqual(0, viewed.ExitCode, viewed.All);
        StringAssert.Contains(viewed.Output, "\"body\":\"Made with gh\"");

        var diff = await GhInAsync(checkout, environment, "pr", "diff", "cursor/by-gh");
        Assert.AreEqual(0, diff.ExitCode, diff.All);
        StringAssert.Contains(diff.Output, "+a line");

        // The developer's merge into main waits, and says where to decide.
        var waits = await GhInAsync(checkout, environment, "pr", "merge", "cursor/by-gh", "--squash");
        Assert.AreNotEqual(0, waits.ExitCode, waits.All);
        StringAssert.Contains(waits.All, $"{ClientWorld.Url}/approvals/a-");

        var lead = World.Environment(await World.TokenAsync("lead", TestContext.CancellationToken), directory);
        var merged = await GhInAsync(checkout, lead, "pr", "merge", "cursor/by-gh", "--squash");
        Assert.AreEqual(0, merged.ExitCode, merged.All);
        await GitAsync(checkout, environment, "fetch", "origin", "main");
        var there = await ClientWorld.RunAsync(checkout, environment, ["git", "show", "FETCH_HEAD:by-gh.txt"], TestContext.CancellationToken);
        Assert.AreEqual("a line\n", there.Output, there.All);
    }

    [TestMethod]
    public async Task Issue_IsCreatedAndListed()
    {
        var created = await GhAsync("developer", "issue", "create", "--repo", "acme/payments-api", "--title", "Found by gh", "--body", "It is so");
        Assert.AreEqual(0, created.ExitCode, created.All);

        var listed = await GhAsync("developer", "issue", "list", "--repo", "acme/payments-api", "--json", "title,state");
        Assert.AreEqual(0, listed.ExitCode, listed.All);
        StringAssert.Contains(listed.Output, "\"title\":\"Found by gh\"");
    }

    [TestMethod]
    public async Task Api_CallHasATokenForThatCallAlone()
    {
        var ran = await GhAsync("developer", "api", "repos/acme/payments-api/labels");

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        var minted = World.GitHub.Tokens.Entries.Where(static token => token.Permissions.Count == 2 && token.Permissions.GetValueOrDefault("issues") == "read").ToList();
        Assert.IsNotEmpty(minted, "No token was minted that reads issues and nothing else.");
        Assert.AreEqual("acme/payments-api", string.Join(", ", minted[0].Repositories));
    }

    [TestMethod]
    public async Task ReleaseList_Works()
    {
        var ran = await GhAsync("developer", "release", "list", "--repo", "acme/payments-api");

        Assert.AreEqual(0, ran.ExitCode, ran.All);
    }

    [TestMethod]
    public async Task RunList_Works()
    {
        var ran = await GhAsync("developer", "run", "list", "--repo", "acme/payments-api");

        Assert.AreEqual(0, ran.ExitCode, ran.All);
    }

    private async Task<(string Directory, Ran Ran)> CloneAsync(string who)
    {
        var directory = World.NewDirectory();
        var environment = World.Environment(await World.TokenAsync(who, TestContext.CancellationToken), directory);
        await GhInAsync(directory, environment, "auth", "setup-git", "--hostname", TlsFront.Host);
        return (directory, await GhInAsync(directory, environment, "repo", "clone", "acme/payments-api"));
    }

    private async Task<Ran> GhAsync(string who, params string[] arguments)
    {
        var directory = World.NewDirectory();
        return await GhInAsync(directory, World.Environment(await World.TokenAsync(who, TestContext.CancellationToken), directory), arguments);
    }

    private Task<Ran> GhInAsync(string directory, Dictionary<string, string> environment, params string[] arguments) =>
        ClientWorld.RunAsync(directory, environment, ["gh", .. arguments], TestContext.CancellationToken);

    private async Task GitAsync(string directory, Dictionary<string, string> environment, params string[] arguments)
    {
        var ran = await ClientWorld.RunAsync(directory, environment, ["git", .. arguments], TestContext.CancellationToken);
        Assert.AreEqual(0, ran.ExitCode, $"git {string.Join(" ", arguments)}: {ran.All}");
    }
}
