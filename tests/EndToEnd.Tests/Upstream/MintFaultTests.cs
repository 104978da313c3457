using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Sandbox.GitHub.Control;

namespace CursorBroker.EndToEnd.Tests.Upstream;

/// <summary>GitHub gives no token. Each test has a world of its own, since what it does to it concerns every repository.</summary>
[TestClass]
public sealed class MintFaultTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task App_Suspended_IsToldToCoveredCallersAlone() =>
        await RefusedAsync(static world => world.GitHub.SetSuspended("acme", true), "The broker's GitHub App is suspended");

    [TestMethod]
    public async Task App_NotInstalled_IsToldToCoveredCallersAlone() =>
        await RefusedAsync(static world => world.GitHub.SetInstalled("acme", false), "the broker's GitHub App is not installed on it, or it does not exist");

    [TestMethod]
    public async Task AppKey_Rotated_IsToldToCoveredCallersAlone() =>
        await RefusedAsync(static world => world.GitHub.RotateAppKey(), "GitHub does not accept the broker's own identity");

    [TestMethod]
    public async Task RateLimit_UsedUp_IsToldToCoveredCallersAlone() =>
        await RefusedAsync(static world => world.GitHub.RateLimit = 0, "GitHub's rate limit is reached.");

    [TestMethod]
    public async Task Mint_ThatFailsAtGitHub_IsToldToCoveredCallersAlone() =>
        await RefusedAsync(
            static world => world.GitHub.Faults.Add(new SandboxFault.Answer(500) { When = IsMint, Times = 100 }), "No credential could be had from GitHub.");

    [TestMethod]
    public async Task Mint_ThatFailedOnce_SucceedsTheNextTime()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        world.GitHub.Faults.Add(new SandboxFault.Answer(500) { When = IsMint, Times = 100 });
        Assert.IsFalse((await ListAsync(world, "developer")).Succeeded);
        world.GitHub.Faults.Clear();

        var listed = await ListAsync(world, "developer");

        Assert.IsTrue(listed.Succeeded, listed.Error);
    }

    private static bool IsMint(RecordedRequest request) => request.Path.EndsWith("/access_tokens", StringComparison.Ordinal);

    private async Task RefusedAsync(Action<World> fault, string words)
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        fault(world);

        var covered = await ListAsync(world, "developer");
        var outsider = await ListAsync(world, "outsider");

        Assert.IsFalse(covered.Succeeded);
        Assert.Contains(words, covered.Error);
        Assert.Contains("remote: Reference: r-", covered.Error);
        Assert.IsFalse(outsider.Succeeded);
        Assert.Contains("CursorBroker: Repository not found.", outsider.Error);
        Assert.IsFalse(world.GitHub.Requests.Entries.Any(static request => request.Path.Contains(".git/", StringComparison.Ordinal)), "git went to GitHub without a token.");
    }

    private async Task<Local.Demo.GitResult> ListAsync(World world, string who) => await world.Git.RunAsync(
        world.NewDirectory(), await world.TokenAsync(who, TestContext.CancellationToken), TestContext.CancellationToken, "ls-remote", $"{world.Url}/acme/payments-api.git");
}
