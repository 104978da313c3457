using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Protocol;

[TestClass]
public sealed class FetchTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Fetch_AfterSomebodyPushed_BringsTheirCommit(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        var theirs = await NewMainAsync(scene);

        await scene.MustInCloneAsync("developer", "-c", $"protocol.version={version}", "fetch", "--quiet", "origin");

        Assert.AreEqual(theirs, await scene.MustInCloneAsync(null, "rev-parse", "origin/main"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Fetch_OfNewAnnotatedTag_BringsTheTagObject(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        await NewMainAsync(scene);
        await scene.AtGitHubAsync("-c", "user.name=Lee", "-c", "user.email=lee@example.com", "tag", "--annotate", "--message", "Two", "v2.0.0", "main");

        await scene.MustInCloneAsync("developer", "-c", $"protocol.version={version}", "fetch", "--quiet", "origin");

        Assert.AreEqual("tag", await scene.MustInCloneAsync(null, "cat-file", "-t", "v2.0.0"));
        Assert.AreEqual(await scene.RefAtGitHubAsync("refs/tags/v2.0.0"), await scene.MustInCloneAsync(null, "rev-parse", "v2.0.0"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public async Task LsRemote_OfTags_ShowsPeeledIds(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.AtGitHubAsync("-c", "user.name=Lee", "-c", "user.email=lee@example.com", "tag", "--annotate", "--message", "Two", "v2.0.0", "main");

        var listed = await scene.GitAsync("developer", "-c", $"protocol.version={version}", "ls-remote", "--tags", scene.Url);

        Assert.Contains($"{await scene.AtGitHubAsync("rev-parse", "main")}\trefs/tags/v2.0.0^{{}}", listed.Output);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Fetch_WithManyHaves_IsSentGzippedAndUnderstood(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        for (var i = 0; i < 40; i++)
        {
            await scene.MustInCloneAsync(null, "commit", "--quiet", "--allow-empty", "--message", $"Mine alone {i}");
        }

        // Versions 0 and 1 ask with the same few haves until one is known: it is the wants that make the request long.
        for (var i = 0; i < 8; i++)
        {
            await scene.HiddenCommitAsync($"refs/heads/cursor/{i}");
        }

        var theirs = await NewMainAsync(scene);
        var fetch = await scene.InCloneAsync(
            "developer", "-c", $"protocol.version={version}", "-c", "alias.traced=!GIT_TRACE_CURL=1 git fetch", "traced", "origin");

        Assert.IsTrue(fetch.Succeeded, fetch.Error);
        Assert.Contains("Content-Encoding: gzip", fetch.Error);
        Assert.AreEqual(theirs, await scene.MustInCloneAsync(null, "rev-parse", "origin/main"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Fetch_LargerThanThePostBuffer_ProbesAndIsSentInChunks(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        for (var i = 0; i < 40; i++)
        {
            await scene.MustInCloneAsync(null, "commit", "--quiet", "--allow-empty", "--message", $"Mine alone {i}");
        }

        var theirs = await NewMainAsync(scene);
        // A git that speaks version 2 refuses so small a buffer.
        var fetch = await scene.InCloneAsync(
            "developer", "-c", $"protocol.version={version}", "-c", "http.postBuffer=512", "-c", "alias.traced=!GIT_TRACE_CURL=1 git fetch", "traced", "origin");

        Assert.IsTrue(fetch.Succeeded, fetch.Error);
        Assert.Contains("Transfer-Encoding: chunked", fetch.Error);
        Assert.AreEqual(theirs, await scene.MustInCloneAsync(null, "rev-parse", "origin/main"));
    }

    private static async Task<string> NewMainAsync(Scene scene)
    {
        var commit = await scene.AtGitHubAsync(
            "-c", "user.name=Lee", "-c", "user.email=lee@example.com", "commit-tree", "-m", "Theirs", "-p", "main", "main^{tree}");
        await scene.AtGitHubAsync("update-ref", "refs/heads/main", commit);
        return commit;
    }
}
