using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>Pushes that are rejected with a link and made again once somebody decided.</summary>
[TestClass]
public sealed class PendingPushTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    public async Task Approval_UsedOnce_LetsNoOtherPushThrough()
    {
        var scene = await SceneAsync();
        var before = await scene.RefAtGitHubAsync("refs/heads/main");
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var link = Approver.LinkIn(await PushAsync(scene));
        Assert.AreEqual(link, Approver.LinkIn(await PushAsync(scene)), "The same push asks once.");

        await lead.ApproveAsync(link);
        var approved = await PushAsync(scene);
        Assert.IsTrue(approved.Succeeded, approved.Error);
        Assert.AreEqual(await scene.MustInCloneAsync(null, "rev-parse", "HEAD"), await scene.RefAtGitHubAsync("refs/heads/main"));
        Assert.Contains("Everything up-to-date", (await PushAsync(scene)).Error);

        // Somebody takes it back at GitHub: the very same commands again, and the approval is spent.
        await scene.AtGitHubAsync("update-ref", "refs/heads/main", before);
        Assert.AreNotEqual(link, Approver.LinkIn(await PushAsync(scene)));
        Assert.AreEqual(before, await scene.RefAtGitHubAsync("refs/heads/main"));
    }

    [TestMethod]
    public async Task Approval_UsedByTwoIdenticalPushesAtOnce_LetsExactlyOneThrough()
    {
        var scene = await SceneAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);
        await lead.ApproveAsync(Approver.LinkIn(await PushAsync(scene)));
        var command = (await scene.RefAtGitHubAsync("refs/heads/main"), await scene.MustInCloneAsync(null, "rev-parse", "HEAD"), "refs/heads/main");
        var pack = await RawPush.PackAsync(scene, TestContext.CancellationToken, "HEAD", "HEAD^{tree}", "HEAD:one.txt");

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RawPush.SendAsync(scene, "developer", [command], pack, TestContext.CancellationToken)));

        Assert.HasCount(1, answers.Where(static answer => answer.Body.Contains("ok refs/heads/main", StringComparison.Ordinal)).ToList(), string.Join('\n', answers.Select(static answer => answer.Body)));
        Assert.HasCount(1, answers.Where(static answer => answer.Body.Contains("ng refs/heads/main", StringComparison.Ordinal)).ToList());
        Assert.HasCount(1, scene.GitRequests.Where(static request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    public async Task Denial_WithAReason_IsReadAtEveryPushUntilTheCommitChanges()
    {
        var scene = await SceneAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var link = Approver.LinkIn(await PushAsync(scene));
        await lead.DenyAsync(link, "Not before the launch");

        for (var i = 0; i < 2; i++)
        {
            var denied = await PushAsync(scene);
            Assert.IsFalse(denied.Succeeded);
            Assert.Contains($"HEAD -> main (approval denied by lee@acme.example: Not before the launch ({link}))", denied.LineWith("[remote rejected]"));
        }

        await scene.MustInCloneAsync(null, "commit", "--quiet", "--amend", "--message", "Another try");
        Assert.AreNotEqual(link, Approver.LinkIn(await PushAsync(scene)));
    }

    [TestMethod]
    public async Task Push_OfSeveralRefsOfWhichOneWaits_LandsNoneAndThenAll()
    {
        var scene = await SceneAsync();
        var before = await scene.RefsAtGitHubAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);
        string[] refs = ["HEAD:refs/heads/free", "HEAD:main"];

        var push = await scene.InCloneAsync("developer", ["push", "origin", .. refs]);

        Assert.AreEqual(2, push.Error.Split("! [remote rejected]").Length - 1, push.Error);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        var link = Approver.LinkIn(push);
        Assert.AreNotEqual(link, Approver.LinkIn(await PushAsync(scene)), "One of the refs alone is another push.");
        await lead.ApproveAsync(link);
        var again = await scene.InCloneAsync("developer", ["push", "origin", .. refs]);
        Assert.IsTrue(again.Succeeded, again.Error);
        Assert.AreEqual(await scene.RefAtGitHubAsync("refs/heads/free"), await scene.RefAtGitHubAsync("refs/heads/main"));
    }

    [TestMethod]
    public async Task Request_TakenBackByItsRequester_CannotBeApprovedAnyMore()
    {
        var scene = await SceneAsync();
        using var developer = new Approver("developer", TestContext.CancellationToken);
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var link = Approver.LinkIn(await PushAsync(scene));
        var page = await developer.OpenAsync(link);
        var form = page.FormWith($"{link.AbsolutePath}/cancel");
        Assert.IsNotNull(form, page.Html);

        await developer.Browser.SubmitAsync(page, form, TestContext.CancellationToken);

        Assert.IsNull(await lead.DecideAsync(link, "approve", ""));
        Assert.AreNotEqual(link, Approver.LinkIn(await PushAsync(scene)));
    }

    [TestMethod]
    public async Task Ledger_OfAnApprovedPush_HasEveryStepInItsOrder()
    {
        var scene = await SceneAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var link = Approver.LinkIn(await PushAsync(scene));
        await lead.ApproveAsync(link, "Looks right");
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:main");

        var events = (await World.EventsAsync(TestContext.CancellationToken)).ToList();
        var id = link.Segments[^1];
        var opened = events.OfType<ApprovalOpened>().Single(each => each.Approval == id);
        var voted = events.OfType<ApprovalVoted>().Single(each => each.Approval == id);
        var used = events.OfType<ApprovalUsed>().Single(each => each.Approval == id);
        var intended = events.OfType<ForwardIntended>().Single(each => each.Request == used.Request);
        Assert.AreEqual((scene.Repository.FullName, "dana@acme.example"), (opened.Target, opened.DisplayName));
        Assert.AreEqual(("lee@acme.example", "Approve", "Looks right"), (voted.DisplayName, voted.Verdict, voted.Reason));
        Assert.AreEqual(opened.Fingerprint, used.Fingerprint);
        Assert.AreNotEqual(opened.Person, voted.Person);
        Assert.AreEqual((true, $"{scene.Repository.FullName}.git/git-receive-pack"), (intended.Writes, intended.Path));
        int[] order = [events.IndexOf(opened), events.IndexOf(voted), events.IndexOf(used), events.IndexOf(intended)];
        CollectionAssert.AreEqual(order.Order().ToArray(), order);
        var write = events.OfType<CredentialLeased>().Where(each => each.Request == used.Request).ToList();
        Assert.IsNotEmpty(write);
    }

    private static Task<Local.Demo.GitResult> PushAsync(Scene scene) => scene.InCloneAsync("developer", "push", "origin", "HEAD:main");

    private async Task<Scene> SceneAsync()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        return scene;
    }
}
