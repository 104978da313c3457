using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>Whoever knows an id but may not see its object attaches it to a ref of their own, to read it there.</summary>
[TestClass]
public sealed class HiddenObjectTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    public async Task HiddenCommit_PushedByItsIdToOnesOwnBranch_IsRefused()
    {
        var (scene, secret) = await SceneAsync();

        var answer = await RawPush.CreateAsync(
            scene, "developer", secret, "refs/heads/cursor/mine", await RawPush.PackAsync(scene, TestContext.CancellationToken), TestContext.CancellationToken);

        await RefusedAsync(scene, answer);
    }

    [TestMethod]
    public async Task HiddenCommit_AsAParentOfOnesOwn_IsRefused()
    {
        var (scene, secret) = await SceneAsync();
        var commit = await scene.MustInCloneAsync(null, "-c", $"alias.orphan=!git cat-file commit HEAD | sed 's/^parent .*/parent {secret}/' | git hash-object -t commit -w --stdin", "orphan");

        var answer = await RawPush.CreateAsync(
            scene, "developer", commit, "refs/heads/cursor/mine", await RawPush.PackAsync(scene, TestContext.CancellationToken, commit), TestContext.CancellationToken);

        await RefusedAsync(scene, answer);
    }

    [TestMethod]
    [DataRow("secret:secret.txt", "100644", DisplayName = "a blob")]
    [DataRow("secret^{tree}", "040000", DisplayName = "a tree")]
    public async Task HiddenObject_NamedInATreeOfOnesOwn_IsRefused(string hidden, string mode)
    {
        var (scene, _) = await SceneAsync();
        var id = await scene.AtGitHubAsync("rev-parse", hidden);
        var kind = mode == "040000" ? "tree" : "blob";

        await RefusedAsync(scene, await PushAsync(id));

        async Task<RawAnswer> PushAsync(string named)
        {
            var tree = await scene.MustInCloneAsync(null, "-c", $"alias.stolen=!printf '{mode} {kind} {named}\\tstolen\\n' | git mktree --missing", "stolen");
            var commit = await scene.MustInCloneAsync(null, "commit-tree", "-p", "HEAD", "-m", "Borrow", tree);
            var pack = await RawPush.PackAsync(scene, TestContext.CancellationToken, commit, tree);
            return await RawPush.CreateAsync(scene, "developer", commit, "refs/heads/cursor/mine", pack, TestContext.CancellationToken);
        }
    }

    [TestMethod]
    public async Task Revert_WhereRefsAreHidden_Passes()
    {
        var (scene, _) = await SceneAsync();
        await scene.CommitAsync("one.txt");
        await scene.CommitAsync("one.txt");
        await scene.MustInCloneAsync(null, "revert", "--no-edit", "HEAD");

        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/work");

        Assert.AreEqual(await scene.MustInCloneAsync(null, "rev-parse", "HEAD"), await scene.RefAtGitHubAsync("refs/heads/cursor/work"));
    }

    [TestMethod]
    public async Task Revert_OfMainWhereRefsAreHidden_Passes()
    {
        var (scene, _) = await SceneAsync();
        await scene.CommitAsync("one.txt");
        await scene.CommitAsync("one.txt");
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:main");
        await scene.MustInCloneAsync("developer", "fetch", "--quiet");
        await scene.MustInCloneAsync(null, "revert", "--no-edit", "HEAD");

        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/revert");

        Assert.AreEqual(await scene.MustInCloneAsync(null, "rev-parse", "HEAD"), await scene.RefAtGitHubAsync("refs/heads/cursor/revert"));
    }

    private static async Task RefusedAsync(Scene scene, RawAnswer answer)
    {
        Assert.Contains("ng refs/heads/cursor/mine push refused: ", answer.Body);
        Assert.Contains("may not see", answer.Body);
        Assert.AreEqual("", await scene.RefAtGitHubAsync("refs/heads/cursor/mine"));
        Assert.IsFalse(scene.GitRequests.Any(static request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)));
    }

    /// <summary>A clone by the developer, who sees main alone, of a repository with a hidden branch, whose commit has a file of its own.</summary>
    private async Task<(Scene Scene, string Secret)> SceneAsync()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "hidden");
        await scene.CloneAsync("developer");
        var secret = await scene.CommitAsync("secret.txt");
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/secret");
        Directory.Delete(scene.Clone, recursive: true);
        await scene.CloneAsync("developer");
        Assert.IsFalse((await scene.InCloneAsync(null, "cat-file", "-e", secret)).Succeeded);
        return (scene, secret);
    }
}
