using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>Policies and groups that change between asking, deciding and using. Each test has a world of its own: they change it.</summary>
[TestClass]
public sealed class PolicyChangeTests
{
    private const string Entry = "when: { push: { refs: [main] } }, by: { groups: [payments-leads] }";

    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("when: { push: { refs: [main] } }, by: { groups: [payments-leads], quorum: 2 }", DisplayName = "two must agree")]
    [DataRow("when: { push: { refs: [main] } }, by: { groups: [somebody-else] }", DisplayName = "another group decides")]
    public async Task Approval_OfAPolicyThatIsTightenedBeforeItsUse_IsNotEnough(string tightened)
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var scene = await ApprovedAsync(world);
        var before = await scene.RefsAtGitHubAsync();

        await ChangeAsync(world, Policies.Everyday.Replace(Entry, tightened, StringComparison.Ordinal));

        Approver.LinkIn(await PushAsync(scene));
        Approver.LinkIn(await PushAsync(scene));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Approval_OfAPolicyThatForbidsItBeforeItsUse_IsWorthNothing()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var scene = await ApprovedAsync(world);
        var before = await scene.RefsAtGitHubAsync();

        await ChangeAsync(world, Policies.Everyday.Replace($"- {{ {Entry} }}", $"- {{ {Entry} }}\n    deny: [{{ push: {{ paths: [one.txt] }} }}]", StringComparison.Ordinal));
        var push = await PushAsync(scene);

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("one.txt", push.LineWith("[remote rejected]"));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Approval_WhenThePolicyIsEditedElsewhere_StillCounts()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var scene = await ApprovedAsync(world);

        await ChangeAsync(world, Policies.Everyday.Replace("id: approved", "id: renamed", StringComparison.Ordinal).Replace("[acme/guarded-*]", "[acme/guarded-*, acme/more]", StringComparison.Ordinal));

        var push = await PushAsync(scene);
        Assert.IsTrue(push.Succeeded, push.Error);
    }

    [TestMethod]
    public async Task Approver_RemovedFromTheGroupAfterSigningIn_DecidesNothing()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var scene = await SceneAsync(world);
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var link = Approver.LinkIn(await PushAsync(scene));
        Assert.IsNotNull((await lead.OpenAsync(link)).FormWith("name=\"verdict\""));

        world.Sandbox.IdentityProvider.SetGroups("lead");
        var page = await lead.DecideAsync(link, "approve", "Quickly");

        Assert.IsNotNull(page, "The session does not know yet; the decision itself must find out.");
        Assert.AreNotEqual(System.Net.HttpStatusCode.OK, page.Status, page.Html);
        Assert.AreEqual(link, Approver.LinkIn(await PushAsync(scene)));
        var events = await world.EventsAsync(TestContext.CancellationToken);
        Assert.IsFalse(events.OfType<ApprovalVoted>().Any());
        Assert.AreEqual("vote", events.OfType<ApprovalRefused>().Single().Attempt);
    }

    private static Task<Local.Demo.GitResult> PushAsync(Scene scene) => scene.InCloneAsync("developer", "push", "origin", "HEAD:main");

    private async Task<Scene> ApprovedAsync(World world)
    {
        var scene = await SceneAsync(world);
        using var lead = new Approver("lead", TestContext.CancellationToken);
        await lead.ApproveAsync(Approver.LinkIn(await PushAsync(scene)));
        return scene;
    }

    private async Task<Scene> SceneAsync(World world)
    {
        var scene = await Scene.CopyAsync(world, TestContext, "approved");
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        return scene;
    }

    private async Task ChangeAsync(World world, string policy)
    {
        Assert.AreNotEqual(Policies.Everyday, policy, "The edit changes nothing.");
        await File.WriteAllTextAsync(world.Broker.PolicyPath + ".new", policy, TestContext.CancellationToken);
        File.Move(world.Broker.PolicyPath + ".new", world.Broker.PolicyPath, overwrite: true);
        await Eventually.TrueAsync(
            async () => (await world.EventsAsync(TestContext.CancellationToken)).OfType<PolicyLoaded>().Count() == 2, "the edit is in force", TestContext.CancellationToken);
    }
}
