using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>Every way to bring a change of <c>deploy/prod/</c> to a ref without seeming to. All of them wait.</summary>
[TestClass]
public sealed class ProtectedPathTests
{
    private const string Protected = "deploy/prod/values.txt";

    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    public async Task Change_OfOtherPaths_PassesEverywhere()
    {
        var scene = await SceneAsync();
        await scene.CommitAsync("deploy/test/values.txt");
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:main", "HEAD:refs/heads/free");
    }

    [TestMethod]
    [DataRow(Protected, DisplayName = "an edit")]
    [DataRow("deploy/prod/deep/er/new.txt", DisplayName = "a new file further down")]
    [DataRow("Deploy/PROD/values.txt", DisplayName = "a path that differs by case alone")]
    [DataRow("DEPLOY/prod/other.txt", DisplayName = "a new path beside it, by case")]
    public async Task File_WrittenUnderTheProtectedPath_Waits(string path)
    {
        var scene = await SceneAsync();
        await scene.CommitAsync(path);
        await WaitsAsync(scene, "HEAD:refs/heads/work");
    }

    [TestMethod]
    [DataRow("mv", "notes.txt", "deploy/prod/notes.txt", DisplayName = "renamed into it")]
    [DataRow("mv", Protected, "values.txt", DisplayName = "renamed out of it")]
    [DataRow("mv", "deploy/prod", "deploy/old", DisplayName = "the directory renamed away")]
    [DataRow("rm", "--quiet", Protected, DisplayName = "removed")]
    [DataRow("update-index", "--chmod=+x", Protected, DisplayName = "made executable")]
    public async Task File_MovedOrRemoved_Waits(params string[] command)
    {
        var scene = await SceneAsync();
        await scene.MustInCloneAsync(null, command);
        await CommitIndexAsync(scene);
        await WaitsAsync(scene, "HEAD:refs/heads/work");
    }

    [TestMethod]
    [DataRow("120000", "deploy/prod/link", DisplayName = "a symbolic link in it")]
    [DataRow("160000", "deploy/prod/module", DisplayName = "a submodule in it")]
    public async Task Entry_ThatIsNoFile_UnderTheProtectedPath_Waits(string mode, string path)
    {
        var scene = await SceneAsync();
        await AddEntryAsync(scene, mode, path);
        await WaitsAsync(scene, "HEAD:refs/heads/work");
    }

    [TestMethod]
    [DataRow("120000", "deploy/prod", DisplayName = "a symbolic link")]
    [DataRow("160000", "deploy/prod", DisplayName = "a submodule")]
    [DataRow("120000", "deploy", DisplayName = "a symbolic link for the directory above")]
    [DataRow("160000", "Deploy", DisplayName = "a submodule for the directory above, by case")]
    public async Task Entry_ThatStandsForTheProtectedDirectory_WhereThereIsNone_Waits(string mode, string path)
    {
        // Whatever it leads to has the protected paths from then on.
        var scene = await Scene.CopyAsync(World, TestContext, "production");
        await scene.CloneAsync("developer");
        await scene.MustInCloneAsync(null, "rm", "-r", "--quiet", "--ignore-unmatch", "deploy");
        if (!(await scene.InCloneAsync(null, "diff", "--cached", "--quiet")).Succeeded)
        {
            await CommitIndexAsync(scene);
        }

        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:main");
        await AddEntryAsync(scene, mode, path);
        await WaitsAsync(scene, "HEAD:refs/heads/work");
    }

    [TestMethod]
    public async Task Commit_PushedToABranchFirstAndThenToMain_WaitsThereAndIsShown()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        await scene.MustInCloneAsync(null, "commit", "--quiet", "--amend", "--message", "Slip this in");
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/topic");
        using var lead = new Approver("lead", TestContext.CancellationToken);

        var link = await WaitsAsync(scene, "HEAD:main");

