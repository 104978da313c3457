using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Inspection;

[TestClass]
public sealed class InspectedFetchTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Clone_WithoutSecrets_IsWhole(int version)
    {
        var (scene, author) = await BeginAsync(version);
        await author.CommitAsync("src/plain.txt", "nothing to see\n");

        await scene.CloneAsync("developer");

        Assert.AreEqual(await scene.AtGitHubAsync("rev-list", "--objects", "--all"), await scene.MustInCloneAsync(null, "rev-list", "--objects", "--all"));
        await scene.MustInCloneAsync(null, "fsck", "--strict");
        var inspected = (await EndsAsync(scene)).Single(static end => end.Inspected is not null);
        Assert.IsFalse(inspected.Unmasked);
        Assert.IsGreaterThan(3, inspected.Inspected!.Parts);
    }

    [TestMethod]
    [DataRow(0, true)]
    [DataRow(1, true)]
    [DataRow(2, true)]
    [DataRow(0, false)]
    [DataRow(2, false)]
    public async Task Clone_OfASecretInAFile_IsRefusedWithPathLineAndRule(int version, bool isQuiet)
    {
        var (scene, author) = await BeginAsync(version);
        var commit = await author.CommitAsync("config/prod.env", $"# one\n# two\nuse {Author.Secret}\n");

        var clone = await scene.GitAsync("developer", "clone", isQuiet ? "--quiet" : "--progress", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains($"config/prod.env:3 (rule {Author.Rule}, in commit {commit[..7]})", clone.Error);
        Assert.Contains("reference r-", clone.Error);
        Assert.DoesNotContain(Author.Secret, clone.Everything);
        var events = await World.EventsAsync(TestContext.CancellationToken);
        Assert.IsTrue(events.OfType<RequestRefused>().Any(each => each.Path.Contains(scene.Repository.FullName, StringComparison.Ordinal) && each.Detail.Contains("config/prod.env:3", StringComparison.Ordinal)));
        Assert.AreEqual(0, events.Count(static each => System.Text.Encoding.UTF8.GetString(AuditJson.Serialize(each)).Contains(Author.Secret, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Clone_OfASecretThatALaterCommitDeletes_IsRefusedWithItsPath()
    {
        // Attack: what is gone from the branch is in its history.
        var (scene, author) = await BeginAsync();
        await author.CommitAsync("old/keys.txt", $"{Author.Secret}\n");
        await author.CommitAsync("old/keys.txt", null);

        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains("old/keys.txt:1", clone.Error);

        // What is there now has none.
        Assert.IsTrue((await scene.GitAsync("developer", "clone", "--depth=1", "--no-tags", scene.Url, "shallow")).Succeeded);
    }

    [TestMethod]
    public async Task Fetch_OfASecretThatCameLater_IsRefused_AndTheNextOneWithoutItPasses()
    {
        var (scene, author) = await BeginAsync();
        await author.CommitAsync("a.txt", "one\n");
        await scene.CloneAsync("developer");
        await author.CommitAsync("deep/er/b.txt", $"x\n{Author.Secret}\n");

        var fetch = await scene.InCloneAsync("developer", "fetch");

        Assert.IsFalse(fetch.Succeeded);
        Assert.Contains("deep/er/b.txt:2", fetch.Error);
        await author.GitAsync("reset", "--quiet", "--hard", "HEAD^");
        await author.GitAsync("push", "--quiet", "--force", "origin", "HEAD:main");
        await author.CommitAsync("c.txt", "two\n");
        await scene.MustInCloneAsync("developer", "fetch", "--quiet");
        Assert.AreEqual(await author.GitAsync("rev-parse", "HEAD"), await scene.MustInCloneAsync(null, "rev-parse", "origin/main"));
    }

    [TestMethod]
    public async Task Fetch_OfASecretThatIsADelta_IsRefused()
    {
        // Attack: a large text with one line changed comes as a few bytes of delta, and as a thin pack against what the client has.
        var (scene, author) = await BeginAsync();
        var text = string.Join('\n', Enumerable.Range(0, 2000).Select(static i => $"line {i * 7919 % 104729} of a long text"));
        await author.CommitAsync("long.txt", text + "\n");
        await scene.CloneAsync("developer");
        await author.CommitAsync("long.txt", $"{text}\nkey {Author.Secret}\n");
        await scene.AtGitHubAsync("repack", "-a", "-d", "-f", "--quiet");

        var fetch = await scene.InCloneAsync("developer", "fetch");
        var clone = await scene.GitAsync("developer", "clone", scene.Url, "other");

        Assert.IsFalse(fetch.Succeeded);
        Assert.Contains("long.txt:2001", fetch.Error);
        Assert.IsFalse(clone.Succeeded);
        Assert.Contains("long.txt:2001", clone.Error);
    }

    [TestMethod]
    public async Task Clone_OfASecretInATagsMessage_IsRefused()
    {
        // Attack: a tag is no file.
        var (scene, author) = await BeginAsync();
        await author.GitAsync("tag", "--annotate", "v-secret", "--message", $"Released with {Author.Secret}");
        await author.GitAsync("push", "--quiet", "origin", "v-secret");

        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains("tag v-secret:", clone.Error);
    }

    [TestMethod]
    public async Task Clone_OfASecretInACommitsMessage_IsRefused()
    {
        // Attack: nor is a commit's message.
        var (scene, author) = await BeginAsync();
        var commit = await author.CommitAsync("a.txt", "one\n", $"Use {Author.Secret}");

        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains($"commit {commit[..7]}:", clone.Error);
    }

    [TestMethod]
    public async Task Clone_OfASecretInAFilesName_IsRefused()
    {
        // Attack: a name is not content.
        var (scene, author) = await BeginAsync();
        await author.CommitAsync($"names/{Author.Secret}", "one\n");

        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains("a name in directory /names", clone.Error);
        Assert.DoesNotContain(Author.Secret, clone.Everything);
    }

    [TestMethod]
    public async Task Clone_OfAPathWithEscapeSequences_IsRefusedInAPlainLine()
    {
        // Attack: a name that rewrites the terminal of whoever is told about it.
        var (scene, author) = await BeginAsync();
        await author.CommitAsync("a\u001b[2Jb\nc.txt", $"{Author.Secret}\n");

        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains("a [2Jb c.txt:1", clone.Error);
        Assert.DoesNotContain("\u001b", clone.Error);
    }

    [TestMethod]
    public async Task Clone_AgainWithinOneBroker_ScansNothingTwice()
    {
        var (scene, author) = await BeginAsync();
        await author.CommitAsync("only/here.txt", $"{Guid.NewGuid()}\n");
        await scene.CloneAsync("developer");

        Assert.IsTrue((await scene.GitAsync("developer", "clone", scene.Url, "again")).Succeeded);

        var bodies = (await EndsAsync(scene)).Select(static end => end.Inspected).OfType<InspectedBody>().ToList();
        Assert.HasCount(2, bodies);
        Assert.IsGreaterThan(0, bodies[0].Bytes);
        Assert.AreEqual((bodies[0].Parts, bodies[0].Parts, 0L), (bodies[1].Parts, bodies[1].Remembered, bodies[1].Bytes));
    }

    [TestMethod]
    public async Task Clone_WherePathsAreDeniedToo_IsRefusedWhateverIsInspected()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "inspectedpaths");

        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains("git cannot leave out the paths that you may not read", clone.Error);
    }

    private async Task<(Scene Scene, Author Author)> BeginAsync(int version = 2)
    {
        var scene = await Scene.EmptyOfAsync("inspected", World, TestContext);
        scene.Version = version;
        var author = await Author.AtAsync(scene, TestContext.CancellationToken);
        await author.CommitAsync("README.md", "# A repository\n");
        return (scene, author);
    }

    /// <summary>How the requests for this repository ended. The end of a read is recorded after its answer.</summary>
    private async Task<IReadOnlyList<ExchangeCompleted>> EndsAsync(Scene scene)
    {
        IReadOnlyList<ExchangeCompleted> ends = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var events = await World.EventsAsync(TestContext.CancellationToken);
                var here = events.OfType<ForwardIntended>().Where(each => each.Path.Contains(scene.Repository.FullName, StringComparison.OrdinalIgnoreCase)).Select(static each => each.Request).ToHashSet();
                ends = [.. events.OfType<ExchangeCompleted>().Where(end => here.Contains(end.Request))];
                return ends.Count == here.Count;
            },
            "every request has an end",
            TestContext.CancellationToken);
        return ends;
    }
}
