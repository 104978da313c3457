using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Protocol;

/// <summary>The developer sees main and tags v*; what else there is stays hidden, however it is asked for.</summary>
[TestClass]
public sealed class HiddenRefTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task LsRemote_OfRepositoryWithHiddenRefs_ShowsNoneOfThem(int version)
    {
        var (scene, secret) = await SceneAsync();
        await scene.AtGitHubAsync("update-ref", "refs/pull/7/head", secret);

        var listed = await scene.GitAsync("developer", "-c", $"protocol.version={version}", "ls-remote", "--symref", scene.Url);

        Assert.IsTrue(listed.Succeeded, listed.Error);
        Assert.DoesNotContain(secret, listed.Output);
        var names = listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split('\t')[1].Replace("^{}", "", StringComparison.Ordinal))
            .Distinct();
        var tags = (await scene.AtGitHubAsync("for-each-ref", "--format=%(refname)", "refs/tags/v*")).Split('\n');
        CollectionAssert.AreEquivalent((string[])["HEAD", "refs/heads/main", .. tags], names.ToArray());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Clone_OfRepositoryWithHiddenRefs_HasNoneOfTheirObjects(int version)
    {
        var (scene, secret) = await SceneAsync();
        scene.Version = version;
        await scene.CloneAsync("developer");

        Assert.IsFalse((await scene.InCloneAsync(null, "cat-file", "-e", secret)).Succeeded);
        Assert.AreEqual(
            "refs/remotes/origin/HEAD\nrefs/remotes/origin/main", await scene.MustInCloneAsync(null, "for-each-ref", "--format=%(refname)", "refs/remotes"));
        Assert.DoesNotContain("internal", await scene.MustInCloneAsync(null, "tag", "--list"));
    }

    [TestMethod]
    [DataRow(0, "Server does not allow request for unadvertised object", DisplayName = "v0: the client itself sees that it is not shown")]
    [DataRow(2, "upload-pack: not our ref", DisplayName = "v2: the broker says so, in git's words")]
    public async Task Fetch_OfHiddenTipByItsId_IsRefusedInGitsWords(int version, string words)
    {
        var (scene, secret) = await SceneAsync();
        await scene.CloneAsync("developer");

        var fetch = await scene.InCloneAsync("developer", "-c", $"protocol.version={version}", "fetch", "origin", secret);

        Assert.IsFalse(fetch.Succeeded);
        Assert.Contains(words, fetch.Error);
        Assert.IsFalse((await scene.InCloneAsync(null, "cat-file", "-e", secret)).Succeeded);
    }

    [TestMethod]
    [DataRow("refs/heads/secret")]
    [DataRow("refs/tags/internal-1")]
    [DataRow("refs/pull/7/head")]
    public async Task Fetch_OfHiddenRefByName_FindsNoSuchRef(string name)
    {
        var (scene, secret) = await SceneAsync();
        await scene.AtGitHubAsync("update-ref", name, secret);
        await scene.CloneAsync("developer");

        var fetch = await scene.InCloneAsync("developer", "fetch", "origin", name);

        Assert.IsFalse(fetch.Succeeded);
        Assert.Contains($"couldn't find remote ref {name}", fetch.Error);
    }

    [TestMethod]
    public async Task Fetch_OfOldParentById_IsRefusedWhereRefsAreHidden()
    {
        // What a branch was rebased away from stays in the object store: ids of the past must not open it.
        var (scene, _) = await SceneAsync();
        var parent = await scene.AtGitHubAsync("rev-parse", "main~1");
        await scene.GitAsync(null, "init", "--quiet", "clone");

        var fetch = await scene.InCloneAsync("developer", "fetch", scene.Url, parent);

        Assert.IsFalse(fetch.Succeeded);
        Assert.Contains("not our ref", fetch.Error);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public async Task ShallowExclude_OfHiddenRef_DoesNotTellThatItExists(int version)
    {
        var (scene, _) = await SceneAsync();
        string[] options = ["-c", $"protocol.version={version}", "clone", "--shallow-exclude"];

        var hidden = await scene.GitAsync("developer", [.. options, "secret", scene.Url, "one"]);
        var missing = await scene.GitAsync("developer", [.. options, "absent", scene.Url, "two"]);

        Assert.IsFalse(hidden.Succeeded);
        Assert.AreEqual(Plain(missing.Error, "absent", "two"), Plain(hidden.Error, "secret", "one"));

        static string Plain(string error, string name, string directory) => References.Without(error)
            .Replace(name, "NAME", StringComparison.Ordinal).Replace($"'{directory}'", "'DIRECTORY'", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public async Task Head_PointingToHiddenBranch_IsNotShown(int version)
    {
        var (scene, secret) = await SceneAsync();
        await scene.AtGitHubAsync("symbolic-ref", "HEAD", "refs/heads/secret");

        var listed = await scene.GitAsync("developer", "-c", $"protocol.version={version}", "ls-remote", "--symref", scene.Url);
        var clone = await scene.GitAsync("developer", "-c", $"protocol.version={version}", "clone", scene.Url, "clone");

        Assert.DoesNotContain("HEAD", listed.Output);
        Assert.DoesNotContain("secret", listed.Output);
        Assert.IsTrue(clone.Succeeded, clone.Error);
        Assert.IsFalse((await scene.InCloneAsync(null, "cat-file", "-e", secret)).Succeeded);
        Assert.AreEqual(await scene.AtGitHubAsync("rev-parse", "main"), await scene.MustInCloneAsync(null, "rev-parse", "origin/main"));
    }

    [TestMethod]
    public async Task PushAdvertisement_OfHiddenRefs_DoesNotShowThem()
    {
        var (scene, secret) = await SceneAsync();
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");

        var push = await scene.InCloneAsync(
            "developer", "-c", "alias.traced=!GIT_TRACE_PACKET=1 git push", "traced", "origin", "HEAD:refs/heads/cursor/x");

        Assert.IsTrue(push.Succeeded, push.Error);
        Assert.DoesNotContain(secret, push.Error);
        Assert.DoesNotContain("refs/heads/secret", push.Error);
    }

    [TestMethod]
    public async Task Fetch_OfTipThatMovedSinceItWasShown_StillWorks()
    {
        var (scene, _) = await SceneAsync();
        var shown = await scene.AtGitHubAsync("rev-parse", "main");
        await scene.GitAsync("developer", "ls-remote", scene.Url);
        await scene.HiddenCommitAsync("refs/heads/main"); // a force-push: the tip shown is no longer reachable from any ref
        await scene.GitAsync(null, "init", "--quiet", "clone");

        var fetch = await scene.InCloneAsync("developer", "fetch", scene.Url, shown);

        Assert.IsTrue(fetch.Succeeded, fetch.Error);
        await scene.MustInCloneAsync(null, "cat-file", "-e", shown);
    }

    [TestMethod]
    public async Task Fetch_OfTipThatWasShownToSomebodyElse_IsRefused()
    {
        var (scene, _) = await SceneAsync();
        var shown = await scene.AtGitHubAsync("rev-parse", "main");
        await scene.GitAsync("developer", "ls-remote", scene.Url);
        await scene.HiddenCommitAsync("refs/heads/main");
        await scene.GitAsync(null, "init", "--quiet", "clone");

        var fetch = await scene.InCloneAsync("build", "fetch", scene.Url, shown);

        Assert.IsFalse(fetch.Succeeded);
        Assert.Contains("not our ref", fetch.Error);
    }

    private async Task<(Scene Scene, string Secret)> SceneAsync()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "hidden");
        var secret = await scene.HiddenCommitAsync("refs/heads/secret");
        await scene.AtGitHubAsync("update-ref", "refs/tags/internal-1", secret);
        return (scene, secret);
    }
}
