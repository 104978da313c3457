using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Protocol;

[TestClass]
public sealed class CloneTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Clone_InAnyProtocolVersion_HasWholeHistoryAndTags(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        scene.Version = version;
        await scene.CloneAsync("developer");

        Assert.AreEqual(await scene.AtGitHubAsync("rev-list", "main"), await scene.MustInCloneAsync(null, "rev-list", "main"));
        Assert.AreEqual(await scene.AtGitHubAsync("tag", "--list"), await scene.MustInCloneAsync(null, "tag", "--list"));
        await scene.MustInCloneAsync(null, "fsck", "--strict");
        Assert.AreEqual(version == 2, scene.GitRequests.Any(static request => request.Headers.GetValueOrDefault("Git-Protocol") == "version=2"));
    }

    [TestMethod]
    [DataRow(0, "lead", "--deepen=2")]
    [DataRow(1, "lead", "--deepen=2")]
    [DataRow(2, "lead", "--deepen=2")]
    [DataRow(0, "developer", "--depth=3")]
    [DataRow(1, "developer", "--depth=3")]
    [DataRow(2, "developer", "--depth=3")]
    public async Task ShallowClone_DeepenedAndThenUnshallowed_IsWhole(int version, string who, string deeper)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        scene.Version = version;
        await scene.CloneAsync(who, ["--depth=1", "--no-tags"]);
        Assert.AreEqual("1", await scene.MustInCloneAsync(null, "rev-list", "--count", "HEAD"));

        await scene.MustInCloneAsync(who, "fetch", "--quiet", deeper);
        Assert.AreNotEqual("1", await scene.MustInCloneAsync(null, "rev-list", "--count", "HEAD"));
        Assert.AreEqual("true", await scene.MustInCloneAsync(null, "rev-parse", "--is-shallow-repository"));

        await scene.MustInCloneAsync(who, "fetch", "--quiet", "--unshallow");
        Assert.AreEqual("false", await scene.MustInCloneAsync(null, "rev-parse", "--is-shallow-repository"));
        Assert.AreEqual(await scene.AtGitHubAsync("rev-list", "main"), await scene.MustInCloneAsync(null, "rev-list", "main"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public async Task ShallowClone_DeepenedByANumberWhereRefsAreHidden_IsRefusedInWords(int version)
    {
        // Attack: relative deepening starts from the commits that the client calls shallow, hidden ones too.
        var scene = await Scene.CopyAsync(World, TestContext);
        scene.Version = version;
        await scene.CloneAsync("developer", ["--depth=1", "--no-tags"]);

        var deepened = await scene.InCloneAsync("developer", "fetch", "--deepen=2");

        Assert.IsFalse(deepened.Succeeded);
        Assert.Contains(version == 2 ? "name a depth" : "does not support --deepen", deepened.Error);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public async Task ShallowSince_Clone_IsCutThere(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        scene.Version = version;
        await scene.CloneAsync("developer", ["--shallow-since=2025-04-01", "--single-branch"]);

        Assert.AreEqual("true", await scene.MustInCloneAsync(null, "rev-parse", "--is-shallow-repository"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task PartialClone_WhereEveryRefIsVisible_GetsBlobsWhenTheyAreNeeded(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        scene.Version = version;
        await scene.CloneAsync("lead", ["--filter=blob:none", "--no-checkout"]);
        Assert.AreNotEqual("", await scene.MustInCloneAsync(null, "rev-list", "--objects", "--missing=print", "--filter=blob:none", "main"));

        await scene.MustInCloneAsync("lead", "checkout", "--quiet", "main");
        Assert.IsTrue(File.Exists(Path.Combine(scene.Clone, "README.md")));
        Assert.AreEqual("true", await scene.MustInCloneAsync(null, "config", "remote.origin.promisor"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task PartialClone_WhereRefsAreHidden_IsNotOfferedAndTheCloneIsWhole(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        scene.Version = version;
        var clone = await scene.GitAsync("developer", ["clone", "--filter=blob:none", scene.Url, "clone"]);

        Assert.IsTrue(clone.Succeeded, clone.Error);
        Assert.Contains("filtering not recognized by server, ignoring", clone.Error);
        Assert.DoesNotContain("?", await scene.MustInCloneAsync(null, "rev-list", "--objects", "--missing=print", "main"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Clone_OfEmptyRepository_AndItsFirstPush_Work(int version)
    {
        var scene = await Scene.EmptyAsync(World, TestContext);
        scene.Version = version;
        var clone = await scene.GitAsync("lead", ["clone", scene.Url, "clone"]);
        Assert.IsTrue(clone.Succeeded, clone.Error);
        Assert.Contains("You appear to have cloned an empty repository.", clone.Error);

        var first = await scene.CommitAsync("first.txt");
        await scene.MustInCloneAsync("lead", "push", "--quiet", "origin", "HEAD:main");

        Assert.AreEqual(first, await scene.RefAtGitHubAsync("refs/heads/main"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Sha256Repository_PushedToClonedAndFetched_Works(int version)
    {
        var scene = await Scene.EmptyAsync(World, TestContext, "--object-format=sha256");
        scene.Version = version;
        await scene.CloneAsync("lead");
        await scene.MustInCloneAsync(null, "init", "--quiet"); // an old git does not learn the format of an empty remote: the clone then is SHA-1's
        if (await scene.MustInCloneAsync(null, "rev-parse", "--show-object-format") != "sha256")
        {
            Directory.Delete(scene.Clone, recursive: true);
            await scene.GitAsync(null, "init", "--quiet", "--object-format=sha256", "clone");
            await scene.MustInCloneAsync(null, "remote", "add", "origin", scene.Url);
        }

        var first = await scene.CommitAsync("first.txt");
        await scene.MustInCloneAsync("lead", "push", "--quiet", "origin", "HEAD:main");
        var second = await scene.GitAsync("developer", ["clone", "--quiet", scene.Url, "second"]);

        Assert.IsTrue(second.Succeeded, second.Error);
        Assert.AreEqual(64, first.Length);
        Assert.AreEqual(first, (await scene.GitAsync(null, "-C", "second", "rev-parse", "HEAD")).Output.Trim());
    }

    [TestMethod]
    public async Task Clone_WherePathsAreDeniedToReaders_IsRefusedWithTheReason()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "unreadable");
        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains("policy: git cannot leave out the paths that you may not read", clone.Error);
        Assert.IsFalse(scene.GitRequests.Any(static request => request.Method == "POST" && request.Headers.GetValueOrDefault("Content-Length") == "0"));
    }
}
