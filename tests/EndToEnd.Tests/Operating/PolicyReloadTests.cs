using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Operating;

[TestClass]
public sealed class PolicyReloadTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task PolicyFile_EditedBrokenAndRemoved_TheLastGoodOneStays()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var file = world.Broker.PolicyPath;
        Assert.IsTrue(await MayListAsync(world));

        await WriteAsync(file, Policies.Everyday.Replace("groups: [payments-dev]", "groups: [somebody-else]", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => !await MayListAsync(world), "the edit is in force", TestContext.CancellationToken);

        await WriteAsync(file, Policies.Everyday.Replace("rules:", "rulez:", StringComparison.Ordinal));
        await Eventually.TrueAsync(
            async () => (await world.EventsAsync(TestContext.CancellationToken)).Any(static each => each is PolicyRejected), "the broken version is noticed", TestContext.CancellationToken);
        Assert.IsFalse(await MayListAsync(world));
        Assert.AreEqual(200, await ReadyAsync(world));

        await WriteAsync(file, Policies.Everyday);
        await Eventually.TrueAsync(() => MayListAsync(world), "the mended version is in force", TestContext.CancellationToken);

        File.Delete(file);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.CancellationToken); // a look or more; were it too short, this could only pass
        Assert.IsTrue(await MayListAsync(world));
        Assert.AreEqual(200, await ReadyAsync(world));

        await WriteAsync(file, Policies.Everyday.Replace("groups: [payments-dev]", "groups: [somebody-else]", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => !await MayListAsync(world), "a file that came back is in force", TestContext.CancellationToken);
        Assert.HasCount(4, (await world.EventsAsync(TestContext.CancellationToken)).OfType<PolicyLoaded>());
    }

    /// <summary>As an editor that is careful does: whole or not at all.</summary>
    private async Task WriteAsync(string file, string policy)
    {
        await File.WriteAllTextAsync(file + ".new", policy, TestContext.CancellationToken);
        File.Move(file + ".new", file, overwrite: true);
    }

    private async Task<bool> MayListAsync(World world)
    {
        var answer = await RawHttp.SendAsync(
            world.Url,
            "GET /acme/payments-api.git/info/refs?service=git-upload-pack",
            [$"Authorization: Bearer {await world.TokenAsync("developer", TestContext.CancellationToken)}"],
            [],
            hangUp: false,
            TestContext.CancellationToken);
        Assert.IsTrue(answer.Status is 200 or 404, answer.Body);
        return answer.Status == 200;
    }

    private async Task<int> ReadyAsync(World world) =>
        (await RawHttp.SendAsync(world.Url, "GET /readyz", [], [], hangUp: false, TestContext.CancellationToken)).Status;
}
