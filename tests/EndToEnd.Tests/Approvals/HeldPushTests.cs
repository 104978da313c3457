using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>A push that is held while somebody decides.</summary>
[TestClass]
public sealed class HeldPushTests
{
    private static World? _world;

    public required TestContext TestContext { get; set; }

    private static World World => _world ?? throw new InvalidOperationException("The class is not initialized.");

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _world = await World.StartAsync(context.CancellationToken, Policies.Everyday, TimeSpan.FromMinutes(1));

    [ClassCleanup]
    public static async Task StopAsync() => await World.DisposeAsync();

    [TestMethod]
    public async Task Push_ApprovedWhileHeld_EndsAsAnOrdinarySuccess()
    {
        var (scene, commit) = await SceneAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);

        var pushing = scene.InCloneAsync("developer", "push", "origin", "HEAD:main");
        var link = await lead.OpenedAsync(scene);
        Assert.IsEmpty(scene.WriteTokens, "A token that may write was minted before anybody approved.");
        await lead.ApproveAsync(link, "Looks right");
        var push = await pushing;

        Assert.IsTrue(push.Succeeded, push.Error);
        Assert.Contains("remote: CursorBroker: this push waits for approval.", push.Error);
        Assert.Contains("remote: - update refs/heads/main: 1 commit, 1 file (one.txt)", push.Error);
        Assert.Contains("remote: - Rule 'approved' asks for 1 of payments-leads: ", push.Error);
        Assert.Contains($"remote: To decide: {link}", push.Error);
        Assert.Contains("remote: CursorBroker: approved by lee@acme.example: Looks right", push.Error);
        Assert.Contains("HEAD -> main", push.Error);
        Assert.DoesNotContain("rejected", push.Error);
        Assert.AreEqual(commit, await scene.RefAtGitHubAsync("refs/heads/main"));
        Assert.HasCount(1, scene.WriteTokens);
    }

    [TestMethod]
    public async Task Push_DeniedWhileHeld_IsRemoteRejectedWithTheReason()
    {
        var (scene, _) = await SceneAsync();
        var before = await scene.RefsAtGitHubAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);

        var pushing = scene.InCloneAsync("developer", "push", "origin", "HEAD:main");
        await lead.DenyAsync(await lead.OpenedAsync(scene), "Not before the launch");
        var push = await pushing;

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("! [remote rejected] HEAD -> main (approval denied by lee@acme.example: Not before the launch (", push.Error);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        Assert.IsEmpty(scene.WriteTokens);
    }

    [TestMethod]
    public async Task Approval_AwaitedByTwoIdenticalPushes_LetsExactlyOneThrough()
    {
        var (scene, commit) = await SceneAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);

        Task<Local.Demo.GitResult>[] pushing =
        [
            scene.InCloneAsync("developer", "push", "origin", "HEAD:main"),
            scene.InCloneAsync("developer", "push", "origin", "HEAD:main"),
        ];
        await Eventually.TrueAsync(
            async () => (await World.EventsAsync(TestContext.CancellationToken)).OfType<OperationDecided>()
                .Count(each => each.Target == scene.Repository.FullName && each.Outcome == "needs-approval") >= 2,
            "both pushes wait",
            TestContext.CancellationToken);
        await lead.ApproveAsync(await lead.OpenedAsync(scene));
        var pushes = await Task.WhenAll(pushing);

        Assert.HasCount(1, pushes.Where(static push => push.Succeeded).ToList(), string.Join('\n', pushes.Select(static push => push.Error)));
        Assert.Contains("approval", pushes.Single(static push => !push.Succeeded).LineWith("[remote rejected]"));
        Assert.AreEqual(commit, await scene.RefAtGitHubAsync("refs/heads/main"));
        Assert.HasCount(1, scene.GitRequests.Where(static request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)).ToList());
        Assert.HasCount(1, (await World.EventsAsync(TestContext.CancellationToken)).OfType<ApprovalOpened>()
            .Where(each => each.Target == scene.Repository.FullName).Select(static each => each.Approval).Distinct().ToList());
    }

    private async Task<(Scene Scene, string Commit)> SceneAsync()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        await scene.CloneAsync("developer");
        return (scene, await scene.CommitAsync("one.txt"));
    }
}
