using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Sandbox.GitHub.Control;

namespace CursorBroker.EndToEnd.Tests.Protocol;

[TestClass]
public sealed class PushTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Branch_CreatedUpdatedForcedAndDeleted_IsSoAtGitHub(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        string[] push = ["-c", $"protocol.version={version}", "push", "--quiet", "origin"];

        var created = await scene.CommitAsync("one.txt");
        await scene.MustInCloneAsync("developer", [.. push, "HEAD:refs/heads/cursor/work"]);
        Assert.AreEqual(created, await scene.RefAtGitHubAsync("refs/heads/cursor/work"));

        var updated = await scene.CommitAsync("two.txt");
        await scene.MustInCloneAsync("developer", [.. push, "HEAD:cursor/work"]);
        Assert.AreEqual(updated, await scene.RefAtGitHubAsync("refs/heads/cursor/work"));

        await scene.MustInCloneAsync(null, "reset", "--quiet", "--hard", "origin/main");
        var forced = await scene.CommitAsync("three.txt");
        await scene.MustInCloneAsync("developer", [.. push, "+HEAD:cursor/work"]);
        Assert.AreEqual(forced, await scene.RefAtGitHubAsync("refs/heads/cursor/work"));

        await scene.MustInCloneAsync("developer", [.. push, "--delete", "cursor/work"]);
        Assert.AreEqual("", await scene.RefAtGitHubAsync("refs/heads/cursor/work"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public async Task Tags_PushedMovedAndDeletedByALead_AreSoAtGitHub(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("lead");
        string[] push = ["-c", $"protocol.version={version}", "push", "--quiet", "origin"];

        await scene.MustInCloneAsync(null, "tag", "--annotate", "--message", "Two", "v2.0.0");
        await scene.MustInCloneAsync("lead", [.. push, "v2.0.0"]);
        Assert.AreEqual(await scene.MustInCloneAsync(null, "rev-parse", "v2.0.0"), await scene.RefAtGitHubAsync("refs/tags/v2.0.0"));

        await scene.MustInCloneAsync("lead", [.. push, "--delete", "v2.0.0"]);
        Assert.AreEqual("", await scene.RefAtGitHubAsync("refs/tags/v2.0.0"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Push_LargerThanThePostBuffer_ProbesAndIsSentInChunks(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        var commit = await scene.CommitAsync("big.bin", 1024 * 1024);

        var push = await scene.InCloneAsync(
            "developer",
            "-c", $"protocol.version={version}", "-c", "http.postBuffer=65536", "-c", "alias.traced=!GIT_TRACE_CURL=1 GIT_TRACE_CURL_NO_DATA=1 git push",
            "traced", "origin", "HEAD:refs/heads/cursor/big");

        Assert.IsTrue(push.Succeeded, push.Error);
        Assert.Contains("Transfer-Encoding: chunked", push.Error);
        Assert.AreEqual(commit, await scene.RefAtGitHubAsync("refs/heads/cursor/big"));
        await scene.AtGitHubAsync("fsck", "--strict");
    }

    [TestMethod]
    public async Task AtomicPush_OfTwoAllowedBranches_LandsBoth()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        var commit = await scene.CommitAsync("one.txt");

        await scene.MustInCloneAsync("developer", "push", "--quiet", "--atomic", "origin", "HEAD:refs/heads/cursor/a", "HEAD:refs/heads/cursor/b");

        Assert.AreEqual((commit, commit), (await scene.RefAtGitHubAsync("refs/heads/cursor/a"), await scene.RefAtGitHubAsync("refs/heads/cursor/b")));
    }

    [TestMethod]
    public async Task Push_ThatChangesADirectoryBothAtItsTopAndFurtherDown_Passes()
    {
        // Git leaves a tree out of its answer that is asked for together with one above it; the broker needs both here.
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        var deep = (await scene.MustInCloneAsync(null, "ls-files", "*/*", ":!.github")).Split('\n')[0];
        await scene.CommitAsync("top.txt");
        var commit = await scene.CommitAsync(deep);

        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/x");

        Assert.AreEqual(commit, await scene.RefAtGitHubAsync("refs/heads/cursor/x"));
    }

    [TestMethod]
    public async Task Push_WhoseBranchMovesOnTheWay_IsGitHubsOwnRefusalAndRecorded()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/work");
        await scene.CommitAsync("two.txt");
        var path = $"/{scene.Repository.FullName}.git/git-receive-pack";
        var moved = new TaskCompletionSource();
        var before = scene.GitRequests.Count(request => request.Path == path);
        World.GitHub.Faults.Add(new SandboxFault.Hold(moved.Task) { When = request => request.Path == path });

        var pushing = scene.InCloneAsync("developer", "push", "origin", "HEAD:cursor/work");
        await Eventually.TrueAsync(() => scene.GitRequests.Count(request => request.Path == path) > before, "the push is at GitHub", TestContext.CancellationToken);
        var theirs = await scene.HiddenCommitAsync("refs/heads/cursor/work");
        moved.SetResult();
        var push = await pushing;

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("! [remote rejected] HEAD -> cursor/work (", push.Error);
        Assert.DoesNotContain("policy", push.Error);
        Assert.AreEqual(theirs, await scene.RefAtGitHubAsync("refs/heads/cursor/work"));
        await Eventually.TrueAsync(
            async () => (await World.EventsAsync(TestContext.CancellationToken)).OfType<ForwardIntended>().Last(intent => "/" + intent.Path == path).Request is { } request
                && (await World.EventsAsync(TestContext.CancellationToken)).OfType<ExchangeCompleted>().Any(end =>
                    end.Request == request && end.Results.Any(static line => line.StartsWith("ng refs/heads/cursor/work ", StringComparison.Ordinal))),
            "the ledger has GitHub's refusal",
            TestContext.CancellationToken);
    }

    [TestMethod]
    public async Task Push_OfAWorkflowFile_IsRefusedByThePolicySinceNoRuleAllowsWorkflows()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        await scene.CommitAsync(".github/workflows/mine.yml");

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:refs/heads/cursor/workflow");

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("HEAD -> cursor/workflow (policy: ", push.Error);
        Assert.Contains("workflows", push.LineWith("[remote rejected]"));
        Assert.IsFalse(scene.GitRequests.Any(static request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)));
        Assert.AreEqual("", await scene.RefAtGitHubAsync("refs/heads/cursor/workflow"));
    }
}