        var page = await lead.OpenAsync(link);
        Assert.Contains("Slip this in", page.Html);
        Assert.Contains("one.txt", page.Html);
        Assert.Contains("Demo Developer", page.Html);
    }

    [TestMethod]
    public async Task Branch_CreatedOnAParentsUnapprovedCommits_WaitsForThemToo()
    {
        var scene = await SceneAsync();
        await scene.CommitAsync(Protected);
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/theirs");
        await scene.MustInCloneAsync("developer", "fetch", "--quiet");
        await scene.MustInCloneAsync(null, "switch", "--quiet", "--create", "mine", "origin/theirs");
        await scene.CommitAsync("harmless.txt");

        await WaitsAsync(scene, "HEAD:refs/heads/mine");
        await WaitsAsync(scene, "origin/theirs:refs/heads/copy");
    }

    [TestMethod]
    [DataRow(false, DisplayName = "lightweight")]
    [DataRow(true, DisplayName = "annotated")]
    public async Task Tag_OfAnUnapprovedCommit_Waits(bool annotated)
    {
        var scene = await SceneAsync();
        await scene.CommitAsync(Protected);
        await scene.MustInCloneAsync(null, ["tag", .. annotated ? (string[])["--annotate", "--message", "Nine"] : [], "v9"]);
        await WaitsAsync(scene, "refs/tags/v9");

        // The same when the commit is at GitHub already, so that nothing or nothing but the tag is sent.
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/theirs");
        await scene.MustInCloneAsync("developer", "fetch", "--quiet");
        await WaitsAsync(scene, "refs/tags/v9");
    }

    [TestMethod]
    public async Task Merge_WhoseSecondParentBringsTheChange_Waits()
    {
        var scene = await SceneAsync();
        await scene.MustInCloneAsync(null, "switch", "--quiet", "--create", "side");
        await scene.CommitAsync(Protected);
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/side");
        await scene.MustInCloneAsync(null, "switch", "--quiet", "--create", "work", "origin/main");
        await scene.CommitAsync("harmless.txt");
        await scene.MustInCloneAsync(null, "merge", "--quiet", "--no-ff", "--message", "Merge", "side");

        await WaitsAsync(scene, "HEAD:main");

        // A merge that drops it again still brings the commit.
        await scene.MustInCloneAsync(null, "reset", "--quiet", "--hard", "HEAD~1");
        await scene.MustInCloneAsync(null, "merge", "--quiet", "--no-ff", "--strategy", "ours", "--message", "Merge nothing", "side");
        await WaitsAsync(scene, "HEAD:main");
    }

    [TestMethod]
    public async Task Merge_ThatChangesWhatNeitherParentDid_Waits()
    {
        var scene = await SceneAsync();
        await scene.MustInCloneAsync(null, "switch", "--quiet", "--create", "side");
        await scene.CommitAsync("side.txt");
        await scene.MustInCloneAsync(null, "switch", "--quiet", "--create", "work", "origin/main");
        await scene.CommitAsync("work.txt");
        await scene.MustInCloneAsync(null, "merge", "--quiet", "--no-ff", "--no-commit", "side");
        await File.WriteAllTextAsync(Path.Combine(scene.Clone, Protected), "evil\n", TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "add", Protected);
        await CommitIndexAsync(scene);

        await WaitsAsync(scene, "HEAD:main");
    }

    [TestMethod]
    public async Task Change_UndoneWithinTheSamePush_Waits()
    {
        var scene = await SceneAsync();
        await scene.CommitAsync(Protected);
        await scene.MustInCloneAsync(null, "checkout", "--quiet", "HEAD~1", "--", Protected);
        await CommitIndexAsync(scene);
        Assert.AreEqual("", await scene.MustInCloneAsync(null, "diff", "--name-only", "origin/main", "HEAD"));

        await WaitsAsync(scene, "HEAD:refs/heads/work");
    }

    [TestMethod]
    public async Task OldContent_ThatReturnsWithoutItsBlob_Waits()
    {
        var scene = await SceneAsync();
        await scene.CommitAsync(Protected);
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:main");
        await scene.MustInCloneAsync(null, "checkout", "--quiet", "HEAD~1", "--", Protected);
        await CommitIndexAsync(scene);
        var pack = await RawPush.PackAsync(scene, TestContext.CancellationToken, "HEAD"); // not even its trees: GitHub has those too

        var answer = await RawPush.CreateAsync(
            scene, "developer", await scene.MustInCloneAsync(null, "rev-parse", "HEAD"), "refs/heads/revert", pack, TestContext.CancellationToken);

        Assert.Contains("ng refs/heads/revert approval pending: ", answer.Body);
        Assert.AreEqual("", await scene.RefAtGitHubAsync("refs/heads/revert"));
    }

    [TestMethod]
    public async Task ForcedPush_BackToBeforeTheChange_Waits()
    {
        var scene = await SceneAsync();
        await scene.CommitAsync(Protected);
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:main");

        await WaitsAsync(scene, "+HEAD~1:main");
    }

    [TestMethod]
    public async Task Pack_ThatLooksLikeAnotherPackInside_IsJudgedByItsOwnObjects()
    {
        var scene = await SceneAsync();
        var pack = await RawPush.PackAsync(scene, TestContext.CancellationToken, "HEAD", "HEAD^{tree}");
        await File.WriteAllBytesAsync(Path.Combine(scene.Clone, "fake.bin"), [.. Packets.Bytes("0000"), .. pack, .. pack], TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "add", "fake.bin");
        await scene.MustInCloneAsync(null, "commit", "--quiet", "--message", "PACK");
        await scene.MustInCloneAsync("developer", "-c", "core.compression=0", "push", "--quiet", "origin", "HEAD:refs/heads/harmless");
        Assert.AreEqual(await scene.MustInCloneAsync(null, "rev-parse", "HEAD:fake.bin"), await scene.AtGitHubAsync("rev-parse", "harmless:fake.bin"));

        await scene.CommitAsync(Protected);
        await WaitsAsync(scene, "HEAD:refs/heads/work");
    }

    private static async Task CommitIndexAsync(Scene scene) => await scene.MustInCloneAsync(null, "commit", "--quiet", "--message", "Change it");

    /// <summary>An entry of a mode, where a file or nothing was: a link to a text, a submodule at a commit.</summary>
    private static async Task AddEntryAsync(Scene scene, string mode, string path)
    {
        var id = await scene.MustInCloneAsync(null, "rev-parse", mode == "160000" ? "HEAD" : "HEAD:README.md");
        await scene.MustInCloneAsync(null, "update-index", "--add", "--cacheinfo", $"{mode},{id},{path}");
        await CommitIndexAsync(scene);
    }

    /// <summary>The push waits for approval and nothing moves.</summary>
    private static async Task<Uri> WaitsAsync(Scene scene, params string[] refspecs)
    {
        var before = await scene.RefsAtGitHubAsync();
        var link = Approver.LinkIn(await scene.InCloneAsync("developer", ["push", "origin", .. refspecs]));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        return link;
    }

    /// <summary>A clone of a repository whose main has the protected file, put there by somebody who may.</summary>
    private async Task<Scene> SceneAsync()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "production");
        await scene.CloneAsync("developer");
        await scene.CommitAsync("notes.txt");
        await scene.CommitAsync(Protected);
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:main");
        await scene.MustInCloneAsync("developer", "fetch", "--quiet");
        return scene;
    }
}
