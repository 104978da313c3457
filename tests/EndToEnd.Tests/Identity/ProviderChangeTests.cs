using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox.Identity;

namespace CursorBroker.EndToEnd.Tests.Identity;

/// <summary>A provider that rotates keys, leaves groups out, or is down. Each test has a world of its own: they change it.</summary>
[TestClass]
public sealed class ProviderChangeTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Keys_RotatedMidSession_OldAndNewTokensWork()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var old = await world.FreshTokenAsync("developer", TestContext.CancellationToken);
        Assert.IsTrue((await ListAsync(world, old)).Succeeded);

        world.Sandbox.IdentityProvider.RotateKeys();
        var fresh = await world.FreshTokenAsync("developer", TestContext.CancellationToken);

        Assert.AreNotEqual(fresh.Split('.')[0], old.Split('.')[0], "The key id differs.");
        var listed = await ListAsync(world, fresh);
        Assert.IsTrue(listed.Succeeded, listed.Error);
        Assert.IsTrue((await ListAsync(world, old)).Succeeded);
    }

    [TestMethod]
    public async Task Keys_ForgottenByTheProvider_EndTheirTokensOnceTheBrokerLearnsOfIt()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var old = await world.FreshTokenAsync("developer", TestContext.CancellationToken);
        Assert.IsTrue((await ListAsync(world, old)).Succeeded);

        world.Sandbox.IdentityProvider.RotateKeys(forgetOld: true);
        var fresh = await world.FreshTokenAsync("developer", TestContext.CancellationToken);

        Assert.IsTrue((await ListAsync(world, fresh)).Succeeded);
        Assert.IsFalse((await ListAsync(world, old)).Succeeded, "A token by a key that was withdrawn is still taken.");
    }

    [TestMethod]
    [DataRow(SandboxOutage.Unavailable)]
    [DataRow(SandboxOutage.Cut)]
    public async Task Provider_ThatGoesDown_LeavesKnownKeysInUse(SandboxOutage outage)
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var token = await world.FreshTokenAsync("developer", TestContext.CancellationToken);
        var another = await world.FreshTokenAsync("lead", TestContext.CancellationToken);
        Assert.IsTrue((await ListAsync(world, token)).Succeeded);

        world.Sandbox.IdentityProvider.Outage = outage;

        Assert.IsTrue((await ListAsync(world, token)).Succeeded);
        Assert.IsTrue((await ListAsync(world, another)).Succeeded);
    }

    [TestMethod]
    public async Task Provider_ThatWasNeverReached_LetsNobodyIn()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var token = await world.FreshTokenAsync("developer", TestContext.CancellationToken);
        world.Sandbox.IdentityProvider.Outage = SandboxOutage.Unavailable;

        var listed = await ListAsync(world, token);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains("The identity provider cannot be reached", listed.Error);
        Assert.AreEqual(0, world.GitHub.Requests.Total);
        Assert.AreEqual(503, (await world.EventsAsync(TestContext.CancellationToken)).OfType<RequestRefused>().Single().Status);
    }

    [TestMethod]
    public async Task GroupsOverage_AskedOfGraph_GivesTheLeadTheirRights()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        world.Sandbox.IdentityProvider.SetTooManyGroups("lead", tooMany: true);
        var scene = await Scene.CopyAsync(world, TestContext);
        await scene.CloneAsync("lead");
        var commit = await scene.CommitAsync("one.txt");

        await scene.MustInCloneAsync("lead", "push", "--quiet", "origin", "HEAD:main");

        Assert.AreEqual(commit, await scene.RefAtGitHubAsync("refs/heads/main"));
        Assert.Contains("payments-leads", (await world.EventsAsync(TestContext.CancellationToken)).OfType<SessionStarted>().Single().Groups);
    }

    [TestMethod]
    public async Task GroupsOverage_WhileGraphIsDown_IsRefusedAndNotTakenForNoGroups()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        Assert.IsTrue((await ListAsync(world, await world.FreshTokenAsync("developer", TestContext.CancellationToken))).Succeeded);
        world.Sandbox.IdentityProvider.SetTooManyGroups("lead", tooMany: true);
        var token = await world.FreshTokenAsync("lead", TestContext.CancellationToken);
        world.Sandbox.IdentityProvider.Outage = SandboxOutage.Unavailable;

        var listed = await ListAsync(world, token);

        Assert.IsFalse(listed.Succeeded);
        Assert.DoesNotContain("Repository not found", listed.Error);
        Assert.AreEqual(503, (await world.EventsAsync(TestContext.CancellationToken)).OfType<RequestRefused>().Last().Status);
    }

    [TestMethod]
    public async Task Workload_WithItsOwnToken_ReadsWhatItsRuleShows()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var listed = await ListAsync(world, await world.FreshTokenAsync("build", TestContext.CancellationToken));

        Assert.IsTrue(listed.Succeeded, listed.Error);
        Assert.Contains("refs/heads/main", listed.Output);
        Assert.DoesNotContain("refs/heads/cursor/", listed.Output);
        Assert.AreEqual("Workload", (await world.EventsAsync(TestContext.CancellationToken)).OfType<SessionStarted>().Single().Kind);
    }

    private Task<GitResult> ListAsync(World world, string token) =>
        world.Git.RunAsync(world.NewDirectory(), token, TestContext.CancellationToken, "ls-remote", $"{world.Url}/acme/payments-api.git");
}
