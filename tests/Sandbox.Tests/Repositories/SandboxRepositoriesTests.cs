using CursorBroker.Sandbox.Repositories;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.Repositories;

[TestClass]
public sealed class SandboxRepositoriesTests
{
    [TestMethod]
    public async Task Seed_MakesTheSameCommitsEverywhere()
    {
        using var directory = new TempDirectory();
        var first = await SandboxRepositories.SeedAsync(directory.Of("one"), CancellationToken.None);
        var second = await SandboxRepositories.SeedAsync(directory.Of("two"), CancellationToken.None);

        CollectionAssert.AreEqual(
            new[] { "acme/internal-tools", "acme/payments-api", "acme/payments-web" }, first.Select(static one => one.FullName).ToArray());
        CollectionAssert.AreEqual(first.Select(static one => one.Id).ToArray(), second.Select(static one => one.Id).ToArray());
        foreach (var (left, right) in first.Zip(second))
        {
            Assert.AreEqual(await Git.MustAsync(left.Path, "for-each-ref"), await Git.MustAsync(right.Path, "for-each-ref"));
            await Git.MustAsync(left.Path, "fsck", "--strict");
        }
    }

    [TestMethod]
    public async Task Seed_TellsABelievableHistory()
    {
        using var directory = new TempDirectory();
        var api = (await SandboxRepositories.SeedAsync(directory.Path, CancellationToken.None)).Single(static one => one.Name == SandboxRepositories.PaymentsApi);

        Assert.AreEqual("cursor/example\nmain\nrelease/1.4", await Git.MustAsync(api.Path, "for-each-ref", "--format=%(refname:short)", "refs/heads/cursor", "refs/heads/main", "refs/heads/release"));
        Assert.AreEqual("tag", await Git.MustAsync(api.Path, "cat-file", "-t", "v1.4.0"));
        Assert.AreEqual("commit", await Git.MustAsync(api.Path, "cat-file", "-t", "v1.4.1"));
        Assert.AreEqual("2", await Git.MustAsync(api.Path, "rev-list", "--count", "--merges", "main"));
        Assert.HasCount(5, (await Git.MustAsync(api.Path, "log", "--all", "--format=%an")).Split('\n').Distinct().ToArray());
        foreach (var path in new[] { ".github/workflows/ci.yml", "deploy/prod/deployment.yaml", "docs/api.md", "internal/payments/idempotency.go", "README.md" })
        {
            await Git.MustAsync(api.Path, "cat-file", "-e", "main:" + path);
        }
    }

    [TestMethod]
    public async Task Seed_LeavesWhatIsThere()
    {
        using var directory = new TempDirectory();
        var api = (await SandboxRepositories.SeedAsync(directory.Path, CancellationToken.None)).Single(static one => one.Name == SandboxRepositories.PaymentsApi);
        await Git.MustAsync(api.Path, "update-ref", "refs/heads/mine", "main");

        await SandboxRepositories.SeedAsync(directory.Path, CancellationToken.None);

        await Git.MustAsync(api.Path, "rev-parse", "--verify", "refs/heads/mine");
    }

    [TestMethod]
    public async Task Discover_FindsBareRepositoriesAndNothingElse()
    {
        using var directory = new TempDirectory();
        await Git.MustAsync(directory.Path, "init", "--quiet", "--bare", "o/a.git");
        await Git.MustAsync(directory.Path, "init", "--quiet", "--bare", "p/b.git");
        await Git.MustAsync(directory.Path, "init", "--quiet", "o/worktree.git");
        Directory.CreateDirectory(directory.Of("o/empty.git"));
        await Git.MustAsync(directory.Path, "init", "--quiet", "--bare", "o/deeper/c.git");

        CollectionAssert.AreEqual(new[] { "o/a", "p/b" }, SandboxRepositories.Discover(directory.Path).Select(static one => one.FullName).ToArray());
    }

    [TestMethod]
    public async Task Discover_OfNamesThatDifferInCaseAlone_Fails()
    {
        using var directory = new TempDirectory();
        await Git.MustAsync(directory.Path, "init", "--quiet", "--bare", "o/a.git");
        await Git.MustAsync(directory.Path, "init", "--quiet", "--bare", "o/A.git");

        Assert.ThrowsExactly<ArgumentException>(() => SandboxRepositories.Discover(directory.Path));
    }

    [TestMethod]
    [DataRow("commit nobody 2025-01-01T00:00:00Z x", 1)]
    [DataRow("person a a@b A\ndelete x", 2)]
    [DataRow("person a a@b A\nsing", 2)]
    [DataRow("person a a@b A\ncommit a 2025-01-01T00:00:00Z x\nwrite f\n| a\nreplace f ::: b ::: c", 5)]
    public void History_ThatMakesNoSense_NamesItsLine(string text, int line)
    {
        var wrong = Assert.ThrowsExactly<FormatException>(() => HistoryScript.Compile(text));

        Assert.StartsWith($"Line {line} ", wrong.Message);
    }
}
