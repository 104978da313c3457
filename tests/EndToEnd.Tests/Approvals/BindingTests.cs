using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>What was approved for one thing, used for another.</summary>
[TestClass]
public sealed class BindingTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    public async Task Approval_OfOneCommit_DoesNotLetAnotherOneThroughToTheSameRef()
    {
        var scene = await SceneAsync("approved");
        var before = await scene.RefsAtGitHubAsync();
        var link = await ApprovedAsync(scene, "developer");

        await scene.CommitAsync("other.txt");

        Assert.AreNotEqual(link, Approver.LinkIn(await scene.InCloneAsync("developer", "push", "origin", "HEAD:main")));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Approval_ForOneRepository_DoesNotCountInAnother()
    {
        var (scene, other) = (await SceneAsync("approved"), await Scene.CopyAsync(World, TestContext, "approved"));
        var before = await other.RefsAtGitHubAsync();
        var link = await ApprovedAsync(scene, "developer");

        // The same person, the same commit, the same ref, from the same old commit.
        Assert.AreNotEqual(link, Approver.LinkIn(await scene.InCloneAsync("developer", "push", other.Url, "HEAD:main")));
        Assert.AreEqual(before, await other.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Approval_ForOnePerson_CannotBeUsedByAnother()
    {
        var scene = await SceneAsync("shared");
        var before = await scene.RefsAtGitHubAsync();
        var link = await ApprovedAsync(scene, "developer");

        var theirs = await scene.InCloneAsync("lead", "push", "origin", "HEAD:main");

        Assert.AreNotEqual(link, Approver.LinkIn(theirs));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:main");
        Assert.IsTrue(push.Succeeded, push.Error);
    }

    [TestMethod]
    [DataRow("developer")]
    [DataRow("lead")]
    public async Task OwnPush_OfSomebodyWhoMayApprove_CannotBeApprovedByThemselves(string who)
    {
        var scene = await SceneAsync("shared");
        using var self = new Approver(who, TestContext.CancellationToken);
        var link = Approver.LinkIn(await scene.InCloneAsync(who, "push", "origin", "HEAD:main"));
        Assert.IsNull(await self.DecideAsync(link, "approve", "Trust me"), "The page offers to approve one's own push.");

        // The form is not there, so it is made from another one of the same page, with its token.
        var page = await self.OpenAsync(link);
        var form = page.FormWith($"{link.AbsolutePath}/cancel")! with { Action = $"{link.AbsolutePath}/decision" };
        var answer = await self.Browser.DecideAsync(who, page, form, "approve", "Trust me", TestContext.CancellationToken);

        Assert.AreNotEqual(System.Net.HttpStatusCode.OK, answer.Status, answer.Html);
        Assert.AreEqual(link, Approver.LinkIn(await scene.InCloneAsync(who, "push", "origin", "HEAD:main")));
        Assert.IsFalse((await World.EventsAsync(TestContext.CancellationToken)).OfType<ApprovalVoted>().Any(vote => vote.Approval == link.Segments[^1]));
    }

    [TestMethod]
    public async Task Push_BySomebodyWhoIsNoApprover_IsNotEvenShownToOutsiders()
    {
        var scene = await SceneAsync("approved");
        using var outsider = new Approver("outsider", TestContext.CancellationToken);
        var link = Approver.LinkIn(await scene.InCloneAsync("developer", "push", "origin", "HEAD:main"));

        var page = await outsider.OpenAsync(link);
        var guessed = await outsider.OpenAsync(new Uri(link, "a-" + new string('0', link.Segments[^1].Length - 2)));

        Assert.AreEqual((System.Net.HttpStatusCode.NotFound, guessed.Html), (page.Status, page.Html), "It tells that there is such an approval.");
    }

    private async Task<Uri> ApprovedAsync(Scene scene, string who)
    {
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var link = Approver.LinkIn(await scene.InCloneAsync(who, "push", "origin", "HEAD:main"));
        await lead.ApproveAsync(link);
        return link;
    }

    private async Task<Scene> SceneAsync(string prefix)
    {
        var scene = await Scene.CopyAsync(World, TestContext, prefix);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        return scene;
    }
}
